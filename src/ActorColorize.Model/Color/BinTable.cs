using ActorColorize.Model.Devices;
using static TorchSharp.torch;

namespace ActorColorize.Model.Color;

/// <summary>
/// The bin of every 8-bit colour. There are 2²⁴ of them, so their bins are computed once, by <see cref="LabColor"/>, and a pixel costs one look into 32 MB. Immutable: any number of
/// threads may count at a time.
/// </summary>
public sealed class BinTable
{
    private const int Levels = 256;

    /// <summary>Slices of the colour cube per pass while the table is computed: about a million colours.</summary>
    private const int RedsAtOnce = 16;

    private readonly ushort[] _bin_RGB = new ushort[Levels * Levels * Levels];

    /// <summary>Computes the table, which takes seconds.</summary>
    /// <param name="bins">The bins.</param>
    /// <param name="device">Where it is computed.</param>
    public BinTable(ColorBins bins, Device device)
    {
        ArgumentNullException.ThrowIfNull(bins);
        ArgumentNullException.ThrowIfNull(device);
        Bins = bins;
        LibTorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var levels = arange(Levels, dtype: ScalarType.Byte, device: device);
        for (var red = 0; red < Levels; red += RedsAtOnce)
        {
            using var chunkScope = NewDisposeScope();
            long[] shape = [RedsAtOnce, Levels, Levels];
            var red_RGB = levels.narrow(0, red, RedsAtOnce).view(-1, 1, 1).expand(shape);
            var rgb_RGBC = stack([red_RGB, levels.view(1, -1, 1).expand(shape), levels.expand(shape)], -1);
            var index = bins.IndexOf(LabColor.FromSrgb(rgb_RGBC).narrow(1, 1, 2)).view(-1).cpu().data<long>();
            var offset = red * Levels * Levels;
            for (var i = 0; i < index.Count; i++) _bin_RGB[offset + i] = (ushort)index[i];
        }
    }

    /// <summary>The bins.</summary>
    public ColorBins Bins { get; }

    /// <summary>Counts pixels.</summary>
    /// <param name="rgb">8-bit sRGB, 3 bytes a pixel.</param>
    /// <param name="counts">One count per bin, to be added to.</param>
    /// <exception cref="ArgumentException">Not a whole number of pixels, or another number of bins.</exception>
    public void Count(ReadOnlySpan<byte> rgb, Span<long> counts)
    {
        if (rgb.Length % 3 != 0) throw new ArgumentException($"RGB24 pixels have 3 bytes each; {rgb.Length} is no number of them", nameof(rgb));
        if (counts.Length != Bins.Count) throw new ArgumentException($"{counts.Length} counts do not fit {Bins.Count} bins", nameof(counts));
        for (var at = 0; at < rgb.Length; at += 3)
            counts[_bin_RGB[(rgb[at] * Levels + rgb[at + 1]) * Levels + rgb[at + 2]]]++;
    }
}
