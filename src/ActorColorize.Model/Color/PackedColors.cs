using ActorColorize.Model.Devices;
using static TorchSharp.torch;

namespace ActorColorize.Model.Color;

/// <summary>8-bit sRGB colours as numbers: red · 2¹⁶ + green · 2⁸ + blue.</summary>
internal static class PackedColors
{
    /// <summary>How many there are.</summary>
    internal const int Count = 1 << 24;

    /// <summary>Colours that are assigned to bins in one pass: 100 MB of tensors.</summary>
    private const int AtOnce = 1 << 17;

    /// <summary>The colour whose red value is at a position of RGB24 pixels.</summary>
    internal static int At(ReadOnlySpan<byte> rgb, int position) => (rgb[position] << 16) | (rgb[position + 1] << 8) | rgb[position + 2];

    /// <summary>Each colour with its bin, by <see cref="LabColor"/>.</summary>
    /// <param name="colors">Colours.</param>
    /// <param name="bins">The bins.</param>
    /// <param name="device">Where to compute.</param>
    internal static IEnumerable<(int Color, long Bin)> Assigned(IEnumerable<int> colors, ColorBins bins, Device device)
    {
        LibTorchRuntime.EnsureLoaded();
        foreach (var chunk in colors.Chunk(AtOnce))
        {
            var bin = BinsOf(chunk, bins, device);
            for (var i = 0; i < chunk.Length; i++)
                yield return (chunk[i], bin[i]);
        }
    }

    private static long[] BinsOf(int[] colors, ColorBins bins, Device device)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var rgb = new byte[colors.Length * 3];
        for (var i = 0; i < colors.Length; i++)
            (rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]) = ((byte)(colors[i] >> 16), (byte)(colors[i] >> 8), (byte)colors[i]);
        var rgb_BHWC = tensor(rgb, [1, colors.Length, 1, 3], device: device);
        return bins.IndexOf(LabColor.FromSrgb(rgb_BHWC).narrow(1, 1, 2)).view(-1).cpu().data<long>().ToArray();
    }
}
