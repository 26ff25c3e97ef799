namespace ActorColorize.Protocol;

/// <summary>Identifies a command. A sender that gets no answer sends the command again under the same id; it is executed once.</summary>
/// <param name="Value">Any short unique text.</param>
public readonly record struct CommandId(string Value)
{
    /// <summary>Creates a new id.</summary>
    public static CommandId New() => new(Guid.NewGuid().ToString("n"));

    /// <inheritdoc/>
    public override string ToString() => Value;
}
