namespace ActorColorize.Model.Color;

/// <summary>The loss of a constant prediction: the baseline that a training must beat to have learned anything from the pictures.</summary>
public static class TrivialBaseline
{
    /// <summary>
    /// Smallest weighted cross-entropy of any constant distribution on these targets. By Lagrange, Σ −n·w·ln p under Σ p = 1 is smallest at
    /// p ∝ n·w.
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
        return Loss([.. targetCounts.Select((count, bin) => count * (double)weights[bin])], targetCounts.Sum());
    }

    /// <summary>The same for soft-encoded targets.</summary>
    /// <param name="targetMass">Per bin, the sum over the pixels of weight × share.</param>
    /// <param name="pixels">Target pixels.</param>
    /// <returns>Mean over the pixels, in weighted nats. 0 without pixels.</returns>
    public static double Loss(double[] targetMass, long pixels)
    {
        ArgumentNullException.ThrowIfNull(targetMass);
        var total = targetMass.Sum();
        if (pixels == 0 || total <= 0)
            return 0;
        return -targetMass.Where(static mass => mass > 0).Sum(mass => mass * Math.Log(mass / total)) / pixels;
    }

    /// <summary>The constant distribution that reaches this loss, with additive smoothing, so that no bin has probability 0.</summary>
    /// <param name="targetShares">Share of the target pixels per bin.</param>
    /// <param name="pixels">Number of target pixels.</param>
    /// <param name="weights">Weight per bin.</param>
    internal static double[] BestDistribution(double[] targetShares, long pixels, float[] weights)
    {
        // A weight of 0 (one bin holds all pixels) would lead to a division by zero.
        var mass = targetShares.Select((share, bin) => (share + 1.0 / pixels) * Math.Max(1e-3, weights[bin])).ToArray();
        var total = mass.Sum();
        return [.. mass.Select(m => m / total)];
    }
}
