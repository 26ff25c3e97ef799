namespace ActorColorize.Protocol;

/// <summary>Number of optimizer steps completed by a run; 0 before the first.</summary>
/// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
public readonly record struct StepNumber : IComparable<StepNumber>
{
    /// <summary>Creates a step number from a count of completed steps.</summary>
    public StepNumber(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Value = value;
    }

    /// <summary>The count.</summary>
    public long Value { get; }

    /// <inheritdoc/>
    public int CompareTo(StepNumber other) => Value.CompareTo(other.Value);

    /// <summary>Orders by count.</summary>
    public static bool operator <(StepNumber left, StepNumber right) => left.Value < right.Value;

    /// <summary>Orders by count.</summary>
    public static bool operator >(StepNumber left, StepNumber right) => left.Value > right.Value;

    /// <summary>Orders by count.</summary>
    public static bool operator <=(StepNumber left, StepNumber right) => left.Value <= right.Value;

    /// <summary>Orders by count.</summary>
    public static bool operator >=(StepNumber left, StepNumber right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
