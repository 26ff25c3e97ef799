using System.Security.Cryptography;
using System.Text;
using ActorColorize.Data.Storage;
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
    /// <exception cref="VipsException">The picture cannot be read.</exception>
    /// <exception cref="IOException">The picture is missing, or the preview cannot be written.</exception>
    public static PreviewPicture Make(string source, string folder, string key, string role)
    {
        var name = $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16]}-{role}.jpg";
        var path = Path.Combine(folder, name);
        if (File.Exists(path) && File.GetLastWriteTimeUtc(path) >= File.GetLastWriteTimeUtc(source))
        {
            using var existing = File.OpenRead(path);
            using var header = Image.NewFromStream(existing);
            return new PreviewPicture(name, header.Width, header.Height);
        }

        // From a stream, not by name: libvips reads a name that ends in [...] as one with options.
        using var file = File.OpenRead(source);
        using var small = Image.ThumbnailStream(file, LongestSide, height: LongestSide, size: Enums.Size.Down, outputProfile: "srgb");
        using var opaque = small.HasAlpha() ? small.Flatten(background: [255]) : small.Copy();
        var jpeg = opaque.JpegsaveBuffer(q: JpegQuality, keep: Enums.ForeignKeep.None);
        AtomicFile.Write(path, stream => stream.Write(jpeg));
        return new PreviewPicture(name, opaque.Width, opaque.Height);
    }
}
