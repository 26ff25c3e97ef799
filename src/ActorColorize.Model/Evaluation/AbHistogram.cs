using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Evaluation;

/// <summary>A colour histogram: pixels counted in square cells of the ab plane. Not thread-safe while it is filled.</summary>
public sealed class AbHistogram
{
    /// <summary>Cells along each axis.</summary>
    public const int Cells = 110;

    /// <summary>Width of a cell, CIELAB units.</summary>
    public const double CellWidth = 2 * Edge / Cells;

    /// <summary>The plane extends from minus this to plus this; colours beyond it count in the outermost cells.</summary>
    public const double Edge = 110;

    private readonly long[] _counts = new long[Cells * Cells];

    /// <summary>Pixels counted.</summary>
    public long Total { get; private set; }

    /// <summary>Share of the pixels in a cell, 0..1.</summary>
    /// <param name="a">Cell along a, 0..<see cref="Cells"/> − 1, from the green end to the red one.</param>
    /// <param name="b">Cell along b, from the blue end to the yellow one.</param>
    public double Share(int a, int b) => Total == 0 ? 0 : (double)Count(a, b) / Total;

    /// <summary>Pixels in a cell.</summary>
    /// <param name="a">As for <see cref="Share"/>.</param>
    /// <param name="b">As for <see cref="Share"/>.</param>
    public long Count(int a, int b) => _counts[a * Cells + b];

    /// <summary>Coordinate of a cell's middle, CIELAB units.</summary>
    public static double Middle(int cell) => (cell + 0.5) * CellWidth - Edge;

    /// <summary>
    /// Share of the pixels by chroma √(a² + b²), in steps of <paramref name="step"/> units; the last holds all larger ones.
    /// </summary>
    /// <remarks>A cell counts with the chroma of its centre.</remarks>
    public double[] ChromaShares(double step, int steps)
    {
        var shares = new double[steps];
        for (var a = 0; a < Cells; a++)
        {
            for (var b = 0; b < Cells; b++)
                shares[Math.Min(steps - 1, (int)(Math.Sqrt(Middle(a) * Middle(a) + Middle(b) * Middle(b)) / step))] += Share(a, b);
        }

        return shares;
    }

    /// <summary>Adds the pixels of another histogram.</summary>
    internal void Add(AbHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        Total += other.Total;
    }

    /// <summary>Counts the pixels of a batch.</summary>
    /// <param name="ab_B2HW">float32, [B, 2, H, W].</param>
    internal void Add(Tensor ab_B2HW)
    {
        using var scope = NewDisposeScope();
        var cell_B2HW = (ab_B2HW.Plus(K(Edge)) / K(CellWidth)).floor_().clamp_(K(0), K(Cells - 1));
        // Whole numbers below 2²⁴ are exact in float32
        var index_BHW = (cell_B2HW.select(1, 0) * K(Cells)).Plus(cell_B2HW.select(1, 1)).to(ScalarType.Int64);
        var counts = index_BHW.reshape(-1).bincount(null, Cells * Cells).cpu().data<long>().ToArray();
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += counts[i];
        Total += index_BHW.numel();
    }
}
