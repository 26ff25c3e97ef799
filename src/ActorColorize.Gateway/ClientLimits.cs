namespace ActorColorize.Gateway;

/// <summary>
/// What one client may ask of the daemon, so that none takes it away from the others. A client that is held back is told when to ask again;
/// nothing is lost.
/// </summary>
/// <param name="PerSecond">Messages per second, in the long run.</param>
/// <param name="AtOnceInASecond">Messages that may come at once after a quiet time.</param>
/// <param name="InFlight">Messages that are being answered at a time; a watcher that waits for updates is one.</param>
/// <param name="OpenJobs">Jobs that are not over.</param>
/// <param name="Clients">Clients in all.</param>
public sealed record ClientLimits(
    double PerSecond = 100,
    int AtOnceInASecond = 200,
    int InFlight = 64,
    int OpenJobs = 1000,
    int Clients = 256
)
{
    /// <summary>How long the daemon's inside may take to answer before the client is told to ask again.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(15);
}
