namespace ActorColorize.Protocol;

/// <summary>Who keeps a job paused. A job goes on when nobody does any more.</summary>
/// <param name="Kind">People, or the service.</param>
/// <param name="Name">The client; for the service, what is in the way.</param>
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
    /// <summary>A client asked for it; any client may end it.</summary>
    Client,

    /// <summary>The service met a blocker; it ends when that is resolved.</summary>
    System,
}

/// <summary>One reason why a job is paused.</summary>
/// <param name="Owner">Who keeps it so.</param>
/// <param name="Reason">One line.</param>
/// <param name="Since">When it began.</param>
/// <param name="Until">When it ends by itself; null: when the owner ends it.</param>
public sealed record JobPause(PauseOwner Owner, string Reason, DateTimeOffset Since, DateTimeOffset? Until);
