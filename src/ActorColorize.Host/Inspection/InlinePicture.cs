using NetVips;

namespace ActorColorize.Host.Inspection;

/// <summary>A picture small enough to be embedded in a page.</summary>
internal static class InlinePicture
{
    private const int LongestSide = 150;
    private const int JpegQuality = 80;

    /// <summary>A data URI of a small sRGB JPEG; null where the picture cannot be read.</summary>
    /// <param name="file">The picture's file.</param>
    public static string? Of(string file)
    {
        try
        {
            // From a stream, not by name: libvips reads a name that ends in [...] as one with options.
            using var stream = File.OpenRead(file);
            using var small = Image.ThumbnailStream(stream, LongestSide, height: LongestSide, size: Enums.Size.Down, outputProfile: "srgb");
            using var opaque = small.HasAlpha() ? small.Flatten(background: [255]) : small.Copy();
            return $"data:image/jpeg;base64,{Convert.ToBase64String(opaque.JpegsaveBuffer(q: JpegQuality, keep: Enums.ForeignKeep.None))}";
        }
        catch (Exception e) when (e is VipsException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
