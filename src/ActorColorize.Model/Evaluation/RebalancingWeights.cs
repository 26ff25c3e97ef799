using ActorColorize.Model.Color;

namespace ActorColorize.Model.Evaluation;

/// <summary>
/// Pixel weights of the rebalanced AuC: 1/p̃ of the bin of the pixel's true colour, so that every colour counts the same however rare it is
/// (Zhang, Isola, Efros, <i>Colorful Image Colorization</i>, ECCV 2016, section 3.1 "raw accuracy" and equation 4 with λ = 0).
/// </summary>
/// <remarks>
/// p̃ is the smoothed prior, as in equation 4 and in the published prior (an average of soft encodings): each bin's share is spread over the bins
/// around it with a Gaussian of σ = 5 CIELAB units between bin centres, normalised for every source bin so that the shares still add up to 1.
/// Bins that no training picture has nor has near would get weights without bound, and one stray pixel would decide the figure; they are treated as seen
/// once: p̃ ≥ 1/N with N pixels counted. The common scale of the weights cancels in the weighted mean.
/// </remarks>
public static class RebalancingWeights
{
    /// <summary>Width of the smoothing Gaussian, CIELAB units (method of the ECCV 2016 paper).</summary>
    public const double Sigma = 5;

    /// <summary>One weight per bin, 1/p̃.</summary>
    /// <param name="prior">Pixels per bin, counted over the training set.</param>
    /// <param name="bins">The bins that were counted.</param>
    /// <exception cref="ArgumentException">The prior counted no pixel, or other bins.</exception>
    public static float[] InverseSmoothedPrior(ColorPrior prior, ColorBins bins)
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(bins);
        if (prior.Counts.Length != bins.Count)
            throw new ArgumentException($"the colour prior has {prior.Counts.Length} bins and the grid {bins.Count}: count it again over the training set", nameof(prior));
        var total = prior.TotalPixels;
        if (total <= 0) throw new ArgumentException("the colour prior counted no pixel: count it over the training set first", nameof(prior));

        var smoothed = Smooth(prior.Shares, bins.Centers);
        return [.. smoothed.Select(share => (float)(1 / Math.Max(share, 1.0 / total)))];
    }

    private static double[] Smooth(double[] shares, float[,] centers)
    {
        var count = shares.Length;
        var smoothed = new double[count];
        var kernel = new double[count];
        for (var source = 0; source < count; source++)
        {
            if (shares[source] <= 0) continue;
            var sum = 0.0;
            for (var target = 0; target < count; target++)
            {
                double a = centers[source, 0] - centers[target, 0], b = centers[source, 1] - centers[target, 1];
                kernel[target] = Math.Exp(-(a * a + b * b) / (2 * Sigma * Sigma));
                sum += kernel[target];
            }

            for (var target = 0; target < count; target++) smoothed[target] += shares[source] * kernel[target] / sum;
        }

        return smoothed;
    }
}
