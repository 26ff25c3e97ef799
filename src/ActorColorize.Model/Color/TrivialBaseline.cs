namespace ActorColorize.Model.Color;

/// <summary>What a network reaches that always answers the same: the line a training must get under before it has learned anything from the picture.</summary>
public static class TrivialBaseline
{
    /// <summary>
    /// Smallest weighted cross-entropy of any constant distribution on these targets. By Lagrange, Σ −n·w·ln p under Σ p = 1 is smallest at p ∝ n·w.
    /// </summary>
    /// <param name="targetCounts">Pixels per bin.</param>
    /// <param name="weights">Weight per bin, 0 or above.</param>
    /// <returns>Mean over the pixels, in weighted nats; comparable with <c>LossPerPixel</c>. 0 without pixels.</returns>
    /// <exception cref="ArgumentException">Counts and weights differ in length.</exception>
    public static double Loss(long[] targetCounts, float[] weights)
    {
        ArgumentNullException.ThrowIfNull(targetCounts);
        ArgumentNullException.ThrowIfNull(weights);
        if (targetCounts.Length != weights.Length)
            throw new ArgumentException($"{targetCounts.Length} counts but {weights.Length} weights", nameof(weights));
        var mass = targetCounts.Select((count, bin) => count * (double)weights[bin]).ToArray();
        var total = mass.Sum();
        var pixels = targetCounts.Sum();
        if (pixels == 0 || total <= 0) return 0;
        return -mass.Where(static m => m > 0).Sum(m => m * Math.Log(m / total)) / pixels;
    }

    /// <summary>The constant distribution that reaches this loss, with every bin seen once more than it was, so that none is impossible.</summary>
    internal static double[] BestDistribution(long[] targetCounts, float[] weights)
    {
        // A weight of 0 (one bin holds all pixels) would leave nothing to divide by.
        var mass = targetCounts.Select((count, bin) => (count + 1) * Math.Max(1e-3, weights[bin])).ToArray();
        var total = mass.Sum();
        return [.. mass.Select(m => m / total)];
    }
}
