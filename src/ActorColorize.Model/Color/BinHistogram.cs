using static TorchSharp.torch;

namespace ActorColorize.Model.Color;

/// <summary>
/// Counts the colours of pictures for <see cref="ColorPrior"/>, as a stream. The bin of a colour is computed when the colour occurs for the
/// first time; a pixel then costs one table lookup. Thread-safe.
/// </summary>
public static class BinHistogram
{
    private static readonly Lock TableLock = new();

    /// <summary>Weak reference: the table takes 32 MB and is not needed after the training set is counted.</summary>
    private static readonly WeakReference<BinTable?> Table = new(null);

    /// <summary>Pixels per bin of one batch, all pixels at full size.</summary>
    /// <param name="rgb_BHWC">8-bit sRGB, batch × side × side × 3 bytes.</param>
    /// <param name="batch">Pictures.</param>
    /// <param name="side">Height and width of each.</param>
    /// <param name="bins">The grid.</param>
    /// <param name="device">Device that computes the bins of colours that have not occurred yet.</param>
    /// <returns>One count per bin; they sum to batch × side².</returns>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public static long[] Count(ReadOnlySpan<byte> rgb_BHWC, int batch, int side, ColorBins bins, Device device)
    {
        ArgumentNullException.ThrowIfNull(bins);
        ArgumentNullException.ThrowIfNull(device);
        var expected = checked((long)batch * side * side * 3);
        if (batch < 1 || side < 1 || rgb_BHWC.Length != expected)
            throw new ArgumentException($"{batch} pictures of {side}×{side} are {expected} bytes, got {rgb_BHWC.Length}", nameof(rgb_BHWC));
        var bin_RGB = TableFor(bins).With(rgb_BHWC, device);
        var counts = new long[bins.Count];
        for (var at = 0; at < rgb_BHWC.Length; at += 3)
            counts[bin_RGB[PackedColors.At(rgb_BHWC, at)]]++;
        return counts;
    }

    private static BinTable TableFor(ColorBins bins)
    {
        lock (TableLock)
        {
            if (Table.TryGetTarget(out var known) && ReferenceEquals(known.Bins, bins))
                return known;
            var table = new BinTable(bins);
            Table.SetTarget(table);
            return table;
        }
    }

    /// <summary>The bin of every colour that has occurred.</summary>
    private sealed class BinTable
    {
        private const ushort Unknown = ushort.MaxValue;

        private readonly Lock _lock = new();
        private readonly ushort[] _bin_RGB = new ushort[PackedColors.Count];

        public BinTable(ColorBins bins)
        {
            Bins = bins;
            Array.Fill(_bin_RGB, Unknown);
        }

        public ColorBins Bins { get; }

        /// <summary>The table, complete for these pixels.</summary>
        public ushort[] With(ReadOnlySpan<byte> rgb, Device device)
        {
            lock (_lock)
            {
                var unknown = new HashSet<int>();
                for (var at = 0; at < rgb.Length; at += 3)
                {
                    var color = PackedColors.At(rgb, at);
                    if (_bin_RGB[color] == Unknown)
                        unknown.Add(color);
                }

                foreach (var (color, bin) in PackedColors.Assigned(unknown, Bins, device))
                    _bin_RGB[color] = (ushort)bin;
                return _bin_RGB;
            }
        }
    }
}
