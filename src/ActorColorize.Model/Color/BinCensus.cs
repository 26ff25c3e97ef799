using static TorchSharp.torch;

namespace ActorColorize.Model.Color;

/// <summary>Counts the colours of pictures: the streaming pass behind <see cref="ColorPrior"/>.</summary>
public static class BinCensus
{
    /// <summary>Pixels per bin of one batch, all pixels at full size.</summary>
    /// <param name="rgb_BHWC">8-bit sRGB, batch × side × side × 3 bytes.</param>
    /// <param name="batch">Pictures.</param>
    /// <param name="side">Height and width of each.</param>
    /// <param name="bins">The grid.</param>
    /// <param name="device">Where to count.</param>
    /// <returns>One count per bin; they add up to batch × side².</returns>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public static long[] Count(ReadOnlySpan<byte> rgb_BHWC, int batch, int side, ColorBins bins, Device device)
    {
        ArgumentNullException.ThrowIfNull(bins);
        ArgumentNullException.ThrowIfNull(device);
        var expected = checked((long)batch * side * side * 3);
        if (batch < 1 || side < 1 || rgb_BHWC.Length != expected)
            throw new ArgumentException($"{batch} pictures of {side}×{side} are {expected} bytes, got {rgb_BHWC.Length}", nameof(rgb_BHWC));
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var pictures_BHWC = empty(batch, side, side, 3, dtype: ScalarType.Byte);
        rgb_BHWC.CopyTo(pictures_BHWC.bytes);
        var lab_B3HW = LabColor.FromSrgb(pictures_BHWC.to(device));
        var index_BHW = bins.IndexOf(lab_B3HW.narrow(1, 1, 2));
        var counts_Q = index_BHW.view(-1).bincount(null, bins.Count);
        return counts_Q.cpu().data<long>().ToArray();
    }
}
