namespace ActorColorize.Rest;

/// <summary>
/// Accepted picture formats, detected by their first bytes: the Content-Type of a request is often wrong, and that of the answer must be
/// right.
/// </summary>
/// <param name="ContentType">MIME type.</param>
/// <param name="Extension">File extension.</param>
internal sealed record PictureMedia(string ContentType, string Extension)
{
    /// <summary>Number of bytes that <see cref="OfStart"/> needs.</summary>
    public const int StartBytes = 12;

    private static readonly PictureMedia Jpeg = new("image/jpeg", ".jpg");
    private static readonly PictureMedia Png = new("image/png", ".png");
    private static readonly PictureMedia WebP = new("image/webp", ".webp");
    private static readonly PictureMedia Tiff = new("image/tiff", ".tif");

    /// <summary>Accepted Content-Type values.</summary>
    public static IReadOnlyList<string> ContentTypes { get; } =
    [Jpeg.ContentType, Png.ContentType, WebP.ContentType, Tiff.ContentType, "application/octet-stream"];

    /// <summary>The format with this signature; null if it is none of them.</summary>
    public static PictureMedia? OfStart(ReadOnlySpan<byte> start) =>
        start switch
        {
            [0xFF, 0xD8, 0xFF, ..] => Jpeg,
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => Png,
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => WebP,
            [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => Tiff,
            _ => null,
        };
}
