using ActorColorize.Model.Color;

namespace ActorColorize.Model.Inference;

/// <summary>How a network's distributions over colour bins are decoded to colours.</summary>
/// <param name="Temperature">Temperature T of the distribution, which is sharpened to p^(1/T): 0 takes the most probable bin, 1 the
/// distribution as it is; 0.38 is the published value for the annealed mean.</param>
/// <param name="Rebalance">Weight of rare colours: 0 weighs all colours alike, 1 by frequency; null leaves the network's output as
/// trained. For the annealed mean λ of <see cref="ColorStatistics.Correction"/>, for the geometric median that of
/// <see cref="ColorStatistics.MedianWeights"/>.</param>
/// <param name="FlipAverage">Whether to average with the output for the mirror image: twice the work, more consistent colours.</param>
public sealed record Decoding(double Temperature, double? Rebalance = null, bool FlipAverage = false)
{
    /// <summary>Largest <see cref="Taper"/>.</summary>
    public const double MostTaper = 50;

    /// <summary>The colour that stands for a distribution.</summary>
    public ColorEstimator Estimator { get; init; }

    /// <summary>
    /// Entropy E in nats up to which chroma is kept: where the entropy H is larger, chroma is multiplied by (E / H)², so that ambiguous
    /// regions become grey. Null: chroma is unchanged.
    /// </summary>
    public double? SureEntropy { get; init; }

    /// <summary>
    /// Lightness t below which chroma falls in proportion to L, and above 100 − t/2 in proportion to 100 − L, to zero at black and white:
    /// from 0 (off) to <see cref="MostTaper"/>.
    /// </summary>
    public double Taper { get; init; }

    /// <summary>
    /// Factor on the sides of a second forward pass; the distributions of both sizes, and of mirror images if used, are averaged before
    /// decoding. From ½ to 2; null: one size.
    /// </summary>
    public double? SecondScale { get; init; }

    /// <summary>Whether distributions are averaged, rather than decoded colours.</summary>
    internal bool AveragesDistributions =>
        SureEntropy is not null || SecondScale is not null || Estimator == ColorEstimator.GeometricMedian;

    /// <summary>The views (size and mirroring) that the network is run on.</summary>
    internal IEnumerable<(double Scale, bool Mirrored)> Views()
    {
        double[] scales = SecondScale is { } second ? [1, second] : [1];
        bool[] mirrored = FlipAverage ? [false, true] : [false];
        return scales.SelectMany(scale => mirrored.Select(flip => (scale, flip)));
    }

    /// <exception cref="ArgumentException">A value is out of range.</exception>
    internal static void Require(Decoding decoding)
    {
        ArgumentNullException.ThrowIfNull(decoding);
        if (!(decoding.Temperature >= 0 && double.IsFinite(decoding.Temperature)))
            throw new ArgumentException($"temperature is {decoding.Temperature}: it must be 0 or above", nameof(decoding));
        if (decoding.Rebalance is not (null or (>= 0 and <= 1)))
            throw new ArgumentException($"rebalance is {decoding.Rebalance}: it must be from 0 to 1", nameof(decoding));
        if (!Enum.IsDefined(decoding.Estimator))
            throw new ArgumentException($"estimator is {decoding.Estimator}, which is unknown", nameof(decoding));
        if (decoding is { Estimator: ColorEstimator.GeometricMedian, Temperature: 0 })
            throw new ArgumentException("temperature is 0: the geometric median requires one above 0", nameof(decoding));
        if (decoding.SureEntropy is not (null or (> 0 and < double.PositiveInfinity)))
            throw new ArgumentException($"sure entropy is {decoding.SureEntropy}: it must be above 0", nameof(decoding));
        if (decoding.Taper is not (>= 0 and <= MostTaper))
            throw new ArgumentException($"taper is {decoding.Taper}: it must be from 0 to {MostTaper}", nameof(decoding));
        if (decoding.SecondScale is not (null or (>= 0.5 and <= 2)))
            throw new ArgumentException($"second scale is {decoding.SecondScale}: it must be from 0.5 to 2", nameof(decoding));
    }
}
