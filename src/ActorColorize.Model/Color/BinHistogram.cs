using ActorColorize.Model.Devices;
using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Color;

/// <summary>
/// Counts the colours of pictures for <see cref="ColorPrior"/>, as a stream. An 8-bit colour is one of 2²⁴, so their bins are computed
/// once, by <see cref="LabColor"/>, and a pixel costs one table lookup. Thread-safe.
/// </summary>
public static class BinHistogram
{
    private const int Levels = 256;

    /// <summary>Slices of the colour cube per pass while the table is computed: about a million colours.</summary>
    private const int RedsAtOnce = 16;

    private static readonly Lock TableLock = new();

    /// <summary>Weak reference: the table takes 32 MB and is not needed after the training set is counted.</summary>
    private static readonly WeakReference<BinTable?> Table = new(null);

    /// <summary>Pixels per bin of one batch, all pixels at full size.</summary>
    /// <param name="rgb_BHWC">8-bit sRGB, batch × side × side × 3 bytes.</param>
    /// <param name="batch">Pictures.</param>
    /// <param name="side">Height and width of each.</param>
    /// <param name="bins">The grid.</param>
    /// <param name="device">Device that computes the table if it does not exist yet.</param>
    /// <returns>One count per bin; they sum to batch × side².</returns>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public static long[] Count(ReadOnlySpan<byte> rgb_BHWC, int batch, int side, ColorBins bins, Device device)
    {
        ArgumentNullException.ThrowIfNull(bins);
        ArgumentNullException.ThrowIfNull(device);
        var expected = checked((long)batch * side * side * 3);
        if (batch < 1 || side < 1 || rgb_BHWC.Length != expected)
            throw new ArgumentException($"{batch} pictures of {side}×{side} are {expected} bytes, got {rgb_BHWC.Length}", nameof(rgb_BHWC));
        var bin_RGB = TableFor(bins, device);
        var counts = new long[bins.Count];
        for (var at = 0; at < rgb_BHWC.Length; at += 3)
            counts[bin_RGB[(rgb_BHWC[at] * Levels + rgb_BHWC[at + 1]) * Levels + rgb_BHWC[at + 2]]]++;
        return counts;
    }

    private static ushort[] TableFor(ColorBins bins, Device device)
    {
        lock (TableLock)
        {
            if (Table.TryGetTarget(out var known) && ReferenceEquals(known.Bins, bins))
                return known.Bin_RGB;
            var table = new BinTable(bins, Compute(bins, device));
            Table.SetTarget(table);
            return table.Bin_RGB;
        }
    }

    private static ushort[] Compute(ColorBins bins, Device device)
    {
        LibTorchRuntime.EnsureLoaded();
        var bin_RGB = new ushort[Levels * Levels * Levels];
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var levels = arange(K(0), K(Levels), K(1), dtype: ScalarType.Byte, device: device);
        for (var red = 0; red < Levels; red += RedsAtOnce)
        {
            using var chunkScope = NewDisposeScope();
            long[] shape = [RedsAtOnce, Levels, Levels];
            var red_RGB = levels.narrow(0, red, RedsAtOnce).view(-1, 1, 1).expand(shape);
            var rgb_RGBC = stack([red_RGB, levels.view(1, -1, 1).expand(shape), levels.expand(shape)], -1);
            var index = bins.IndexOf(LabColor.FromSrgb(rgb_RGBC).narrow(1, 1, 2)).view(-1).cpu().data<long>();
            var offset = red * Levels * Levels;
            for (var i = 0; i < index.Count; i++)
                bin_RGB[offset + i] = (ushort)index[i];
        }

        return bin_RGB;
    }

    private sealed record BinTable(ColorBins Bins, ushort[] Bin_RGB);
}
