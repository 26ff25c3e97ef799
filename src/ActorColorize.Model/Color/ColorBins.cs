using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Color;

// Shapes: B pictures, H height, W width, Q bins.

/// <summary>A square grid over the ab plane: the colours that the network tells apart.</summary>
public sealed class ColorBins
{
    private const double Edge = 110;
    private readonly int _perSide;

    private ColorBins(int perSide)
    {
        _perSide = perSide;
        var cell = 2 * Edge / perSide;
        Centers = new float[perSide * perSide, 2];
        for (var bin = 0; bin < perSide * perSide; bin++)
        {
            Centers[bin, 0] = (float)((bin / perSide + 0.5) * cell - Edge);
            Centers[bin, 1] = (float)((bin % perSide + 0.5) * cell - Edge);
        }
    }

    /// <summary>18×18 bins over [−110, 110)² (Lu and Liu, Colorization using Knet, 2017). Colours beyond the edge fall into the outermost bins.</summary>
    public static ColorBins Grid18 { get; } = new(18);

    /// <summary>How many bins there are.</summary>
    public int Count => _perSide * _perSide;

    /// <summary>Centre of each bin in CIELAB units, [Q, 2]: a, b. Bin number = row along a × bins per side + column along b.</summary>
    public float[,] Centers { get; }

    /// <summary>The bin of every pixel.</summary>
    /// <param name="ab_B2HW">float32, [B, 2, H, W].</param>
    /// <returns>int64, [B, H, W], 0..Q−1.</returns>
    /// <exception cref="ArgumentException">Another shape.</exception>
    public Tensor IndexOf(Tensor ab_B2HW)
    {
        ArgumentNullException.ThrowIfNull(ab_B2HW);
        if (ab_B2HW.dim() != 4 || ab_B2HW.shape[1] != 2)
            throw new ArgumentException($"expected [B, 2, H, W], got [{string.Join(", ", ab_B2HW.shape)}]", nameof(ab_B2HW));
        using var scope = NewDisposeScope();
        var cells_B2HW = (ab_B2HW + K(Edge)).mul_(K(_perSide / (2 * Edge))).floor_().clamp_(K(0), K(_perSide - 1));
        var index_BHW = cells_B2HW.select(1, 0).mul(K(_perSide)).add_(cells_B2HW.select(1, 1)).to(ScalarType.Int64);
        return index_BHW.MoveToOuterDisposeScope();
    }

    /// <summary><see cref="Centers"/> as a float32 tensor [Q, 2].</summary>
    public Tensor CentersOn(Device device) => tensor(Centers, device: device);
}
