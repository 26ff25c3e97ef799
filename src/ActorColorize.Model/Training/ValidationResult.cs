using ActorColorize.Model.Evaluation;
using ActorColorize.Protocol;

namespace ActorColorize.Model.Training;

/// <summary>Sums over validated pictures; results of several batches add up.</summary>
/// <param name="Pictures">The number of pictures.</param>
/// <param name="Pixels">Target pixels, a sixteenth of the pictures' pixels.</param>
/// <param name="LossSum">Weighted cross-entropy summed over them.</param>
/// <param name="TargetCounts">Target pixels per bin, by the nearest one.</param>
/// <param name="TargetMass">Per bin, the sum over the target pixels of weight × share: what <see cref="Color.TrivialBaseline"/> is computed
/// from.</param>
/// <param name="ChromaSum">Chroma √(a² + b²) of the network's colours (annealed mean) summed over the target pixels.</param>
/// <param name="TruthChromaSum">Chroma of the pictures themselves, likewise.</param>
/// <param name="ScenesLabelled">Pictures with a scene label, where the network has a scene head.</param>
/// <param name="ScenesRight">Those whose most probable scene is the labelled one.</param>
/// <param name="OurColors">The network's colours at the target pixels; null if they were not counted.</param>
/// <param name="TrueColors">The pictures' own colours, likewise.</param>
public sealed record ValidationResult(
    long Pictures,
    long Pixels,
    double LossSum,
    long[] TargetCounts,
    double[] TargetMass,
    double ChromaSum,
    double TruthChromaSum,
    long ScenesLabelled = 0,
    long ScenesRight = 0,
    AbHistogram? OurColors = null,
    AbHistogram? TrueColors = null
)
{
    /// <summary>Loss per target pixel, comparable with <see cref="StepResult.LossPerPixel"/>.</summary>
    public double LossPerPixel => LossSum / Pixels;

    /// <summary>Mean chroma of the network's colours, CIELAB units.</summary>
    public double MeanChroma => ChromaSum / Pixels;

    /// <summary>Mean chroma of the pictures themselves: a network with much less paints desaturated pictures.</summary>
    public double MeanTruthChroma => TruthChromaSum / Pixels;

    /// <summary>Loss of the best constant distribution on these targets, comparable with <see cref="LossPerPixel"/>.</summary>
    public double BaselineLoss => Color.TrivialBaseline.Loss(TargetMass, Pixels);

    /// <summary>
    /// Share of the labelled pictures whose scene was recognised, 0..1; null if none was labelled or the network has no scene head.
    /// </summary>
    public double? SceneAccuracy => ScenesLabelled == 0 ? null : (double)ScenesRight / ScenesLabelled;

    /// <summary>Adds two results.</summary>
    /// <exception cref="ArgumentException">They have different bins.</exception>
    public static ValidationResult operator +(ValidationResult left, ValidationResult right) =>
        (left ?? throw new ArgumentNullException(nameof(left))).Add(right);

    /// <summary>Adds another result to this one.</summary>
    /// <exception cref="ArgumentException">They have different bins.</exception>
    public ValidationResult Add(ValidationResult other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.TargetCounts.Length != TargetCounts.Length)
            throw new ArgumentException($"{other.TargetCounts.Length} bins cannot be added to {TargetCounts.Length}", nameof(other));
        return new ValidationResult(
            Pictures + other.Pictures,
            Pixels + other.Pixels,
            LossSum + other.LossSum,
            [.. TargetCounts.Zip(other.TargetCounts, static (a, b) => a + b)],
            [.. TargetMass.Zip(other.TargetMass, static (a, b) => a + b)],
            ChromaSum + other.ChromaSum,
            TruthChromaSum + other.TruthChromaSum,
            ScenesLabelled + other.ScenesLabelled,
            ScenesRight + other.ScenesRight,
            Sum(OurColors, other.OurColors),
            Sum(TrueColors, other.TrueColors)
        );
    }

    private static AbHistogram? Sum(AbHistogram? one, AbHistogram? other)
    {
        if (one is null || other is null)
            return one ?? other;
        var sum = new AbHistogram();
        sum.Add(one);
        sum.Add(other);
        return sum;
    }
}
