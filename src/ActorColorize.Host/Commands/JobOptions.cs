using ActorColorize.Client;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands;

/// <summary>What <c>job submit</c> was asked to do.</summary>
/// <param name="Daemon">Which daemon.</param>
/// <param name="Request">What is to be coloured; paths are absolute.</param>
/// <param name="Key">The user's name for it; null for none.</param>
/// <param name="Priority">How urgent.</param>
internal sealed record JobSubmitOptions(ClientOptions Daemon, JobRequest Request, string? Key, JobPriority Priority);

/// <summary>A command about one job.</summary>
/// <param name="Daemon">Which daemon.</param>
/// <param name="Job">Which job.</param>
internal sealed record JobOptions(ClientOptions Daemon, JobId Job);

/// <summary>What <c>job list</c> was asked to do.</summary>
/// <param name="Daemon">Which daemon.</param>
/// <param name="OnlyMine">Only this client's.</param>
/// <param name="Limit">Most jobs shown.</param>
internal sealed record JobListOptions(ClientOptions Daemon, bool OnlyMine, int Limit);

/// <summary>What <c>job pause</c> was asked to do.</summary>
/// <param name="Daemon">Which daemon.</param>
/// <param name="Job">Which job.</param>
/// <param name="Reason">One line for the others.</param>
/// <param name="Duration">How long at most; null: until somebody resumes.</param>
internal sealed record JobPauseOptions(ClientOptions Daemon, JobId Job, string Reason, TimeSpan? Duration);

/// <summary>What <c>job retry</c> was asked to do.</summary>
/// <param name="Daemon">Which daemon.</param>
/// <param name="Job">Which job.</param>
/// <param name="Quarantined">Also quarantined pictures.</param>
internal sealed record JobRetryOptions(ClientOptions Daemon, JobId Job, bool Quarantined);

/// <summary>What runs for the sub-commands of <c>job</c>.</summary>
internal sealed record JobActions
{
    /// <summary>Runs <c>job submit</c>.</summary>
    public required Func<JobSubmitOptions, Task<ExitCode>> Submit { get; init; }

    /// <summary>Runs <c>job watch</c>.</summary>
    public required Func<JobOptions, Task<ExitCode>> Watch { get; init; }

    /// <summary>Runs <c>job show</c>.</summary>
    public required Func<JobOptions, Task<ExitCode>> Show { get; init; }

    /// <summary>Runs <c>job list</c>.</summary>
    public required Func<JobListOptions, Task<ExitCode>> List { get; init; }

    /// <summary>Runs <c>job errors</c>.</summary>
    public required Func<JobOptions, Task<ExitCode>> Errors { get; init; }

    /// <summary>Runs <c>job pause</c>.</summary>
    public required Func<JobPauseOptions, Task<ExitCode>> Pause { get; init; }

    /// <summary>Runs <c>job resume</c>.</summary>
    public required Func<JobOptions, Task<ExitCode>> Resume { get; init; }

    /// <summary>Runs <c>job cancel</c>.</summary>
    public required Func<JobOptions, Task<ExitCode>> Cancel { get; init; }

    /// <summary>Runs <c>job retry</c>.</summary>
    public required Func<JobRetryOptions, Task<ExitCode>> Retry { get; init; }
}
