namespace ActorColorize.Model.Training;

/// <summary>Sums over validated pictures; results of several batches add up.</summary>
/// <param name="Pictures">Pictures looked at.</param>
/// <param name="Pixels">Target pixels, a sixteenth of the pictures' pixels.</param>
/// <param name="LossSum">Weighted cross-entropy summed over them.</param>
/// <param name="TargetCounts">Target pixels per bin: what <see cref="Color.TrivialBaseline"/> is computed from.</param>
/// <param name="ChromaSum">Chroma √(a² + b²) of the network's colours (annealed mean) summed over the target pixels.</param>
/// <param name="TruthChromaSum">Chroma of the pictures themselves, likewise.</param>
public sealed record ValidationResult(long Pictures, long Pixels, double LossSum, long[] TargetCounts, double ChromaSum, double TruthChromaSum)
{
    /// <summary>Loss per target pixel, comparable with <see cref="StepResult.LossPerPixel"/>.</summary>
    public double LossPerPixel => LossSum / Pixels;

    /// <summary>Mean chroma of the network's colours, CIELAB units.</summary>
    public double MeanChroma => ChromaSum / Pixels;

    /// <summary>Mean chroma of the pictures themselves: a network far under it paints greyish.</summary>
    public double MeanTruthChroma => TruthChromaSum / Pixels;

    /// <summary>Adds two results.</summary>
    /// <exception cref="ArgumentException">They have different bins.</exception>
    public static ValidationResult operator +(ValidationResult left, ValidationResult right) => (left ?? throw new ArgumentNullException(nameof(left))).Add(right);

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
            ChromaSum + other.ChromaSum,
            TruthChromaSum + other.TruthChromaSum);
    }
}
