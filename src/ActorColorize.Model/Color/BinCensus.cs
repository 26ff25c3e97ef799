using static TorchSharp.torch;

namespace ActorColorize.Model.Color;

/// <summary>Counts the colours of pictures: the streaming pass behind <see cref="ColorPrior"/>. Any number of threads may count at a time.</summary>
public static class BinCensus
{
    private static readonly Lock TableLock = new();

    /// <summary>Weak: the table is of no use once the training set is counted.</summary>
    private static readonly WeakReference<BinTable?> Table = new(null);

    /// <summary>Pixels per bin of one batch, all pixels at full size.</summary>
    /// <param name="rgb_BHWC">8-bit sRGB, batch × side × side × 3 bytes.</param>
    /// <param name="batch">Pictures.</param>
    /// <param name="side">Height and width of each.</param>
    /// <param name="bins">The grid.</param>
    /// <param name="device">Where the table is computed when it is not there yet.</param>
    /// <returns>One count per bin; they add up to batch × side².</returns>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public static long[] Count(ReadOnlySpan<byte> rgb_BHWC, int batch, int side, ColorBins bins, Device device)
    {
        ArgumentNullException.ThrowIfNull(bins);
        ArgumentNullException.ThrowIfNull(device);
        var expected = checked((long)batch * side * side * 3);
        if (batch < 1 || side < 1 || rgb_BHWC.Length != expected)
            throw new ArgumentException($"{batch} pictures of {side}×{side} are {expected} bytes, got {rgb_BHWC.Length}", nameof(rgb_BHWC));
        var counts = new long[bins.Count];
        TableFor(bins, device).Count(rgb_BHWC, counts);
        return counts;
    }

    private static BinTable TableFor(ColorBins bins, Device device)
    {
        lock (TableLock)
        {
            if (Table.TryGetTarget(out var known) && ReferenceEquals(known.Bins, bins)) return known;
            var table = new BinTable(bins, device);
            Table.SetTarget(table);
            return table;
        }
    }
}
