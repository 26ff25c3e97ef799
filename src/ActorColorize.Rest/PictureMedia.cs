namespace ActorColorize.Rest;

/// <summary>
/// Accepted picture formats, detected by their first bytes: the Content-Type of a request is often wrong, and that of the answer must be
/// right. The device looks closer.
/// </summary>
/// <param name="ContentType">MIME type.</param>
/// <param name="Extension">File extension.</param>
internal sealed record PictureMedia(string ContentType, string Extension)
{
    /// <summary>Number of bytes that <see cref="OfStart"/> needs.</summary>
    public const int StartBytes = 18;

    private static readonly PictureMedia Jpeg = new("image/jpeg", ".jpg");
    private static readonly PictureMedia Png = new("image/png", ".png");
    private static readonly PictureMedia WebP = new("image/webp", ".webp");
    private static readonly PictureMedia Tiff = new("image/tiff", ".tif");
    private static readonly PictureMedia Bmp = new("image/bmp", ".bmp");
    private static readonly PictureMedia Gif = new("image/gif", ".gif");
    private static readonly PictureMedia Netpbm = new("image/x-portable-anymap", ".pnm");
    private static readonly PictureMedia Tga = new("image/x-tga", ".tga");

    /// <summary>Accepted Content-Type values.</summary>
    public static IReadOnlyList<string> ContentTypes { get; } =
    [
        Jpeg.ContentType,
        Png.ContentType,
        WebP.ContentType,
        Tiff.ContentType,
        Bmp.ContentType,
        Gif.ContentType,
        Netpbm.ContentType,
        Tga.ContentType,
        "application/octet-stream",
    ];

    /// <summary>Whether a Content-Type is accepted: one of <see cref="ContentTypes"/>, or an older name of one.</summary>
    public static bool Accepts(string contentType) =>
        ContentTypes.Contains(contentType, StringComparer.Ordinal)
        || contentType
            is "image/x-ms-bmp"
                or "image/x-targa"
                or "image/x-portable-bitmap"
                or "image/x-portable-graymap"
                or "image/x-portable-pixmap";

    /// <summary>The format with this signature; null if it is none of them.</summary>
    public static PictureMedia? OfStart(ReadOnlySpan<byte> start) =>
        start switch
        {
            [0xFF, 0xD8, 0xFF, ..] => Jpeg,
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => Png,
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => WebP,
            [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => Tiff,
            [(byte)'B', (byte)'M', _, _, _, _, _, _, _, _, ..] => Bmp,
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => Gif,
            [(byte)'P', >= (byte)'1' and <= (byte)'6', (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n', ..] => Netpbm,
            // TGA has no signature: a kind of picture with or without a palette, and its depth in the place for it.
            [_, 0, 2 or 3 or 10 or 11, 0, 0, 0, 0, 0, _, _, _, _, _, _, _, _, 8 or 15 or 16 or 24 or 32, < 0x40, ..] => Tga,
            [_, 1, 1 or 9, _, _, _, _, 15 or 16 or 24 or 32, _, _, _, _, _, _, _, _, 8 or 16, < 0x40, ..] => Tga,
            _ => null,
        };
}
