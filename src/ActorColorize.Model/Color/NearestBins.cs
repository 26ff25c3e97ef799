using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Color;

// Shapes: B pictures, H height, W width, N = B·H·W pixels, K neighbours, C candidates of a cell.

/// <summary>
/// Finds the bins nearest to a colour by a table over the ab plane: for every small square of the plane it lists the few bins that can be
/// among the K nearest of any point inside, so that a pixel is compared with those and not with all bins. Exact for colours inside the
/// table, which all of sRGB is; beyond it, the bins near the edge are used.
/// </summary>
internal sealed class NearestBins
{
    /// <summary>Colours of sRGB lie within −108..98.</summary>
    private const double Edge = 115;
    private const double CellSide = 5;
    private const int CellsPerSide = (int)(2 * Edge / CellSide);

    /// <summary>Padding for missing candidates: farther than any bin.</summary>
    private const float Nowhere = 1e6f;

    private readonly int _neighbours;
    private readonly long[] _bin_MC;
    private readonly float[] _center_MC2;
    private readonly int _candidates;

    /// <param name="centers">a and b of every bin.</param>
    /// <param name="neighbours">K, at most the number of bins.</param>
    public NearestBins(float[,] centers, int neighbours)
    {
        _neighbours = neighbours;
        var cells = Enumerable.Range(0, CellsPerSide * CellsPerSide).Select(cell => Candidates(centers, neighbours, cell)).ToArray();
        _candidates = cells.Max(static bins => bins.Count);
        _bin_MC = new long[cells.Length * _candidates];
        _center_MC2 = new float[cells.Length * _candidates * 2];
        Array.Fill(_center_MC2, Nowhere);
        for (var cell = 0; cell < cells.Length; cell++)
        {
            for (var i = 0; i < cells[cell].Count; i++)
            {
                var place = cell * _candidates + i;
                var bin = cells[cell][i];
                _bin_MC[place] = bin;
                _center_MC2[2 * place] = centers[bin, 0];
                _center_MC2[2 * place + 1] = centers[bin, 1];
            }
        }
    }

    /// <summary>The K nearest bins of every pixel, the nearest first.</summary>
    /// <param name="ab_B2HW">float32, CIELAB units.</param>
    /// <returns>Bins, int64, and squared distances, float32, both [B, K, H, W].</returns>
    public (Tensor Bin_BKHW, Tensor SquaredDistance_BKHW) Find(Tensor ab_B2HW)
    {
        using var scope = NewDisposeScope();
        var shape = ab_B2HW.shape;
        var bin_MC = tensor(_bin_MC, [_bin_MC.Length / _candidates, _candidates], device: ab_B2HW.device);
        var center_MC2 = tensor(_center_MC2, [_bin_MC.Length / _candidates, _candidates, 2], device: ab_B2HW.device);
        var ab_N2 = ab_B2HW.permute(0, 2, 3, 1).reshape(-1, 2);
        var cell_N2 = ab_N2.Plus(K(Edge)).mul_(K(1 / CellSide)).floor_().clamp_(K(0), K(CellsPerSide - 1));
        var cell_N = cell_N2.select(1, 0).mul(K(CellsPerSide)).Add(cell_N2.select(1, 1)).to(ScalarType.Int64);
        var distance_NC = center_MC2.index_select(0, cell_N).sub_(ab_N2.unsqueeze(1)).Squared().sum(-1);
        (Tensor nearest_NK, Tensor place_NK) = distance_NC.topk(_neighbours, dim: 1, largest: false, sorted: true);
        var bin_NK = bin_MC.index_select(0, cell_N).gather(1, place_NK);
        return (Planes(bin_NK, shape).MoveToOuterDisposeScope(), Planes(nearest_NK, shape).MoveToOuterDisposeScope());
    }

    private Tensor Planes(Tensor values_NK, long[] shape) =>
        values_NK.view(shape[0], shape[2], shape[3], _neighbours).permute(0, 3, 1, 2).contiguous();

    /// <summary>
    /// Bins that can be among the K nearest for some point in the cell: their smallest distance is at most the K-th smallest of all largest
    /// distances.
    /// </summary>
    private static List<int> Candidates(float[,] centers, int neighbours, int cell)
    {
        double a = cell / CellsPerSide * CellSide - Edge,
            b = cell % CellsPerSide * CellSide - Edge;
        var count = centers.GetLength(0);
        var largest = new double[count];
        for (var bin = 0; bin < count; bin++)
            largest[bin] = Hypot(Farthest(centers[bin, 0], a), Farthest(centers[bin, 1], b));
        var reach = largest.Order().ElementAt(neighbours - 1) + 1e-6;
        return [.. Enumerable.Range(0, count).Where(bin => Hypot(Shortest(centers[bin, 0], a), Shortest(centers[bin, 1], b)) <= reach)];
    }

    private static double Farthest(double x, double low) => Math.Max(Math.Abs(x - low), Math.Abs(x - low - CellSide));

    private static double Shortest(double x, double low) => Math.Max(0, Math.Max(low - x, x - low - CellSide));

    private static double Hypot(double x, double y) => Math.Sqrt(x * x + y * y);
}
