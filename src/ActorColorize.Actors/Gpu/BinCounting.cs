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

    /// <summary>Pixels per bin, of all pictures.</summary>
    internal long[] Counts => [.. Enumerable.Range(0, bins.Count).Select(bin => CountsOfSources.Sum(counts => counts[bin]))];

    /// <summary>Pixels per bin, for each dataset of the set.</summary>
    internal IReadOnlyList<long[]> CountsOfSources { get; } = [.. pictures.Sources.Select(_ => new long[bins.Count])];

    internal Dictionary<string, string> Unreadable { get; } = [];

    internal List<string> Monochrome { get; } = [];

    /// <summary>Pictures looked at so far.</summary>
    internal long Looked { get; private set; }

    internal void Add(ImageBatch batch)
    {
        for (var (source, first) = (0, 0); source < CountsOfSources.Count; source++)
        {
            var end = pictures.Sources[source].First + pictures.Sources[source].Count;
            var count = batch.Items.Skip(first).TakeWhile(item => item < end).Count();
            if (count == 0)
                continue;
            var bytes = side * side * 3;
            var add = BinHistogram.Count(batch.Rgb_BHWC.Slice(first * bytes, count * bytes), count, side, bins, device);
            for (var bin = 0; bin < add.Length; bin++)
                CountsOfSources[source][bin] += add[bin];
            first += count;
        }

        foreach (var picture in batch.Unreadable)
            Unreadable.Add(pictures.RelativePath(picture.Item), picture.Reason);
        Monochrome.AddRange(batch.Monochrome.Select(pictures.RelativePath));
        Looked += Plan.PicturesIn(batch.Number);
    }
}
