namespace ActorColorize.Protocol;

/// <summary>
/// Identity of a client: the name on its certificate, or that of the local account. Devices are shared fairly between clients, not between
/// jobs.
/// </summary>
/// <param name="Value">A short name.</param>
public readonly record struct ClientId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
