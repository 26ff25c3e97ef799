namespace ActorColorize.Protocol;

/// <summary>
/// Attempt of a run on a device. The supervisor increments it at each restore; answers of an older attempt are from before the fault and
/// are ignored.
/// </summary>
/// <param name="Number">1 for the first.</param>
public readonly record struct Attempt(int Number)
{
    /// <summary>The next attempt.</summary>
    public Attempt Next => new(Number + 1);

    /// <inheritdoc/>
    public override string ToString() => Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
