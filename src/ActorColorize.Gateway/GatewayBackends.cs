using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Gateway;

/// <summary>What lies behind the gateway. It is reached by plain messages; nothing of the gateway's own actor system goes in.</summary>
/// <param name="Jobs">Answers <see cref="JobCommands"/> and <see cref="JobQueries"/>: the job coordinator, or a proxy of it.</param>
/// <param name="Requests">Turns what a client wants into what a job does.</param>
/// <param name="Daemon">Who answers.</param>
public sealed record GatewayBackends(IActorRef Jobs, IJobRequests Requests, DaemonFacts Daemon)
{
    /// <summary>The nodes of the cluster that the daemon is part of; none where it is alone.</summary>
    public Func<IReadOnlyList<NodeReport>> Nodes { get; init; } = () => [];

    /// <summary>
    /// Answers <see cref="TrainingCommands"/> and <see cref="TrainingQueries"/>: the run coordinator, or a proxy of it; <see
    /// cref="ActorRefs.Nobody"/> where nothing is trained.
    /// </summary>
    public IActorRef Training { get; init; } = ActorRefs.Nobody;
}

/// <summary>Turns what a client wants into what a job does: finds the model, reads what it recommends, checks the paths.</summary>
public interface IJobRequests
{
    /// <summary>Fills in what is left open.</summary>
    /// <exception cref="JobRequestException">It cannot be done; the message is one line for the client.</exception>
    Task<JobSpecification> CompleteAsync(JobRequest request);
}

/// <summary>A request that cannot become a job; the message is one line that says why.</summary>
public sealed class JobRequestException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What a daemon says of itself.</summary>
/// <param name="Program">Program and version.</param>
/// <param name="Device">What it computes on, in words.</param>
/// <param name="StartedAt">Since when.</param>
public sealed record DaemonFacts(string Program, string Device, DateTimeOffset StartedAt);
