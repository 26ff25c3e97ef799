using ActorColorize.Actors.Loader;
using ActorColorize.Data.Datasets;
using ActorColorize.Model.Color;
using TorchSharp;

namespace ActorColorize.Actors.Gpu;

/// <summary>
/// Adds up colour bins over an ordered pass through all pictures of a set; names what cannot be read and what has no colour.
/// </summary>
internal sealed class BinCounting(PictureSet pictures, ColorBins bins, int side, torch.Device device)
{
    private const int PicturesPerBatch = 64;

    internal OrderedPlan Plan { get; } = new([.. Enumerable.Range(0, pictures.Count)], PicturesPerBatch, side, leavesOutMonochrome: true);

    internal long[] Counts { get; } = new long[bins.Count];

    internal Dictionary<string, string> Unreadable { get; } = [];

    internal List<string> Monochrome { get; } = [];

    /// <summary>Pictures looked at so far.</summary>
    internal long Looked { get; private set; }

    internal void Add(ImageBatch batch)
    {
        if (batch.Items.Count > 0)
        {
            var add = BinHistogram.Count(batch.Rgb_BHWC, batch.Items.Count, side, bins, device);
            for (var bin = 0; bin < Counts.Length; bin++)
                Counts[bin] += add[bin];
        }

        foreach (var picture in batch.Unreadable)
            Unreadable.Add(pictures.RelativePath(picture.Item), picture.Reason);
        Monochrome.AddRange(batch.Monochrome.Select(pictures.RelativePath));
        Looked += Plan.PicturesIn(batch.Number);
    }
}
