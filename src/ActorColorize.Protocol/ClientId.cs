namespace ActorColorize.Protocol;

/// <summary>
/// Who asks: the name on a client's certificate, or of the account on a machine. Devices are shared fairly between clients, not between
/// jobs.
/// </summary>
/// <param name="Value">A short name.</param>
public readonly record struct ClientId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
