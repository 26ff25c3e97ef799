using static TorchSharp.torch;

namespace ActorColorize.Model.Color;

/// <summary>
/// Counts every 8-bit colour separately, so that the same pixels can be assigned to several kinds of bins afterwards. Pixels may be added
/// from several threads. Always takes 128 MB.
/// </summary>
public sealed class ColorHistogram
{
    private readonly long[] _count_RGB = new long[PackedColors.Count];

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
            var next = PackedColors.At(rgb, at);
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
        var counts = new long[bins.Count];
        var occurring = Enumerable.Range(0, PackedColors.Count).Where(color => _count_RGB[color] > 0);
        foreach (var (color, bin) in PackedColors.Assigned(occurring, bins, device))
            counts[bin] += _count_RGB[color];
        return counts;
    }
}
