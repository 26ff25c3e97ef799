namespace ActorColorize.Protocol;

/// <summary>Owner of a pause. A job continues when no pause is left.</summary>
/// <param name="Kind">A client or the service.</param>
/// <param name="Name">Name of the client; for the service, the blocker.</param>
public sealed record PauseOwner(PauseOwnerKind Kind, string Name)
{
    /// <summary>A client.</summary>
    public static PauseOwner Of(ClientId client) => new(PauseOwnerKind.Client, client.Value);

    /// <summary>The service itself, because of a blocker.</summary>
    public static PauseOwner Of(JobFailure blocker) => new(PauseOwnerKind.System, blocker.ToString());

    /// <inheritdoc/>
    public override string ToString() => Kind == PauseOwnerKind.System ? $"the service ({Name})" : Name;
}

/// <summary>What kind of owner a pause has.</summary>
public enum PauseOwnerKind
{
    /// <summary>Requested by a client; any client may end it.</summary>
    Client,

    /// <summary>Set by the service because of a blocker; ends when the blocker is cleared.</summary>
    System,
}

/// <summary>One reason why a job is paused.</summary>
/// <param name="Owner">Owner of the pause.</param>
/// <param name="Reason">One line.</param>
/// <param name="Since">When it began.</param>
/// <param name="Until">Time at which it ends automatically; null: only when it is ended explicitly.</param>
public sealed record JobPause(PauseOwner Owner, string Reason, DateTimeOffset Since, DateTimeOffset? Until);
