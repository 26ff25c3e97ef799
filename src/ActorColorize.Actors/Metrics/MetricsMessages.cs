using ActorColorize.Actors.Training;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Metrics;

/// <summary>What may be asked of the metrics actor.</summary>
public static class MetricsCommands
{
    /// <summary>
    /// Send everything that is known from now on to the watcher as well: <see cref="RunEvents"/> and <see cref="MetricsEvents"/>.
    /// </summary>
    public sealed record Watch(IActorRef Watcher);

    /// <summary>A device is in a process of its own, which has this much resident memory.</summary>
    /// <param name="Bytes">How much.</param>
    /// <param name="Run">The run that is on it; null where there is only one device.</param>
    public sealed record DeviceMemory(long Bytes, RunId? Run = null);

    /// <summary>Keep the metrics of this run in its folder.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Folder">Its folder.</param>
    /// <param name="Document">What it was started with.</param>
    public sealed record Keep(RunId Run, RunFolder Folder, RunDocument Document) : IWithRunId;
}

/// <summary>What the metrics actor finds out.</summary>
public static class MetricsEvents
{
    /// <summary>A window of steps is over: one log line.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Window">The statistics.</param>
    public sealed record WindowClosed(RunId Run, StepNumber Step, StepWindow Window) : IWithRunId;
}
