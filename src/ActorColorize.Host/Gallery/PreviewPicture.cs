using System.Security.Cryptography;
using System.Text;
using ActorColorize.Data.Storage;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;
using NetVips;

namespace ActorColorize.Host.Gallery;

/// <summary>A small sRGB JPEG of a picture for the before/after page.</summary>
/// <param name="FileName">Its name in the preview folder.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
public sealed record PreviewPicture(string FileName, int Width, int Height)
{
    private const int LongestSide = 960;
    private const int JpegQuality = 85;

    /// <summary>Makes a preview, or reuses an existing one that is not older than the picture.</summary>
    /// <param name="source">The picture.</param>
    /// <param name="folder">The preview folder; it exists.</param>
    /// <param name="key">Identifies the picture: the same key gets the same file name.</param>
    /// <param name="role">A word for the end of the name: "before" or "after".</param>
    /// <exception cref="PictureException">The picture is missing or cannot be read.</exception>
    /// <exception cref="IOException">The preview cannot be written.</exception>
    public static PreviewPicture Make(string source, string folder, string key, string role)
    {
        var name = $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16]}-{role}.jpg";
        var path = Path.Combine(folder, name);
        if (FileVersion.Of(path) is { } made && FileVersion.Of(source) is { } picture && made.Changed >= picture.Changed)
        {
            using var existing = File.OpenRead(path);
            using var header = Image.NewFromStream(existing);
            return new PreviewPicture(name, header.Width, header.Height);
        }

        var preview = PreviewJpeg.Of(source, LongestSide, JpegQuality);
        AtomicFile.Write(path, stream => stream.Write(preview.Bytes));
        return new PreviewPicture(name, preview.Width, preview.Height);
    }
}
