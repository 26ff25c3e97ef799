namespace ActorColorize.Protocol;

/// <summary>What happened to a training run, for whoever watches it.</summary>
public static class RunEvents
{
    /// <summary>The training pictures are being counted into colour bins.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Counted">Pictures so far.</param>
    /// <param name="Total">Pictures in all.</param>
    public sealed record ColorCountProgressed(RunId Run, long Counted, long Total) : IWithRunId;

    /// <summary>The prior is known: counted now, or taken from the run folder.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Used">Pictures that training will use.</param>
    /// <param name="Unreadable">Pictures left out because they cannot be read.</param>
    /// <param name="Monochrome">Pictures left out because they have no colour to learn from.</param>
    /// <param name="OccurringBins">Colour bins that occur at all.</param>
    /// <param name="Bins">Colour bins in all.</param>
    /// <param name="EntropyNats">Entropy of the prior, in nats.</param>
    /// <param name="FromCache">Whether an earlier count was reused.</param>
    public sealed record ColorCountCompleted(
        RunId Run,
        int Used,
        int Unreadable,
        int Monochrome,
        int OccurringBins,
        int Bins,
        double EntropyNats,
        bool FromCache
    ) : IWithRunId;

    /// <summary>A picture cannot be read; said once for each.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Path">Relative to the dataset's root.</param>
    /// <param name="Reason">One line.</param>
    public sealed record PictureUnreadable(RunId Run, string Path, string Reason) : IWithRunId;

    /// <summary>The network is on the device and training goes on from this step.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Device">Device, precision and threads, in words.</param>
    /// <param name="ResumedFrom">The checkpoint's folder; null at a fresh start.</param>
    public sealed record Opened(RunId Run, StepNumber Step, string Device, string? ResumedFrom) : IWithRunId;

    /// <summary>One optimizer step, for the metrics.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Result">What the step gave.</param>
    /// <param name="Epoch">Of its last picture, from 0.</param>
    /// <param name="StepSeconds">Time of the step on the device.</param>
    /// <param name="WaitSeconds">Time that the device waited for its batch.</param>
    public sealed record StepMade(RunId Run, StepResult Result, int Epoch, double StepSeconds, double WaitSeconds) : IWithRunId;

    /// <summary>The fixed validation pictures are on disk as one sheet: grey, ours, truth.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Path">The PNG file.</param>
    public sealed record PanelWritten(RunId Run, StepNumber Step, string Path) : IWithRunId;

    /// <summary>A checkpoint is bad; it was set aside and the one before it is used.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Folder">The bad checkpoint.</param>
    /// <param name="Reason">One line.</param>
    public sealed record CheckpointRejected(RunId Run, string Folder, string Reason) : IWithRunId;

    /// <summary>A fixed set of pictures was looked at without learning from them.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Loss">Weighted cross-entropy per pixel, nats.</param>
    /// <param name="Baseline">The same for the best constant distribution on the same pictures.</param>
    /// <param name="MeanChroma">Mean chroma of the network's colours, CIELAB units.</param>
    /// <param name="TruthMeanChroma">Mean chroma of the pictures themselves.</param>
    /// <param name="Pictures">How many pictures were looked at.</param>
    /// <param name="Seconds">How long it took.</param>
    /// <param name="SceneAccuracy">Share of the labelled pictures whose scene was recognised, 0..1; null without scene head or
    /// labels.</param>
    public sealed record Validated(
        RunId Run,
        StepNumber Step,
        double Loss,
        double Baseline,
        double MeanChroma,
        double TruthMeanChroma,
        long Pictures,
        double Seconds,
        double? SceneAccuracy = null
    ) : IWithRunId;

    /// <summary>A checkpoint is on disk and verified by its manifest.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Folder">Where it is.</param>
    /// <param name="PauseSeconds">How long training stood still for the copy.</param>
    /// <param name="WriteSeconds">How long the write took beside training.</param>
    public sealed record CheckpointSaved(RunId Run, StepNumber Step, string Folder, double PauseSeconds, double WriteSeconds) : IWithRunId;

    /// <summary>A checkpoint could not be written; older ones are untouched and training goes on.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Reason">One line.</param>
    public sealed record CheckpointFailed(RunId Run, StepNumber Step, string Reason) : IWithRunId;

    /// <summary>The device failed and the run goes back to its newest checkpoint.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The incarnation that follows.</param>
    /// <param name="Step">Where the run was.</param>
    /// <param name="Cause">One line.</param>
    public sealed record Recovering(RunId Run, Attempt Attempt, StepNumber Step, string Cause) : IWithRunId;

    /// <summary>A fault and what became of it, told when training goes on or the run has ended.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">Where the run was.</param>
    /// <param name="Fault">What went wrong.</param>
    /// <param name="Action">One line: what was done about it.</param>
    /// <param name="LostSteps">Steps that had to be made again.</param>
    /// <param name="Seconds">From the fault until training went on; null where it did not.</param>
    public sealed record FaultSettled(RunId Run, StepNumber Step, DeviceFault Fault, string Action, long LostSteps, double? Seconds)
        : IWithRunId;

    /// <summary>The run ended.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Outcome">How.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Detail">One line: where the result is, or what went wrong.</param>
    public sealed record RunEnded(RunId Run, RunOutcome Outcome, StepNumber Step, string Detail) : IWithRunId;
}

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    /// <summary>All steps are done.</summary>
    Completed,

    /// <summary>It was asked to stop and saved its state.</summary>
    Stopped,

    /// <summary>It cannot go on by itself.</summary>
    Failed,

    /// <summary>
    /// The disk refused its last state, or what it needs before its first step: started again, it goes on from its newest checkpoint.
    /// </summary>
    Unsaved,
}
