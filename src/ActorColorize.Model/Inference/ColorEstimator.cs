namespace ActorColorize.Model.Inference;

/// <summary>How one colour is chosen to stand for a distribution over colours.</summary>
public enum ColorEstimator
{
    /// <summary>Mean of the sharpened distribution (Zhang, Isola, Efros, Colorful Image Colorization, 2016, equation 5).</summary>
    AnnealedMean,

    /// <summary>
    /// The colour with the smallest expected distance in ab to the truth, with the colours weighted by their rarity. The area under the
    /// curve of errors (AuC) falls in proportion to that distance, so this is the best choice for a mixture of raw and rebalanced AuC, as
    /// far as the distribution is right.
    /// </summary>
    GeometricMedian,
}
