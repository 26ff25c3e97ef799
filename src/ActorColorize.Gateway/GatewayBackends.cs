using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Gateway;

/// <summary>
/// The daemon's actors that the gateway forwards to. They receive plain messages; no references of the gateway's actor system are passed to
/// them.
/// </summary>
/// <param name="Jobs">Answers <see cref="JobCommands"/> and <see cref="JobQueries"/>: the job coordinator, or a proxy of it;
/// <see cref="ActorRefs.Nobody"/> if there are no jobs.</param>
/// <param name="Requests">Turns requests into job specifications.</param>
/// <param name="Daemon">Facts about the daemon, for status answers.</param>
public sealed record GatewayBackends(IActorRef Jobs, IJobRequests Requests, DaemonFacts Daemon)
{
    /// <summary>The nodes of the daemon's cluster; empty without a cluster.</summary>
    public Func<GatewayAnswers.NodePage> Nodes { get; init; } = static () => new([]);

    /// <summary>
    /// Answers <see cref="TrainingCommands"/> and <see cref="TrainingQueries"/>: the run coordinator, or a proxy of it;
    /// <see cref="ActorRefs.Nobody"/> if the daemon does not train.
    /// </summary>
    public IActorRef Training { get; init; } = ActorRefs.Nobody;
}

/// <summary>Turns a client's request into a job specification: finds the model, reads its recommended settings, checks the paths.</summary>
public interface IJobRequests
{
    /// <summary>Completes a request with defaults.</summary>
    /// <exception cref="JobRequestException">The request is invalid; the message is one line for the client.</exception>
    Task<JobSpecification> CompleteAsync(JobRequest request);
}

/// <summary>A request that cannot become a job; the message is one line with the reason.</summary>
public sealed class JobRequestException(string message, Exception? inner = null, RefusalCause cause = RefusalCause.Request)
    : Exception(message, inner)
{
    /// <summary>What makes the request impossible.</summary>
    public RefusalCause Cause { get; } = cause;
}

/// <summary>Facts that a daemon reports about itself.</summary>
/// <param name="Program">Program and version.</param>
/// <param name="Device">Description of the device that it computes on.</param>
/// <param name="StartedAt">Time of the start.</param>
/// <param name="Certificate">Its certificate that expires first; null if none is configured.</param>
public sealed record DaemonFacts(string Program, string Device, DateTimeOffset StartedAt, CertificateExpiry? Certificate = null)
{
    /// <summary>The command whose process this is; null for a daemon.</summary>
    public OwnCommand? Command { get; init; }
}

/// <summary>A command that serves a dashboard while it works.</summary>
/// <param name="Name">Its name: <c>train</c>, <c>colorize</c>.</param>
/// <param name="Subject">The id of its run or job.</param>
public sealed record OwnCommand(string Name, string Subject);
