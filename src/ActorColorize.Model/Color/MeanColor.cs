using static TorchSharp.torch;

namespace ActorColorize.Model.Color;

/// <summary>Mean colour of a set of pictures.</summary>
/// <param name="A">CIELAB a.</param>
/// <param name="B">CIELAB b.</param>
public sealed record MeanColor(double A, double B);

/// <summary>Mean colour of pictures, from every fourth pixel in both directions: the pixels of a network's targets.</summary>
public sealed class MeanColorHistogram
{
    private const int Stride = 4;

    private double _a;
    private double _b;
    private long _pixels;

    /// <summary>The mean so far.</summary>
    /// <exception cref="InvalidOperationException">Nothing has been added.</exception>
    public MeanColor Mean =>
        _pixels > 0 ? new MeanColor(_a / _pixels, _b / _pixels) : throw new InvalidOperationException("no picture was counted");

    /// <summary>Adds a batch.</summary>
    /// <param name="rgb_BHWC">8-bit sRGB, batch × side × side × 3 bytes.</param>
    /// <param name="batch">Pictures.</param>
    /// <param name="side">Height and width of each.</param>
    /// <param name="device">Device that computes.</param>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public void Add(ReadOnlySpan<byte> rgb_BHWC, int batch, int side, Device device)
    {
        var expected = checked((long)batch * side * side * 3);
        if (batch < 1 || side < 1 || rgb_BHWC.Length != expected)
            throw new ArgumentException($"{batch} pictures of {side}×{side} are {expected} bytes, got {rgb_BHWC.Length}", nameof(rgb_BHWC));
        var perSide = (side + Stride - 1) / Stride;
        var sample_N3 = new byte[batch * perSide * perSide * 3];
        var to = 0;
        for (var picture = 0; picture < batch; picture++)
        {
            for (var y = 0; y < side; y += Stride)
            {
                for (var x = 0; x < side; x += Stride, to += 3)
                    rgb_BHWC.Slice(((picture * side + y) * side + x) * 3, 3).CopyTo(sample_N3.AsSpan(to));
            }
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var lab_B3HW = LabColor.FromSrgb(tensor(sample_N3, [batch, perSide, perSide, 3], device: device));
        var sums_3 = lab_B3HW.sum([0, 2, 3], type: ScalarType.Float64).cpu().data<double>().ToArray();
        _a += sums_3[1];
        _b += sums_3[2];
        _pixels += (long)batch * perSide * perSide;
    }
}
