using ActorColorize.Protocol;

namespace ActorColorize.Actors.Training;

/// <summary>Where a run is in its life.</summary>
public enum RunPhase
{
    /// <summary>Not started.</summary>
    Created,

    /// <summary>The device counts colour bins.</summary>
    Counting,

    /// <summary>The device builds the network and restores the newest checkpoint.</summary>
    Opening,

    /// <summary>Steps are being made.</summary>
    Training,

    /// <summary>The validation pictures are being looked at.</summary>
    Validating,

    /// <summary>The state is being copied out of the device.</summary>
    Copying,

    /// <summary>Nothing more to train; the last checkpoint is being written.</summary>
    AwaitingLastWrite,

    /// <summary>Over; see <see cref="RunState.Outcome"/>.</summary>
    Ended,
}

/// <summary>What the supervisor has to do after an event; the actor only carries these out.</summary>
public abstract record RunEffect
{
    private RunEffect()
    {
    }

    /// <summary>Send the command to the device.</summary>
    public sealed record Tell(IWithRunId Command) : RunEffect;

    /// <summary>Let the watchers know.</summary>
    public sealed record Announce(IWithRunId Event) : RunEffect;
}

/// <summary>
/// The life of a training run as a pure state machine: an event in, the next state and effects out.
/// <code>
///  Created ──Start──▶ Counting ──CensusTaken──▶ Opening ──RunOpened──▶ Training ◀───────────────┐
///                        ▲                         ▲                     │ WaitingAt            │ SnapshotTaken,
///                        └── DeviceFaulted ────────┤                     ▼                      │ steps left
///                            (any phase but Ended; │                 Validating ──Done──▶ Copying
///                             a new attempt)       │                     │ stopping: skipped ▲  │ last step or stopping
///                                                  │                     └───────────────────┘  ▼
///                                                  └──────────────────────────────── AwaitingLastWrite ──Written──▶ Ended
/// </code>
/// Invariants: a command to the device carries the current attempt, and an answer from an older attempt changes nothing;
/// a checkpoint is taken only while the device waits at a step boundary; the run ends as completed or stopped only after the
/// checkpoint of its last step is on disk.
/// </summary>
public sealed record RunState(RunId Run, string RunFolder, RunPlan Plan)
{
    /// <summary>Where the run is.</summary>
    public RunPhase Phase { get; private init; } = RunPhase.Created;

    /// <summary>The device's incarnation that the run talks to.</summary>
    public Attempt Attempt { get; private init; } = new(1);

    /// <summary>Steps completed, as far as the device has said.</summary>
    public StepNumber Step { get; private init; }

    /// <summary>Whether a stop has been asked for.</summary>
    public bool Stopping { get; private init; }

    /// <summary>Whether the bins are counted.</summary>
    public bool Counted { get; private init; }

    /// <summary>Device faults since the last step gained.</summary>
    public int FaultsWithoutProgress { get; private init; }

    /// <summary>How the run ended; null before.</summary>
    public RunOutcome? Outcome { get; private init; }

    private StepNumber FurthestStep { get; init; }

    private StepNumber? SavedStep { get; init; }

    private (double Loss, double Baseline)? Validation { get; init; }

    /// <summary>Starts the run.</summary>
    public (RunState Next, IReadOnlyList<RunEffect> Effects) Start() =>
        Phase != RunPhase.Created ? Unchanged() : (this with { Phase = RunPhase.Counting }, [TakeCensus(Attempt)]);

    /// <summary>Asks for an orderly end: finish the step, save, stop.</summary>
    public (RunState Next, IReadOnlyList<RunEffect> Effects) RequestStop()
    {
        if (Stopping || Phase == RunPhase.Ended) return Unchanged();
        var stopping = this with { Stopping = true };
        return Phase switch
        {
            RunPhase.Created or RunPhase.Counting or RunPhase.Opening => stopping.End(RunOutcome.Stopped, "stopped before training began; nothing to save"),
            RunPhase.Training => (stopping, [WaitAtNextBoundary()]),
            _ => (stopping, []),
        };
    }

    /// <summary>A timed checkpoint is due: pause at the next step boundary.</summary>
    public (RunState Next, IReadOnlyList<RunEffect> Effects) CheckpointDue() =>
        Phase == RunPhase.Training && !Stopping ? (this, [WaitAtNextBoundary()]) : Unchanged();

    /// <summary>Takes a device's answer; one from an older attempt changes nothing.</summary>
    public (RunState Next, IReadOnlyList<RunEffect> Effects) On(DeviceEvents.IFromAttempt answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.Attempt != Attempt || answer.Run != Run || Phase == RunPhase.Ended) return Unchanged();
        return (Phase, answer) switch
        {
            (_, DeviceEvents.Refused refused) => End(RunOutcome.Failed, refused.Reason),
            (RunPhase.Counting, DeviceEvents.CensusTaken) => (this with { Phase = RunPhase.Opening, Counted = true }, [Open(Attempt)]),
            (RunPhase.Opening, DeviceEvents.RunOpened opened) => Opened(opened.Step),
            (RunPhase.Training, DeviceEvents.StepDone done) => (this with { Step = done.Step }, []),
            (RunPhase.Training, DeviceEvents.WaitingAt waiting) => Arrived(waiting.Step),
            (RunPhase.Validating, DeviceEvents.ValidationDone done) => (this with { Validation = (done.Loss, done.Baseline) }).Copy(),
            (RunPhase.Copying, DeviceEvents.SnapshotTaken) => Copied(),
            (_, DeviceEvents.CheckpointWritten written) => Written(written),
            _ => Unchanged(),
        };
    }

    /// <summary>The device lost everything since the newest checkpoint.</summary>
    public (RunState Next, IReadOnlyList<RunEffect> Effects) DeviceFaulted(DeviceFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (Phase is RunPhase.Ended or RunPhase.Created) return Unchanged();
        var gained = Step > FurthestStep;
        var faulted = this with
        {
            Attempt = Attempt.Next,
            FaultsWithoutProgress = gained ? 1 : FaultsWithoutProgress + 1,
            FurthestStep = gained ? Step : FurthestStep,
            Phase = Counted ? RunPhase.Opening : RunPhase.Counting,
            Validation = null,
        };
        if (faulted.FaultsWithoutProgress >= Plan.MaximumFaultsWithoutProgress)
            return faulted.End(RunOutcome.Failed, $"the device failed {faulted.FaultsWithoutProgress} times without gaining a step: {fault.Cause}");
        return (faulted,
        [
            new RunEffect.Announce(new RunEvents.Recovering(Run, faulted.Attempt, Step, fault.Cause)),
            Counted ? faulted.Open(faulted.Attempt) : faulted.TakeCensus(faulted.Attempt),
        ]);
    }

    private (RunState, IReadOnlyList<RunEffect>) Opened(StepNumber step)
    {
        var opened = this with { Step = step, SavedStep = step.Value == 0 ? null : step };
        if (Stopping) return opened.End(RunOutcome.Stopped, "stopped; the newest checkpoint holds everything");
        return step >= Plan.TotalSteps
            ? opened.End(RunOutcome.Completed, "all steps were done already")
            : opened.Train();
    }

    private (RunState, IReadOnlyList<RunEffect>) Train() =>
        (this with { Phase = RunPhase.Training, Validation = null }, [new RunEffect.Tell(new DeviceCommands.TrainUntil(Run, Attempt, Plan.NextStop(Step)))]);

    private (RunState, IReadOnlyList<RunEffect>) Arrived(StepNumber step)
    {
        var arrived = this with { Step = step };
        if (Stopping && SavedStep == step) return arrived.End(RunOutcome.Stopped, "stopped; the newest checkpoint holds everything");
        return Stopping
            ? arrived.Copy()
            : (arrived with { Phase = RunPhase.Validating }, [new RunEffect.Tell(new DeviceCommands.Validate(Run, Attempt))]);
    }

    private (RunState, IReadOnlyList<RunEffect>) Copy() =>
        (this with { Phase = RunPhase.Copying }, [new RunEffect.Tell(new DeviceCommands.SaveCheckpoint(Run, Attempt, Validation?.Loss, Validation?.Baseline))]);

    private (RunState, IReadOnlyList<RunEffect>) Copied() =>
        Stopping || Step >= Plan.TotalSteps ? (this with { Phase = RunPhase.AwaitingLastWrite }, []) : Train();

    private (RunState, IReadOnlyList<RunEffect>) Written(DeviceEvents.CheckpointWritten written)
    {
        var last = Phase == RunPhase.AwaitingLastWrite && written.Step == Step;
        if (written.Failure is { } failure)
            return last ? End(RunOutcome.Unsaved, failure) : Unchanged();
        var saved = this with { SavedStep = written.Step };
        if (!last) return (saved, []);
        return Step >= Plan.TotalSteps ? saved.End(RunOutcome.Completed, "all steps are done") : saved.End(RunOutcome.Stopped, "stopped; everything is saved");
    }

    private (RunState, IReadOnlyList<RunEffect>) End(RunOutcome outcome, string detail) =>
        (this with { Phase = RunPhase.Ended, Outcome = outcome },
        [
            new RunEffect.Tell(new DeviceCommands.CloseRun(Run)),
            new RunEffect.Announce(new RunEvents.Ended(Run, outcome, Step, detail)),
        ]);

    private (RunState, IReadOnlyList<RunEffect>) Unchanged() => (this, []);

    private RunEffect.Tell TakeCensus(Attempt attempt) => new(new DeviceCommands.TakeCensus(Run, attempt, RunFolder));

    private RunEffect.Tell Open(Attempt attempt) => new(new DeviceCommands.OpenRun(Run, attempt, RunFolder));

    private RunEffect.Tell WaitAtNextBoundary() => new(new DeviceCommands.TrainUntil(Run, Attempt, new StepNumber(0)));
}
