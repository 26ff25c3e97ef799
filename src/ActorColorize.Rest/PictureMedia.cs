namespace ActorColorize.Rest;

/// <summary>
/// The kinds of pictures that are taken, told by their first bytes: what a request says of its body is often wrong, and the answer must be
/// right.
/// </summary>
/// <param name="ContentType">As HTTP names it.</param>
/// <param name="Extension">As files are named.</param>
internal sealed record PictureMedia(string ContentType, string Extension)
{
    /// <summary>As many bytes as <see cref="OfStart"/> looks at.</summary>
    public const int StartBytes = 12;

    private static readonly PictureMedia Jpeg = new("image/jpeg", ".jpg");
    private static readonly PictureMedia Png = new("image/png", ".png");
    private static readonly PictureMedia WebP = new("image/webp", ".webp");
    private static readonly PictureMedia Tiff = new("image/tiff", ".tif");

    /// <summary>What a request may call its body.</summary>
    public static IReadOnlyList<string> ContentTypes { get; } =
    [Jpeg.ContentType, Png.ContentType, WebP.ContentType, Tiff.ContentType, "application/octet-stream"];

    /// <summary>What begins so; null where it is none of them.</summary>
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
