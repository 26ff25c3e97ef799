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
        var sample = new double[counted.Length];
        for (var round = 0; round < rounds; round++)
        {
            var (forA, forB) = Solve(terms, count, a, b, weights, penalty);
            for (var cell = 0; cell < cells; cell++)
            {
                var (restA, restB) = (a[cell], b[cell]);
                var row = terms.AsSpan(cell * count, count);
                for (var term = 0; term < row.Length; term++)
                {
                    restA -= row[term] * forA[term];
                    restB -= row[term] * forB[term];
                }

                residuals[cell] = Math.Sqrt((restA * restA) + (restB * restB));
            }

            for (var i = 0; i < counted.Length; i++)
                sample[i] = residuals[counted[i]];
            var scale = counted.Length == 0 ? noise : Math.Max(noise, 1.5 * Percentile(sample, 50));
            for (var cell = 0; cell < cells; cell++)
            {
                var ratio = residuals[cell] / scale;
                var down = 1 + (ratio * ratio);
                weights[cell] = startWeights[cell] / (down * down);
            }
        }

        return residuals;
    }

    /// <summary>The value below which so many per cent lie. Reorders the array.</summary>
    public static double Percentile(double[] values, double percent)
    {
        var (low, high) = (0, values.Length - 1);
        var at = Math.Clamp((int)Math.Round(percent / 100 * high), 0, high);
        while (low < high) // quickselect: what lies left of the place is smaller, what lies right of it greater
        {
            var pivot = values[(low + high) / 2];
            var (left, right) = (low, high);
            while (left <= right)
            {
                while (values[left] < pivot)
                    left++;
                while (values[right] > pivot)
                    right--;
                if (left > right)
                    break;
                (values[left], values[right]) = (values[right], values[left]);
                left++;
                right--;
            }

            if (at <= right)
                high = right;
            else if (at >= left)
                low = left;
            else
                break;
        }

        return values[at];
    }

    // The upper triangle of the normal equations and, in two more columns, their right sides. Most terms of a cell are 0.
    private static (double[] A, double[] B) Solve(double[] terms, int count, double[] a, double[] b, double[] weights, double[,] penalty)
    {
        var columns = count + 2;
        var matrix = new double[count * columns];
        Span<int> used = stackalloc int[count];
        for (var cell = 0; cell < a.Length; cell++)
        {
            if (weights[cell] == 0)
                continue;
            var row = terms.AsSpan(cell * count, count);
            var some = 0;
            for (var i = 0; i < count; i++)
            {
                if (row[i] != 0)
                    used[some++] = i;
            }

            for (var first = 0; first < some; first++)
            {
                var i = used[first];
                var weighted = weights[cell] * row[i];
                var line = matrix.AsSpan(i * columns, columns);
                for (var second = first; second < some; second++)
                    line[used[second]] += weighted * row[used[second]];
                line[count] += weighted * a[cell];
                line[count + 1] += weighted * b[cell];
            }
        }

        for (var i = 0; i < count; i++)
        {
            for (var j = i; j < count; j++)
            {
                matrix[(i * columns) + j] += penalty[i, j] * a.Length;
                matrix[(j * columns) + i] = matrix[(i * columns) + j];
            }
        }

        Eliminate(matrix, count);
        var (forA, forB) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            var line = matrix.AsSpan(i * columns, columns);
            (forA[i], forB[i]) = (line[count] / line[i], line[count + 1] / line[i]);
        }

        return (forA, forB);
    }

    // The penalty makes the matrix positive definite: no pivot is zero.
    private static void Eliminate(double[] matrix, int count)
    {
        var columns = count + 2;
        for (var pivot = 0; pivot < count; pivot++)
        {
            var by = matrix.AsSpan(pivot * columns, columns);
            for (var row = 0; row < count; row++)
            {
                if (row == pivot)
                    continue;
                var line = matrix.AsSpan(row * columns, columns);
                var factor = line[pivot] / by[pivot];
                for (var column = pivot; column < columns; column++)
                    line[column] -= factor * by[column];
            }
        }
    }
}
