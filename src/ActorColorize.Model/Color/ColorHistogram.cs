using ActorColorize.Model.Devices;
using static TorchSharp.torch;

namespace ActorColorize.Model.Color;

/// <summary>
/// Counts every 8-bit colour separately, so that the same pixels can be assigned to several kinds of bins afterwards. Pixels may be added
/// from several threads. Colours are assigned to bins as in <see cref="BinHistogram"/>, but only those that occurred, which is faster for a
/// few thousand pictures. Always takes 128 MB.
/// </summary>
public sealed class ColorHistogram
{
    private const int Levels = 256;

    /// <summary>Colours that are assigned to bins in one pass.</summary>
    private const int ColorsAtOnce = 1 << 17;

    private readonly long[] _count_RGB = new long[Levels * Levels * Levels];

    /// <summary>Adds pixels.</summary>
    /// <param name="rgb">8-bit sRGB, 3 bytes a pixel.</param>
    /// <exception cref="ArgumentException">Not a whole number of pixels.</exception>
    public void Add(ReadOnlySpan<byte> rgb)
    {
        if (rgb.Length % 3 != 0)
            throw new ArgumentException($"RGB24 pixels have 3 bytes each; {rgb.Length} is not a multiple of 3", nameof(rgb));
        // Neighbouring pixels are often equal: one atomic addition per run, since threads contend for common colours such as white.
        var (color, run) = (0, 0);
        for (var at = 0; at < rgb.Length; at += 3)
        {
            var next = (rgb[at] * Levels + rgb[at + 1]) * Levels + rgb[at + 2];
            if (next != color)
            {
                Interlocked.Add(ref _count_RGB[color], run);
                (color, run) = (next, 0);
            }

            run++;
        }

        Interlocked.Add(ref _count_RGB[color], run);
    }

    /// <summary>Pixels per bin. Must not be called while pixels are added.</summary>
    /// <param name="bins">The bins.</param>
    /// <param name="device">Device that assigns the colours.</param>
    /// <returns>One count per bin; they sum to the pixels added.</returns>
    public long[] Count(ColorBins bins, Device device)
    {
        ArgumentNullException.ThrowIfNull(bins);
        ArgumentNullException.ThrowIfNull(device);
        LibTorchRuntime.EnsureLoaded();
        using var frozen = no_grad();
        var counts = new long[bins.Count];
        foreach (var colors in Enumerable.Range(0, _count_RGB.Length).Where(color => _count_RGB[color] > 0).Chunk(ColorsAtOnce))
        {
            using var scope = NewDisposeScope();
            var rgb = new byte[colors.Length * 3];
            for (var i = 0; i < colors.Length; i++)
                (rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]) = (
                    (byte)(colors[i] / (Levels * Levels)),
                    (byte)(colors[i] / Levels),
                    (byte)colors[i]
                );
            var rgb_BHWC = tensor(rgb, [1, colors.Length, 1, 3], device: device);
            var bin = bins.IndexOf(LabColor.FromSrgb(rgb_BHWC).narrow(1, 1, 2)).view(-1).cpu().data<long>();
            for (var i = 0; i < colors.Length; i++)
                counts[bin[i]] += _count_RGB[colors[i]];
        }

        return counts;
    }
}
