namespace ActorColorize.Model.Color;

/// <summary>Weights of the colour bins in the loss: rare colours weigh more, or the network would learn desaturated brown.</summary>
public static class ClassWeights
{
    /// <summary>
    /// −ln q of each bin's share q (Lu and Liu, Colorization using Knet, 2017). A bin that never occurs would get an infinite weight; it is
    /// treated as seen once: −ln(1/N) with N pixels counted: the largest weight that a bin which does occur can get.
    /// </summary>
    /// <returns>One weight per bin, 0 or above.</returns>
    /// <exception cref="ArgumentException">The prior counted no pixel.</exception>
    public static float[] NegativeLog(ColorPrior prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        var total = prior.TotalPixels;
        if (total <= 0)
            throw new ArgumentException("the colour prior counted no pixel: count it over the training set first", nameof(prior));
        return [.. prior.Counts.Select(count => (float)Math.Log(total / (double)Math.Max(1, count)))];
    }

    /// <summary>
    /// ((1 − λ) p̃ + λ/Q)⁻¹ with the smoothed prior p̃, scaled so that Σ p̃ w = 1 (Zhang, Isola, Efros, Colorful Image Colorization, 2016,
    /// equation 4).
    /// </summary>
    /// <param name="prior">Pixels per bin, counted over the training set.</param>
    /// <param name="bins">The bins that were counted.</param>
    /// <param name="uniform">λ, the share of the uniform distribution: 0 gives every colour equal influence regardless of its frequency, 1
    /// weights colours by frequency. Published: 0.5.</param>
    /// <returns>One weight per bin, above 0. With λ = 0 a bin without any neighbour that occurs is treated as seen once.</returns>
    /// <exception cref="ArgumentException">The prior counted no pixel, or other bins; λ is not from 0 to 1.</exception>
    public static float[] Rebalanced(ColorPrior prior, ColorBins bins, double uniform)
    {
        var smoothed = SmoothedPrior.Of(prior, bins);
        return Rebalanced(smoothed, uniform, 1.0 / prior.TotalPixels);
    }

    /// <summary>The same from the smoothed prior.</summary>
    /// <param name="smoothedPrior">p̃ of every bin.</param>
    /// <param name="uniform">λ.</param>
    /// <param name="leastShare">Smaller mixed shares count as this one.</param>
    /// <returns>One weight per bin, above 0.</returns>
    /// <exception cref="ArgumentException">λ is not from 0 to 1.</exception>
    internal static float[] Rebalanced(double[] smoothedPrior, double uniform, double leastShare)
    {
        if (!(uniform is >= 0 and <= 1))
            throw new ArgumentException($"lambda is {uniform}: it must be from 0 to 1", nameof(uniform));
        var weights = smoothedPrior
            .Select(share => 1 / Math.Max(leastShare, (1 - uniform) * share + uniform / smoothedPrior.Length))
            .ToArray();
        var mean = weights.Zip(smoothedPrior, static (weight, share) => weight * share).Sum();
        return [.. weights.Select(weight => (float)(weight / mean))];
    }
}
