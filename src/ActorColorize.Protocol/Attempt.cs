namespace ActorColorize.Protocol;

/// <summary>
/// Which incarnation of the device a run's message belongs to. The supervisor raises it at each restore; an answer that carries
/// an older attempt comes from before the fault and is ignored.
/// </summary>
/// <param name="Number">1 for the first.</param>
public readonly record struct Attempt(int Number)
{
    /// <summary>The incarnation after this one.</summary>
    public Attempt Next => new(Number + 1);

    /// <inheritdoc/>
    public override string ToString() => Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
