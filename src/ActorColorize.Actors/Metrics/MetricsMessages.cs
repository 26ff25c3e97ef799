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
    /// <param name="Epoch">From 0.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="TotalSteps">Of the whole run.</param>
    /// <param name="LossMean">Mean training loss per pixel over the window, weighted nats.</param>
    /// <param name="LossMaximum">The largest of the window.</param>
    /// <param name="LearningRate">Of the last step.</param>
    /// <param name="PicturesPerSecond">Over the window.</param>
    /// <param name="DataWaitShare">Share of the window in which the device waited for pictures, 0 to 1.</param>
    /// <param name="ResidentBytes">Memory of the process that the device is in.</param>
    /// <param name="Remaining">Time left for the whole run; null when it is not known yet.</param>
    public sealed record WindowClosed(
        RunId Run,
        int Epoch,
        StepNumber Step,
        long TotalSteps,
        double LossMean,
        double LossMaximum,
        double LearningRate,
        double PicturesPerSecond,
        double DataWaitShare,
        long ResidentBytes,
        TimeSpan? Remaining
    ) : IWithRunId;
}
