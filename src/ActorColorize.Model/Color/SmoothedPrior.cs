namespace ActorColorize.Model.Color;

/// <summary>
/// The prior p̃ over colour bins, smoothed: each bin's share is spread over the bins around it with a Gaussian between bin centres,
/// normalised for every source bin so that the shares still add up to 1 (Zhang, Isola, Efros, <i>Colorful Image Colorization</i>, ECCV
/// 2016, section 2.2).
/// </summary>
public static class SmoothedPrior
{
    /// <summary>Width of the Gaussian, CIELAB units.</summary>
    public const double Sigma = 5;

    /// <summary>p̃ of every bin.</summary>
    /// <param name="prior">Pixels per bin.</param>
    /// <param name="bins">The bins that were counted.</param>
    /// <exception cref="ArgumentException">The prior is empty or has other bins.</exception>
    public static double[] Of(ColorPrior prior, ColorBins bins)
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(bins);
        if (prior.Counts.Length != bins.Count)
            throw new ArgumentException(
                $"the colour prior has {prior.Counts.Length} bins and the grid {bins.Count}: count it again over the training set",
                nameof(prior)
            );
        if (prior.TotalPixels <= 0)
            throw new ArgumentException("the colour prior counted no pixel: count it over the training set first", nameof(prior));
        return Spread(prior.Shares, bins.Centers);
    }

    private static double[] Spread(double[] shares, float[,] centers)
    {
        var count = shares.Length;
        var smoothed = new double[count];
        var kernel = new double[count];
        for (var source = 0; source < count; source++)
        {
            if (shares[source] <= 0)
                continue;
            var sum = 0.0;
            for (var target = 0; target < count; target++)
            {
                double a = centers[source, 0] - centers[target, 0],
                    b = centers[source, 1] - centers[target, 1];
                kernel[target] = Math.Exp(-(a * a + b * b) / (2 * Sigma * Sigma));
                sum += kernel[target];
            }

            for (var target = 0; target < count; target++)
                smoothed[target] += shares[source] * kernel[target] / sum;
        }

        return smoothed;
    }
}
