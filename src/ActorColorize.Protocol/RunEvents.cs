namespace ActorColorize.Protocol;

/// <summary>Events of a training run, for its watchers.</summary>
public static class RunEvents
{
    /// <summary>The training pictures are being counted into colour bins.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Counted">Pictures so far.</param>
    /// <param name="Total">Pictures in all.</param>
    public sealed record ColorCountProgressed(RunId Run, long Counted, long Total) : IWithRunId;

    /// <summary>The prior is available: counted now, or read from the run folder.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Used">Pictures that training will use.</param>
    /// <param name="Unreadable">Pictures excluded because they cannot be read.</param>
    /// <param name="Monochrome">Pictures excluded because they are monochrome.</param>
    /// <param name="OccurringBins">Colour bins that occur in the pictures.</param>
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

    /// <summary>A picture cannot be read; reported once per picture.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Path">Relative to the dataset's root.</param>
    /// <param name="Reason">One line.</param>
    public sealed record PictureUnreadable(RunId Run, string Path, string Reason) : IWithRunId;

    /// <summary>The network is on the device and training starts from this step.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Device">Description of device, precision and threads.</param>
    /// <param name="ResumedFrom">Folder of the checkpoint; null for a new run.</param>
    public sealed record Opened(RunId Run, StepNumber Step, string Device, string? ResumedFrom) : IWithRunId;

    /// <summary>One optimizer step, for the metrics.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Result">Result of the step.</param>
    /// <param name="Epoch">Epoch of its last picture, from 0.</param>
    /// <param name="StepSeconds">Time of the step on the device, in seconds.</param>
    /// <param name="WaitSeconds">Time that the device waited for its batch, in seconds.</param>
    public sealed record StepMade(RunId Run, StepResult Result, int Epoch, double StepSeconds, double WaitSeconds) : IWithRunId;

    /// <summary>The contact sheet of the fixed validation pictures has been written: grey input, prediction, truth.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Path">The PNG file.</param>
    public sealed record PanelWritten(RunId Run, StepNumber Step, string Path) : IWithRunId;

    /// <summary>A checkpoint is corrupt; it was set aside and the previous one is used.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Folder">The corrupt checkpoint.</param>
    /// <param name="Reason">One line.</param>
    public sealed record CheckpointRejected(RunId Run, string Folder, string Reason) : IWithRunId;

    /// <summary>The run was validated on a fixed set of pictures.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Loss">Weighted cross-entropy per pixel, nats.</param>
    /// <param name="Baseline">The same for the best constant distribution on the same pictures.</param>
    /// <param name="MeanChroma">Mean chroma of the network's colours, CIELAB units.</param>
    /// <param name="TruthMeanChroma">Mean chroma of the pictures themselves.</param>
    /// <param name="Pictures">Number of pictures.</param>
    /// <param name="Seconds">Duration in seconds.</param>
    /// <param name="SceneAccuracy">Scene accuracy on the labelled pictures, 0..1; null without scene head or labels.</param>
    /// <param name="OurColors">The network's colours over the ab plane of CIELAB: base64 of a byte for each of 22 × 22 cells, a first. 0 is
    /// an empty cell, otherwise the share of all colours is 10^((byte − 255) / 51). Null from an older device.</param>
    /// <param name="TrueColors">The pictures' own colours, likewise.</param>
    public sealed record Validated(
        RunId Run,
        StepNumber Step,
        double Loss,
        double Baseline,
        double MeanChroma,
        double TruthMeanChroma,
        long Pictures,
        double Seconds,
        double? SceneAccuracy = null,
        string? OurColors = null,
        string? TrueColors = null
    ) : IWithRunId;

    /// <summary>A checkpoint has been written and verified against its manifest.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Folder">Folder of the checkpoint.</param>
    /// <param name="PauseSeconds">How long training was paused for the snapshot.</param>
    /// <param name="WriteSeconds">How long the write took, concurrently with training.</param>
    public sealed record CheckpointSaved(RunId Run, StepNumber Step, string Folder, double PauseSeconds, double WriteSeconds) : IWithRunId;

    /// <summary>A checkpoint could not be written; older ones are kept and training continues.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Reason">One line.</param>
    public sealed record CheckpointFailed(RunId Run, StepNumber Step, string Reason) : IWithRunId;

    /// <summary>The device failed and the run is rolled back to its newest checkpoint.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The next attempt.</param>
    /// <param name="Step">Step of the run at the fault.</param>
    /// <param name="Cause">One line.</param>
    public sealed record Recovering(RunId Run, Attempt Attempt, StepNumber Step, string Cause) : IWithRunId;

    /// <summary>A fault and its recovery, reported when training continues or the run has ended.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">Step of the run at the fault.</param>
    /// <param name="Fault">What went wrong.</param>
    /// <param name="Action">One line: the recovery action.</param>
    /// <param name="LostSteps">Steps that had to be repeated.</param>
    /// <param name="Seconds">Seconds from the fault until training continued; null if it did not.</param>
    public sealed record FaultSettled(RunId Run, StepNumber Step, DeviceFault Fault, string Action, long LostSteps, double? Seconds)
        : IWithRunId;

    /// <summary>The run ended.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Outcome">How it ended.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Detail">One line: location of the result, or the error.</param>
    public sealed record RunEnded(RunId Run, RunOutcome Outcome, StepNumber Step, string Detail) : IWithRunId;
}

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    /// <summary>All steps are done.</summary>
    Completed,

    /// <summary>It was stopped and saved its state.</summary>
    Stopped,

    /// <summary>It failed and needs intervention.</summary>
    Failed,

    /// <summary>
    /// Its final state, or the files needed before its first step, could not be written; when restarted, it resumes from its newest
    /// checkpoint.
    /// </summary>
    Unsaved,
}
