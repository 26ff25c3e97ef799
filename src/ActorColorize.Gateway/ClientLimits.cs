namespace ActorColorize.Gateway;

/// <summary>
/// Limits per client, so that no client can starve the others. A throttled client is told when to retry; nothing is lost.
/// </summary>
/// <param name="PerSecond">Sustained messages per second.</param>
/// <param name="Burst">Burst size: messages accepted together after an idle period.</param>
/// <param name="InFlight">Concurrent requests; a watcher that waits for updates counts as one.</param>
/// <param name="OpenJobs">Jobs that have not ended.</param>
/// <param name="Clients">Connected clients in total.</param>
public sealed record ClientLimits(double PerSecond = 100, int Burst = 200, int InFlight = 64, int OpenJobs = 1000, int Clients = 256)
{
    /// <summary>Timeout of the daemon's actors, after which the client is told to retry.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(15);
}
