using System.Runtime.InteropServices;

namespace ActorColorize.Data.Sampling;

/// <summary>
/// Distributes the samples of a run over datasets in fixed shares: a pure function of (seed, sample), with nothing stored. Each block of
/// <see cref="BlockSize"/> samples has the same number of samples of each dataset, in a random order.
/// </summary>
public sealed class SourceMix
{
    /// <summary>Samples of a block; shares are rounded to multiples of its inverse.</summary>
    public const int BlockSize = 1000;

    private readonly int[] _starts; // within a permuted block, where each dataset's samples begin
    private readonly int[] _counts;
    private readonly EpochOrder? _order;

    /// <summary>Creates the distribution.</summary>
    /// <param name="shares">Each dataset's share, above 0, in any unit.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="ArgumentException">No share, more than <see cref="MostSources"/>, or one that is not above 0.</exception>
    public SourceMix(IReadOnlyList<double> shares, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(shares);
        if (shares.Count is < 1 or > MostSources || shares.Any(static share => !(share > 0 && double.IsFinite(share))))
            throw new ArgumentException($"1 to {MostSources} shares above 0 are needed", nameof(shares));
        _counts = Counts(shares);
        _starts = [.. Enumerable.Range(0, _counts.Length).Select(i => _counts.Take(i).Sum())];
        _order = shares.Count > 1 ? new EpochOrder(BlockSize, StatelessRandom.Hash(seed, 0, 0, RandomStream.SourceOrder)) : null;
    }

    /// <summary>The most datasets that can be mixed.</summary>
    public const int MostSources = 16;

    /// <summary>The share of each dataset, as rounded; they add up to 1.</summary>
    public IReadOnlyList<double> Shares => [.. _counts.Select(static count => count / (double)BlockSize)];

    /// <summary>The dataset of a sample, and the sample's number among those of this dataset.</summary>
    /// <param name="sample">Number of the sample in the run, from 0.</param>
    public SourceSample At(long sample)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sample);
        if (_order is null)
            return new SourceSample(0, sample);
        var (block, offset) = Math.DivRem(sample, BlockSize);
        var place = _order.ItemAt(checked((int)block), (int)offset);
        var source = _starts.Length - 1;
        while (_starts[source] > place)
            source--;
        return new SourceSample(source, block * _counts[source] + place - _starts[source]);
    }

    /// <summary>The seed of a dataset's order and augmentation: the run's own for the first.</summary>
    public static ulong SeedOf(ulong seed, int source) =>
        source == 0 ? seed : StatelessRandom.Hash(seed, source, 0, RandomStream.SourceSeed);

    /// <summary>Largest remainders; each dataset has at least one sample in a block.</summary>
    private static int[] Counts(IReadOnlyList<double> shares)
    {
        var exact = shares.Select(share => share / shares.Sum() * BlockSize).ToArray();
        int[] counts = [.. exact.Select(static share => Math.Max(1, (int)share))];
        while (counts.Sum() < BlockSize)
            counts[IndexOfLargest(exact.Select((share, i) => share - counts[i]))]++;
        while (counts.Sum() > BlockSize)
            counts[IndexOfLargest(counts.Select((count, i) => count > 1 ? count - exact[i] : double.NegativeInfinity))]--;
        return counts;
    }

    private static int IndexOfLargest(IEnumerable<double> values) => values.Index().MaxBy(static pair => pair.Item).Index;
}

/// <summary>A sample of a mixture of datasets.</summary>
/// <param name="Source">Its dataset, from 0.</param>
/// <param name="Number">Its number among the samples of this dataset, from 0.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SourceSample(int Source, long Number);
