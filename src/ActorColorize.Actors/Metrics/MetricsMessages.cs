using ActorColorize.Actors.Training;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Metrics;

/// <summary>Commands to the metrics actor.</summary>
public static class MetricsCommands
{
    /// <summary>Send all events to the watcher from now on: <see cref="RunEvents"/> and <see cref="MetricsEvents"/>.</summary>
    public sealed record Watch(IActorRef Watcher);

    /// <summary>The resident memory of a device process.</summary>
    /// <param name="Bytes">The resident memory, bytes.</param>
    /// <param name="Run">The run on the device; null if there is only one device.</param>
    public sealed record DeviceMemory(long Bytes, RunId? Run = null);

    /// <summary>Keep the metrics of this run in its folder.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Folder">Its folder.</param>
    /// <param name="Document">What it was started with.</param>
    public sealed record Keep(RunId Run, RunFolder Folder, RunDocument Document) : IWithRunId;
}

/// <summary>Events of the metrics actor.</summary>
public static class MetricsEvents
{
    /// <summary>A window of steps is complete: one log line.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Window">The statistics.</param>
    public sealed record WindowClosed(RunId Run, StepNumber Step, StepWindow Window) : IWithRunId;
}
