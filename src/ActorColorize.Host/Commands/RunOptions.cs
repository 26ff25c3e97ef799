using ActorColorize.Client;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands;

/// <summary>What <c>run start</c> was asked to do.</summary>
/// <param name="Daemon">Which daemon.</param>
/// <param name="Request">What is to be trained; paths are absolute.</param>
/// <param name="Key">The user's name for the piece of work; null for none.</param>
internal sealed record RunStartOptions(ClientOptions Daemon, TrainingRequest Request, string? Key);

/// <summary>A command about one run of a daemon.</summary>
/// <param name="Daemon">Which daemon.</param>
/// <param name="Run">Which run.</param>
internal sealed record RunOptions(ClientOptions Daemon, RunId Run);

/// <summary>What <c>run list</c> was asked to do.</summary>
/// <param name="Daemon">Which daemon.</param>
/// <param name="Limit">Most runs shown.</param>
internal sealed record RunListOptions(ClientOptions Daemon, int Limit);

/// <summary>What <c>run promote</c> was asked to do.</summary>
/// <param name="Daemon">Which daemon.</param>
/// <param name="Run">Which run.</param>
/// <param name="Checkpoint">Step of the checkpoint; null: the best.</param>
/// <param name="Model">The name that it gets.</param>
internal sealed record RunPromoteOptions(ClientOptions Daemon, RunId Run, StepNumber? Checkpoint, string Model);

/// <summary>What <c>model list</c> was asked to do.</summary>
/// <param name="Daemon">Which daemon.</param>
internal sealed record ModelListOptions(ClientOptions Daemon);

/// <summary>What runs for the sub-commands of <c>run</c> that speak with a daemon, and for <c>model list</c>.</summary>
internal sealed record RunActions
{
    /// <summary>Runs <c>run start</c>.</summary>
    public required Func<RunStartOptions, Task<ExitCode>> Start { get; init; }

    /// <summary>Runs <c>run watch</c>.</summary>
    public required Func<RunOptions, Task<ExitCode>> Watch { get; init; }

    /// <summary>Runs <c>run list</c>.</summary>
    public required Func<RunListOptions, Task<ExitCode>> List { get; init; }

    /// <summary>Runs <c>run checkpoints</c>.</summary>
    public required Func<RunOptions, Task<ExitCode>> Checkpoints { get; init; }

    /// <summary>Runs <c>run pause</c>.</summary>
    public required Func<RunOptions, Task<ExitCode>> Pause { get; init; }

    /// <summary>Runs <c>run resume</c>.</summary>
    public required Func<RunOptions, Task<ExitCode>> Resume { get; init; }

    /// <summary>Runs <c>run stop</c>.</summary>
    public required Func<RunOptions, Task<ExitCode>> Stop { get; init; }

    /// <summary>Runs <c>run promote</c>.</summary>
    public required Func<RunPromoteOptions, Task<ExitCode>> Promote { get; init; }

    /// <summary>Runs <c>model list</c>.</summary>
    public required Func<ModelListOptions, Task<ExitCode>> Models { get; init; }
}
