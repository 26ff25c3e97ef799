using ActorColorize.Imaging.Codecs;
using NetVips;

namespace ActorColorize.Imaging.Archives;

/// <summary>A small sRGB JPEG of a picture, upright, on white where it is transparent, for people to look at.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
public sealed record PreviewJpeg(byte[] Bytes, int Width, int Height)
{
    /// <summary>JPEG quality of the dashboard's thumbnails.</summary>
    public const int Quality = 82;

    /// <summary>Makes one of any picture that archives may hold; of an animation, of its first frame.</summary>
    /// <param name="path">The picture.</param>
    /// <param name="side">The longest side in pixels; a smaller picture stays as it is.</param>
    /// <param name="quality">JPEG quality, 1 to 100.</param>
    /// <exception cref="PictureException">It is missing or cannot be read.</exception>
    public static PreviewJpeg Of(string path, int side, int quality)
    {
        using var opened = ArchiveFile.OpenStream(path);
        return Of(path, opened, side, quality);
    }

    /// <summary>The same for an open file.</summary>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="opened">The file; closed by this call.</param>
    /// <param name="side">As above.</param>
    /// <param name="quality">As above.</param>
    /// <exception cref="PictureException">It cannot be read.</exception>
    public static PreviewJpeg Of(string path, FileStream opened, int side, int quality)
    {
        // Pictures that were coloured may be larger than the usual limit.
        using var file = ArchiveFile.From(path, opened, PictureLimits.Default with { MaximumBytes = long.MaxValue });
        if (!PictureCodecs.Vips.Reads(file.Format))
        {
            var firstFrame = PictureLimits.Default with { FirstFrameOnly = true };
            var header = ArchivePicture.InspectOpen(path, file, firstFrame, PictureCodec.Auto, page: 0);
            return PictureCodecs.ImageSharp.Pixels(file, header, image =>
            {
                using var reduced = image.ThumbnailImage(side, height: side, size: Enums.Size.Down, outputProfile: "srgb");
                return Encoded(reduced, quality);
            });
        }

        try
        {
            // From a stream, not by name: libvips reads a name that ends in [...] as one with options.
            file.Content.Position = 0;
            using var small = Image.ThumbnailStream(file.Content, side, height: side, size: Enums.Size.Down, outputProfile: "srgb");
            return Encoded(small, quality);
        }
        catch (VipsException fault)
        {
            throw file.Damage(VipsErrors.OneLine(fault), fault);
        }
    }

    private static PreviewJpeg Encoded(Image small, int quality)
    {
        using var opaque = small.HasAlpha() ? small.Flatten(background: [255]) : small.Copy();
        return new PreviewJpeg(opaque.JpegsaveBuffer(q: quality, keep: Enums.ForeignKeep.None), opaque.Width, opaque.Height);
    }
}
