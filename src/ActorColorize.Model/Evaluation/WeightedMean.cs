namespace ActorColorize.Model.Evaluation;

/// <summary>A weighted mean over pictures and its standard error.</summary>
/// <param name="Value">Σ w·x / Σ w.</param>
/// <param name="StandardError">By the jackknife, leaving out each picture in turn (Tukey, <i>Bias and confidence in not-quite large
/// samples</i>, Annals of Mathematical Statistics 29, 1958). Null for a single picture.</param>
public sealed record WeightedMean(double Value, double? StandardError)
{
    /// <summary>The mean of some pictures.</summary>
    /// <param name="pictures">Weight, above 0, and value of each.</param>
    /// <exception cref="ArgumentException">There are no pictures.</exception>
    public static WeightedMean Of(IReadOnlyCollection<(double Weight, double Value)> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.Count == 0)
            throw new ArgumentException("no picture to take a mean of", nameof(pictures));
        double weights = pictures.Sum(static picture => picture.Weight),
            sum = pictures.Sum(static picture => picture.Weight * picture.Value);
        if (pictures.Count == 1)
            return new WeightedMean(sum / weights, null);
        var without = pictures.Select(picture => (sum - picture.Weight * picture.Value) / (weights - picture.Weight)).ToList();
        var center = without.Average();
        var squares = without.Sum(mean => (mean - center) * (mean - center));
        return new WeightedMean(sum / weights, Math.Sqrt(squares * (without.Count - 1) / without.Count));
    }
}
