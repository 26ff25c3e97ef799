using ActorColorize.Model.Color;

namespace ActorColorize.Model.Evaluation;

/// <summary>
/// Pixel weights of the rebalanced AuC: 1/p̃ of the bin of the pixel's true colour, so that all colours count alike
/// (Zhang, Isola, Efros, <i>Colorful Image Colorization</i>, ECCV 2016, section 3.1 "raw accuracy" and equation 4 with λ = 0).
/// </summary>
/// <remarks>
/// p̃ is <see cref="SmoothedPrior"/>, as in equation 4 and in the published prior (an average of soft encodings). Bins that are empty in
/// the training set would get unbounded weights, and a single pixel could dominate the measure; they are treated as counted once: p̃ ≥ 1/N
/// with N pixels counted. The common scale of the weights cancels in the weighted mean.
/// </remarks>
public static class RebalancingWeights
{
    /// <summary>One weight per bin, 1/p̃.</summary>
    /// <param name="prior">Pixels per bin, counted over the training set.</param>
    /// <param name="bins">The bins that were counted.</param>
    /// <exception cref="ArgumentException">The prior is empty or has other bins.</exception>
    public static float[] InverseSmoothedPrior(ColorPrior prior, ColorBins bins)
    {
        ArgumentNullException.ThrowIfNull(prior);
        var smoothed = SmoothedPrior.Of(prior, bins);
        var floor = 1.0 / prior.TotalPixels;
        return [.. smoothed.Select(share => (float)(1 / Math.Max(share, floor)))];
    }
}
