namespace ActorColorize.Imaging.Tones;

/// <summary>
/// Explains two quantities by the same terms, by weighted least squares that give less and less weight to what does not fit: a second
/// material or a stamp does not pull the explanation of the first.
/// </summary>
internal static class RobustFit
{
    /// <summary>What remains unexplained of each cell: √(Δa² + Δb²).</summary>
    /// <param name="terms">The terms of each cell, row by row.</param>
    /// <param name="count">Terms per cell.</param>
    /// <param name="a">The first quantity.</param>
    /// <param name="b">The second.</param>
    /// <param name="startWeights">How much each cell counts at first, 0…1.</param>
    /// <param name="penalty">Added to the normal equations' matrix, per cell: keeps the terms small and the curve smooth.</param>
    /// <param name="noise">Residuals below this count as noise, in the unit of the quantities.</param>
    /// <param name="rounds">How often the weights are adapted.</param>
    public static double[] Residuals(
        double[] terms,
        int count,
        double[] a,
        double[] b,
        double[] startWeights,
        double[,] penalty,
        double noise,
        int rounds
    )
    {
        var cells = a.Length;
        var weights = startWeights.ToArray();
        var residuals = new double[cells];
        var counted = Enumerable.Range(0, cells).Where(cell => startWeights[cell] > 0.5).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            var (forA, forB) = Solve(terms, count, a, b, weights, penalty);
            for (var cell = 0; cell < cells; cell++)
            {
                var (restA, restB) = (a[cell], b[cell]);
                for (var term = 0; term < count; term++)
                {
                    var value = terms[(cell * count) + term];
                    restA -= value * forA[term];
                    restB -= value * forB[term];
                }

                residuals[cell] = Math.Sqrt((restA * restA) + (restB * restB));
            }

            var scale = counted.Length == 0 ? noise : Math.Max(noise, 1.5 * Percentile([.. counted.Select(cell => residuals[cell])], 50));
            for (var cell = 0; cell < cells; cell++)
            {
                var ratio = residuals[cell] / scale;
                var down = 1 + (ratio * ratio);
                weights[cell] = startWeights[cell] / (down * down);
            }
        }

        return residuals;
    }

    /// <summary>The value below which so many per cent lie. Sorts the array.</summary>
    public static double Percentile(double[] values, double percent)
    {
        Array.Sort(values);
        return values[Math.Clamp((int)Math.Round(percent / 100 * (values.Length - 1)), 0, values.Length - 1)];
    }

    private static (double[] A, double[] B) Solve(double[] terms, int count, double[] a, double[] b, double[] weights, double[,] penalty)
    {
        var matrix = new double[count, count + 2];
        for (var cell = 0; cell < a.Length; cell++)
        {
            var row = terms.AsSpan(cell * count, count);
            for (var i = 0; i < count; i++)
            {
                var weighted = weights[cell] * row[i];
                if (weighted == 0)
                    continue;
                for (var j = 0; j < count; j++)
                    matrix[i, j] += weighted * row[j];
                matrix[i, count] += weighted * a[cell];
                matrix[i, count + 1] += weighted * b[cell];
            }
        }

        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
                matrix[i, j] += penalty[i, j] * a.Length;
        }

        Eliminate(matrix, count);
        var (forA, forB) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
            (forA[i], forB[i]) = (matrix[i, count] / matrix[i, i], matrix[i, count + 1] / matrix[i, i]);
        return (forA, forB);
    }

    // The penalty makes the matrix positive definite: no pivot is zero.
    private static void Eliminate(double[,] matrix, int count)
    {
        for (var pivot = 0; pivot < count; pivot++)
        {
            for (var row = 0; row < count; row++)
            {
                if (row == pivot)
                    continue;
                var factor = matrix[row, pivot] / matrix[pivot, pivot];
                for (var column = pivot; column < count + 2; column++)
                    matrix[row, column] -= factor * matrix[pivot, column];
            }
        }
    }
}
