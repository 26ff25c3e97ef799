namespace ActorColorize.Protocol;

/// <summary>
/// Fences work units: each grant of a unit has a higher epoch than the one before, and only the newest epoch's results count.
/// </summary>
/// <param name="Number">1 for a unit's first grant.</param>
public readonly record struct LeaseEpoch(int Number)
{
    /// <summary>The epoch of the next grant.</summary>
    public LeaseEpoch Next => new(Number + 1);

    /// <inheritdoc/>
    public override string ToString() => Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
