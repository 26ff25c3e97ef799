using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;

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
            return $"data:image/jpeg;base64,{Convert.ToBase64String(PreviewJpeg.Of(file, LongestSide, JpegQuality).Bytes)}";
        }
        catch (Exception e) when (e is PictureException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
