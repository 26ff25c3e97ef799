using System.Text.Json;
using ActorColorize.Data.Datasets;
using ActorColorize.Data.Storage;
using ActorColorize.Model.Color;

namespace ActorColorize.Actors.Training;

/// <summary>
/// The colour histogram of the training pictures (<c>color-histogram.json</c>): how often each colour bin occurs, which pictures cannot be
/// read and which have no colour to learn from. Computed once for a dataset and stored with its hash.
/// </summary>
/// <param name="DataHash">Hash of the pictures counted.</param>
/// <param name="Bins">Name of the colour bins, see <see cref="ColorBins.ByName"/>.</param>
/// <param name="Side">Side of the squares that were counted, pixels.</param>
/// <param name="BinCounts">Pixels per colour bin, of all datasets together.</param>
/// <param name="Unreadable">Pictures left out, with the reason.</param>
/// <param name="Monochrome">Pictures left out: they would teach the network that grey is right.</param>
public sealed record ColorHistogramDocument(
    string DataHash,
    string Bins,
    int Side,
    long[] BinCounts,
    IReadOnlyDictionary<string, string> Unreadable,
    IReadOnlyList<string> Monochrome
)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The scale to which the counts of datasets are brought before they are weighted: far above rounding.</summary>
    private const double MixedPixels = 1e12;

    /// <summary>Pixels per colour bin of each dataset; null for a single one.</summary>
    public IReadOnlyList<long[]>? SourceBinCounts { get; init; }

    /// <summary>The prior over colour bins of the pictures as they are seen in training.</summary>
    /// <param name="shares">Share of each dataset in the samples; null for a single one.</param>
    public ColorPrior ToPrior(IReadOnlyList<double>? shares)
    {
        if (shares is null || SourceBinCounts is null)
            return new ColorPrior(BinCounts, DataHash);
        var mixed = new double[BinCounts.Length];
        foreach (var (counts, share) in SourceBinCounts.Zip(shares))
        {
            var scale = share / shares.Sum() * MixedPixels / Math.Max(1, counts.Sum());
            for (var bin = 0; bin < mixed.Length; bin++)
                mixed[bin] += scale * counts[bin];
        }

        return new ColorPrior([.. mixed.Select(static count => (long)Math.Round(count))], DataHash);
    }

    /// <summary>Indices of the pictures that training uses.</summary>
    public int[] UsableItems(PictureSet pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var leftOut = new HashSet<int>(Unreadable.Keys.Concat(Monochrome).Select(pictures.IndexOf));
        return [.. Enumerable.Range(0, pictures.Count).Where(item => !leftOut.Contains(item))];
    }

    /// <summary>Writes the file atomically.</summary>
    public void Save(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        AtomicFile.Write(folder.Histogram, stream => JsonSerializer.Serialize(stream, this, Json));
    }

    /// <summary>
    /// The colour histogram in the run folder, if it was computed from the same pictures, with the same bins, at the same size; null
    /// otherwise, or if it cannot be read.
    /// </summary>
    public static ColorHistogramDocument? TryLoad(RunFolder folder, string dataHash, string bins, int side)
    {
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            using var stream = File.OpenRead(File.Exists(folder.Histogram) ? folder.Histogram : folder.HistogramOf01);
            var histogram = JsonSerializer.Deserialize<ColorHistogramDocument>(stream, Json);
            return histogram is not null && histogram.DataHash == dataHash && histogram.Bins == bins && histogram.Side == side
                ? histogram
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null; // computing it again is always safe
        }
    }
}
