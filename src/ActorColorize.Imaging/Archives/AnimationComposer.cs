using ActorColorize.Imaging.Metadata;
using NetVips;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// Writes all frames of an animation (GIF, WebP) in colour. Each is coloured by itself, as it is seen: whole, over those before it. They
/// are in memory together when the file is written, as libvips has animations: one above the other in a tall picture.
/// </summary>
/// <param name="original">The original.</param>
/// <param name="frames">Its frames, in order.</param>
/// <param name="options">Strength and encoding.</param>
internal sealed class AnimationComposer(ArchiveFile original, IReadOnlyList<RecomposePage> frames, RecomposeOptions options)
{
    /// <summary>Bytes that a pixel of each frame takes at most: decoded, finished, joined, and encoded.</summary>
    public const int BytesPerPixel = 16;

    private readonly PictureHeader header = frames[0].Header;

    /// <summary>Writes the animation.</summary>
    /// <param name="target">An empty file.</param>
    /// <returns>The mean chroma of its frames.</returns>
    public double Write(Stream target)
    {
        List<Image> finished = [];
        try
        {
            var chroma = frames.Average(frame => new PageComposer(original, frame, options) { Frames = finished }.Write(target));
            VipsErrors.Beside(() =>
            {
                using var joined = Joined(finished);
                var turn = QuarterTurn.FromExif(header.Orientation);
                var edits = new MetadataEdits(!turn.IsNone, turn.Transpose, () => PageComposer.RenderThumbnail(finished[0]));
                new PictureEncoder(original.Path, original, header, edits, options.JpegQuality).Write(joined, target);
                return chroma;
            });
            return chroma;
        }
        finally
        {
            foreach (var frame in finished)
                frame.Dispose();
        }
    }

    private Image Joined(List<Image> finished)
    {
        const int opaque = 255;
        if (finished.Exists(static frame => frame.HasAlpha()))
        {
            for (var i = 0; i < finished.Count; i++)
            {
                if (finished[i].HasAlpha())
                    continue;
                using var without = finished[i];
                finished[i] = without.Bandjoin(opaque);
            }
        }

        using var joined = Image.Arrayjoin([.. finished], across: 1);
        var (delays, loop) = header.Format == PictureFormat.WebP ? WebPMetadata.Animation(original.Content) : ([], 0);
        return joined.Mutate(fields =>
        {
            fields.Set(GValue.GIntType, "page-height", header.Height);
            fields.Set(GValue.GIntType, "n-pages", finished.Count);
            if (delays.Length == finished.Count)
                fields.Set(GValue.ArrayIntType, "delay", delays);
            fields.Set(GValue.GIntType, "loop", loop);
        });
    }
}
