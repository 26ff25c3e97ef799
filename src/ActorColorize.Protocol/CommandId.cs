namespace ActorColorize.Protocol;

/// <summary>
/// Names one asking of a command. A sender that gets no answer sends the command again under the same id; it is carried out once.
/// </summary>
/// <param name="Value">Any short text that no other command has.</param>
public readonly record struct CommandId(string Value)
{
    /// <summary>An id that nobody has had.</summary>
    public static CommandId New() => new(Guid.NewGuid().ToString("n"));

    /// <inheritdoc/>
    public override string ToString() => Value;
}
