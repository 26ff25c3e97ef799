using System.Collections.Concurrent;
using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Color;

// Shapes: B pictures, H height, W width, Q bins, K neighbours.

/// <summary>The colour classes of a network: points of the ab plane.</summary>
public sealed class ColorBins
{
    /// <summary>Width of the Gaussian of the soft encoding, CIELAB units (Zhang, Isola, Efros 2016, section 2.1).</summary>
    public const double SoftSigma = 5;

    private readonly ConcurrentDictionary<int, NearestBins> _nearest = new();

    private ColorBins(string name, float[,] centers)
    {
        Name = name;
        Centers = centers;
    }

    /// <summary>
    /// 18×18 bins over [−110, 110)² (Lu and Liu, Colorization using Knet, 2017). Colours beyond the edge fall into the outermost bins.
    /// </summary>
    public static ColorBins Grid18 { get; } = new("grid18", Squares(18));

    /// <summary>
    /// The 313 points of a grid of step 10 that are inside the sRGB gamut (Zhang, Isola, Efros, Colorful Image Colorization, 2016), in the
    /// published order.
    /// </summary>
    public static ColorBins InGamut313 { get; } = new("gamut313", InGamutPoints.Step10());

    /// <summary>All bins, by name.</summary>
    public static IReadOnlyDictionary<string, ColorBins> ByName { get; } =
        new[] { Grid18, InGamut313 }.ToDictionary(static bins => bins.Name, StringComparer.Ordinal);

    /// <summary>Name in configurations and files.</summary>
    public string Name { get; }

    /// <summary>Number of bins.</summary>
    public int Count => Centers.GetLength(0);

    /// <summary>Colour of each bin in CIELAB units, [Q, 2]: a, b.</summary>
    public float[,] Centers { get; }

    /// <summary>The bin of every pixel: the one whose colour is nearest.</summary>
    /// <param name="ab_B2HW">float32, [B, 2, H, W].</param>
    /// <returns>int64, [B, H, W], 0..Q−1.</returns>
    /// <exception cref="ArgumentException">Another shape.</exception>
    public Tensor IndexOf(Tensor ab_B2HW)
    {
        using var scope = NewDisposeScope();
        return Nearest(ab_B2HW, 1).Bin_BKHW.squeeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Soft-encodes every pixel over its nearest bins in proportion to exp(−d²/2σ²), σ = <see cref="SoftSigma"/>. With one neighbour, the
    /// nearest bin has share 1.
    /// </summary>
    /// <param name="ab_B2HW">float32, [B, 2, H, W].</param>
    /// <param name="neighbours">K; 5 in the paper, 10 in the published code.</param>
    /// <returns>Bins, int64, the nearest first, and their shares, float32, which add up to 1; both [B, K, H, W].</returns>
    /// <exception cref="ArgumentException">Another shape.</exception>
    public (Tensor Bin_BKHW, Tensor Share_BKHW) Encode(Tensor ab_B2HW, int neighbours)
    {
        using var scope = NewDisposeScope();
        var (bin_BKHW, distance_BKHW) = Nearest(ab_B2HW, neighbours);
        // A softmax, so that the shares of a colour far from all bins do not underflow.
        var share_BKHW = distance_BKHW.mul_(K(-1 / (2 * SoftSigma * SoftSigma))).softmax(1);
        return (bin_BKHW.MoveToOuterDisposeScope(), share_BKHW.MoveToOuterDisposeScope());
    }

    /// <summary><see cref="Centers"/> as a float32 tensor [Q, 2].</summary>
    public Tensor CentersOn(Device device) => tensor(Centers, device: device);

    private (Tensor Bin_BKHW, Tensor SquaredDistance_BKHW) Nearest(Tensor ab_B2HW, int neighbours)
    {
        ArgumentNullException.ThrowIfNull(ab_B2HW);
        if (ab_B2HW.dim() != 4 || ab_B2HW.shape[1] != 2)
            throw new ArgumentException($"expected [B, 2, H, W], got [{string.Join(", ", ab_B2HW.shape)}]", nameof(ab_B2HW));
        if (neighbours < 1 || neighbours > Count)
            throw new ArgumentException($"{neighbours} neighbours: there must be from 1 to {Count}", nameof(neighbours));
        return _nearest.GetOrAdd(neighbours, count => new NearestBins(Centers, count)).Find(ab_B2HW);
    }

    /// <summary>Bin number = row along a × bins per side + column along b.</summary>
    private static float[,] Squares(int perSide)
    {
        const double Edge = 110;
        var cell = 2 * Edge / perSide;
        var centers = new float[perSide * perSide, 2];
        for (var bin = 0; bin < perSide * perSide; bin++)
        {
            centers[bin, 0] = (float)((bin / perSide + 0.5) * cell - Edge);
            centers[bin, 1] = (float)((bin % perSide + 0.5) * cell - Edge);
        }

        return centers;
    }
}
