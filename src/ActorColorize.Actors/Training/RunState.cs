using ActorColorize.Actors.Faults;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Training;

/// <summary>The phase of a run.</summary>
public enum RunPhase
{
    /// <summary>Not started.</summary>
    Created,

    /// <summary>The device counts colour bins.</summary>
    Counting,

    /// <summary>The device builds the network and restores the newest checkpoint.</summary>
    Opening,

    /// <summary>The device trains.</summary>
    Training,

    /// <summary>The device validates.</summary>
    Validating,

    /// <summary>A snapshot of the state is being copied from the device.</summary>
    Copying,

    /// <summary>Training is complete; the last checkpoint is being written.</summary>
    AwaitingLastWrite,

    /// <summary>The device failed; the next attempt begins after a pause.</summary>
    Pausing,

    /// <summary>Over; see <see cref="RunHistory.Outcome"/>.</summary>
    Ended,
}

/// <summary>
/// The life of a training run as a pure state machine: an event in, facts for the journal, effects and the next state out.
/// <code>
///  Created ──Start──▶ Counting ──ColorsCounted──▶ Opening ──RunOpened──▶ Training ◀───────────────┐
///                        ▲                        ▲ ▲                    │ WaitingAt            │ SnapshotTaken,
///                        └───── PauseOver ────────┤ │ N-th step in a     ▼                      │ steps left
///                                 │               │ │ row not finite  Validating ──Done──▶ Copying
///                              Pausing            │ └── Training         │ stopping: skipped ▲  │ last step or stopping
///                                 ▲               │                      └───────────────────┘  ▼
///                                 │               └─────────────────────────────── AwaitingLastWrite ──Written──▶ Ended
///          any phase but Ended ───┘ DeviceFaulted (a new attempt)
///          any phase but Ended ────▶ Ended: refused by the device, K faults at the same step, more faults than allowed per hour,
///                                           a dead context that no new process replaces, stopped before training or while pausing
/// </code>
/// Invariants: at most one attempt is open, a command to the device carries it, and an answer from an older one changes nothing; a
/// checkpoint is taken only while the device waits at a step boundary, and not after a step that was not finite unless the run ends there,
/// so that it is always safe to return to the newest one; every fault is followed by an attempt or by the end; the run ends once, and as
/// completed or stopped only after the checkpoint of its last step is on disk. The durable part is the <see cref="RunHistory"/>, which
/// changes by facts alone; the rest is transient.
/// </summary>
public sealed record RunState(RunPlan Plan, RunHistory History)
{
    /// <summary>The run.</summary>
    public RunId Run => History.Run;

    /// <summary>The current incarnation of the device.</summary>
    public Attempt Attempt => History.Attempt;

    /// <summary>The current phase.</summary>
    public RunPhase Phase { get; private init; } = RunPhase.Created;

    /// <summary>Steps completed, as far as the device has reported.</summary>
    public StepNumber Step { get; private init; }

    /// <summary>Whether the bins are counted.</summary>
    public bool Counted { get; private init; }

    /// <summary>Steps in a row that were not finite.</summary>
    public int NotFinite { get; private init; }

    private StepNumber FirstNotFinite { get; init; }

    private StepNumber Furthest { get; init; }

    private StepNumber? SavedStep { get; init; }

    private (double Loss, double Baseline)? Validation { get; init; }

    private OpenFaults Faults { get; init; } = OpenFaults.None;

    /// <summary>Starts the run, or resumes it after it had ended.</summary>
    /// <param name="runFolder">The run's folder.</param>
    /// <param name="now">Unix time, milliseconds.</param>
    public RunDecision Start(string runFolder, long now) =>
        Phase != RunPhase.Created ? Nothing() : Record(new RunHistoryEvents.Started(Run, runFolder, now)).Then(started => started.Begin());

    /// <summary>Resumes a run that is unfinished according to its journal: the process that trained it has ended.</summary>
    /// <param name="lastSeen">The furthest step in its log.</param>
    /// <param name="now">Unix time, milliseconds.</param>
    public RunDecision Resume(StepNumber lastSeen, long now)
    {
        if (Phase != RunPhase.Created || !History.IsUnfinished)
            return Nothing();
        var fault = new DeviceFault(DeviceFaultKind.ProcessDeath, "the process that trained it ended unexpectedly");
        return (this with { Step = lastSeen })
            .Record(new RunHistoryEvents.Resumed(Run, Attempt.Next, now))
            .Then(resumed =>
                resumed.History.Rate.Exceeds(Plan.Recovery.FaultsPerHour)
                    ? resumed.Fail(fault, now, resumed.TooManyFaults())
                    : (resumed with { Faults = Faults.With(fault, lastSeen, "resumed by a new process", now) }).Begin()
            );
    }

    /// <summary>Requests a graceful stop: finish the step, save, stop.</summary>
    /// <param name="now">Unix time, milliseconds.</param>
    public RunDecision RequestStop(long now)
    {
        if (History.Stopping || Phase == RunPhase.Ended)
            return Nothing();
        var stopping = Record(new RunHistoryEvents.StopAsked(Run));
        return Phase switch
        {
            RunPhase.Created or RunPhase.Counting or RunPhase.Opening or RunPhase.Pausing => stopping.Then(run =>
                run.End(RunOutcome.Stopped, "stopped while no training was in progress; there was nothing new to save", now)
            ),
            RunPhase.Training => stopping.Then(run => RunDecision.To(run, run.WaitAtNextBoundary())),
            _ => stopping,
        };
    }

    /// <summary>A timed checkpoint is due: pause at the next step boundary.</summary>
    public RunDecision CheckpointDue() =>
        Phase == RunPhase.Training && !History.Stopping ? RunDecision.To(this, WaitAtNextBoundary()) : Nothing();

    /// <summary>The pause after a fault has elapsed; that of an older attempt changes nothing.</summary>
    public RunDecision PauseOver(Attempt attempt) => Phase == RunPhase.Pausing && attempt == Attempt ? Begin() : Nothing();

    /// <summary>Handles an answer of the device; one from an older attempt changes nothing.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="now">Unix time, milliseconds.</param>
    public RunDecision On(DeviceEvents.IFromAttempt answer, long now)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.Attempt != Attempt || answer.Run != Run || Phase is RunPhase.Ended or RunPhase.Created)
            return Nothing();
        return (Phase, answer) switch
        {
            (_, DeviceEvents.Refused refused) => End(
                refused.Unwritable is null ? RunOutcome.Failed : RunOutcome.Unsaved,
                refused.Reason,
                now
            ),
            (_, DeviceEvents.MemoryChanged changed) => Adjust(new RunHistoryEvents.MemoryChanged(Run, changed.Level)),
            (RunPhase.Counting, DeviceEvents.ColorsCounted) => (this with { Counted = true }).Begin(),
            (RunPhase.Opening, DeviceEvents.RunOpened opened) => Opened(opened.Step, now),
            (RunPhase.Training, DeviceEvents.StepDone done) => Stepped(done, now),
            (RunPhase.Training, DeviceEvents.WaitingAt waiting) => Arrived(waiting.Step, now),
            (RunPhase.Validating, DeviceEvents.ValidationDone done) => (this with { Validation = (done.Loss, done.Baseline) }).Copy(),
            (RunPhase.Copying, DeviceEvents.SnapshotTaken) => Copied(),
            (_, DeviceEvents.CheckpointWritten written) => Written(written, now),
            _ => Nothing(),
        };
    }

    /// <summary>The device lost everything since the newest checkpoint.</summary>
    /// <param name="fault">What went wrong.</param>
    /// <param name="now">Unix time, milliseconds.</param>
    public RunDecision DeviceFaulted(DeviceFault fault, long now)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (Phase is RunPhase.Ended or RunPhase.Created)
            return Nothing();
        return Record(new RunHistoryEvents.Faulted(Run, Attempt, Step, Furthest, fault, now)).Then(faulted => faulted.Recover(fault, now));
    }

    private RunDecision Begin() =>
        Counted
            ? RunDecision.To(
                this with
                {
                    Phase = RunPhase.Opening,
                },
                new RunEffect.SaveAdjustments(History.Adjustments),
                new RunEffect.Tell(new DeviceCommands.OpenRun(Run, Attempt, History.RunFolder))
            )
            : RunDecision.To(
                this with
                {
                    Phase = RunPhase.Counting,
                },
                new RunEffect.Tell(new DeviceCommands.CountColors(Run, Attempt, History.RunFolder))
            );

    private RunDecision Opened(StepNumber step, long now)
    {
        var opened = this with { Step = step, SavedStep = step.Value == 0 ? null : step, NotFinite = 0, Faults = Faults.ReopenedAt(step) };
        if (History.Stopping)
            return opened.End(RunOutcome.Stopped, "stopped; the newest checkpoint has all steps", now);
        return step >= Plan.TotalSteps ? opened.End(RunOutcome.Completed, "all steps were already done", now) : opened.Train();
    }

    private RunDecision Train() =>
        RunDecision.To(
            this with
            {
                Phase = RunPhase.Training,
                Validation = null,
            },
            new RunEffect.Tell(new DeviceCommands.TrainUntil(Run, Attempt, Plan.NextStop(Step)))
        );

    private RunDecision Stepped(DeviceEvents.StepDone done, long now)
    {
        if (done.Skipped is { } reason)
            return (this with { Step = done.Step }).NotFiniteStep(reason, now);
        if (History.Adjustments.IsQuarantined(done.Step.Value))
            return RunDecision.To(this with { Step = done.Step }); // skipped: no progress
        var stepped = this with { Step = done.Step, Furthest = done.Step > Furthest ? done.Step : Furthest, NotFinite = 0 };
        return Faults.IsEmpty ? RunDecision.To(stepped) : stepped.Settle(now, goesOn: true);
    }

    private RunDecision NotFiniteStep(string reason, long now)
    {
        var fault = new DeviceFault(DeviceFaultKind.NonFinite, reason);
        if (History.IsSuspect(Step))
            return Adjust(new RunHistoryEvents.Quarantined(Run, Step))
                .Then(run =>
                    RunDecision.To(
                        run,
                        run.Tell(fault, "not finite again after the rollback: the batch is quarantined and will be skipped", 0, 0)
                    )
                );
        var counted = this with { NotFinite = NotFinite + 1, FirstNotFinite = NotFinite == 0 ? Step : FirstNotFinite };
        return counted.NotFinite < Plan.Recovery.NonFiniteInARow
            ? RunDecision.To(
                counted,
                counted.Tell(
                    fault,
                    $"this batch was skipped ({counted.NotFinite} in a row, {Plan.Recovery.NonFiniteInARow} roll the run back)",
                    0,
                    0
                )
            )
            : counted.GoBack(
                new DeviceFault(DeviceFaultKind.NonFinite, $"{counted.NotFinite} steps in a row were not finite: {reason}"),
                now
            );
    }

    /// <summary>Training diverges: roll back to the newest checkpoint and continue with a lower learning rate.</summary>
    private RunDecision GoBack(DeviceFault fault, long now) =>
        Record(new RunHistoryEvents.Faulted(Run, Attempt, Step, Furthest, fault, now))
            .Then(faulted =>
                faulted.GivesUp(fault, now)
                ?? faulted
                    .Record(
                        new RunHistoryEvents.RolledBack(
                            Run,
                            FirstNotFinite,
                            Step,
                            SavedStep ?? new StepNumber(0),
                            Plan.Recovery.LearningRateFactor
                        )
                    )
                    .Then(back =>
                        back.Reopen(
                            fault,
                            $"rolled back to step {SavedStep?.Value ?? 0} with the learning rate multiplied by "
                                + $"{back.History.Adjustments.LearningRateFactorAt(SavedStep?.Value ?? 0):0.####}",
                            TimeSpan.Zero,
                            now
                        )
                    )
            );

    private RunDecision Recover(DeviceFault fault, long now)
    {
        if (GivesUp(fault, now) is { } end)
            return end;
        var pause = Plan.Recovery.BackoffAfter(Math.Max(1, History.FaultsAtSamePlace));
        return IsForWantOfMemory(fault) && History.Adjustments.MemoryLevel < Plan.LastMemoryLevel
            ? Adjust(new RunHistoryEvents.MemoryChanged(Run, History.Adjustments.MemoryLevel + 1))
                .Then(run => run.Reopen(fault, "restarted from the newest checkpoint, with less memory", pause, now))
            : Reopen(fault, "restarted from the newest checkpoint", pause, now);
    }

    /// <summary>
    /// Some LibTorch calls abort the process when memory runs out, and the kernel kills a process that exhausts the machine's memory. The
    /// first is recognised by the last output line, the second by two deaths at the same place.
    /// </summary>
    private bool IsForWantOfMemory(DeviceFault fault) =>
        fault.Kind switch
        {
            DeviceFaultKind.OutOfMemory => true,
            DeviceFaultKind.ProcessDeath => History.FaultsAtSamePlace == 2
                || DeviceFaultClassifier.KindOf(fault.Cause) == DeviceFaultKind.OutOfMemory,
            _ => false,
        };

    private RunDecision Reopen(DeviceFault fault, string action, TimeSpan pause, long now)
    {
        var faulted = this with
        {
            Phase = RunPhase.Pausing,
            Validation = null,
            NotFinite = 0,
            Faults = Faults.With(fault, Step, action, now),
        };
        var announced = RunDecision.To(
            faulted,
            new RunEffect.Announce(new RunEvents.Recovering(Run, Attempt, Step, $"{fault.Cause}; {action}"))
        );
        return announced.Then(run => pause > TimeSpan.Zero ? RunDecision.To(run, new RunEffect.Pause(Attempt, pause)) : run.Begin());
    }

    private RunDecision? GivesUp(DeviceFault fault, long now)
    {
        if (fault.Kind == DeviceFaultKind.Sticky && !Plan.DeviceIsReplaceable)
            return Fail(
                fault,
                now,
                $"this process can no longer use the device ({fault.Cause}): run the same command again to continue from the newest "
                    + "checkpoint; with --isolate on, the run does that by itself"
            );
        if (History.FaultsAtSamePlace >= Plan.Recovery.SameStepFailures)
            return Fail(fault, now, $"the same step failed {History.FaultsAtSamePlace} times: {fault.Cause}; see failure.json");
        return History.Rate.Exceeds(Plan.Recovery.FaultsPerHour)
            ? Fail(fault, now, $"{TooManyFaults()}: {fault.Cause}; see failure.json")
            : null;
    }

    private string TooManyFaults() => $"more than {Plan.Recovery.FaultsPerHour} faults within an hour";

    private RunDecision Fail(DeviceFault fault, long now, string detail)
    {
        var reported = RunDecision.To(
            this with
            {
                Faults = Faults.With(fault, Step, "the run ended", now),
            },
            new RunEffect.ReportFailure(fault, Step, Attempt, detail)
        );
        return reported.Then(run => run.End(RunOutcome.Failed, detail, now));
    }

    private RunDecision Arrived(StepNumber step, long now)
    {
        var arrived = this with { Step = step };
        if (History.Stopping && SavedStep == step)
            return arrived.End(RunOutcome.Stopped, "stopped; the newest checkpoint has all steps", now);
        if (History.Stopping)
            return arrived.Copy();
        return NotFinite > 0 && step < Plan.TotalSteps
            ? arrived.Train() // not a safe checkpoint
            : RunDecision.To(arrived with { Phase = RunPhase.Validating }, new RunEffect.Tell(new DeviceCommands.Validate(Run, Attempt)));
    }

    private RunDecision Copy() =>
        RunDecision.To(
            this with
            {
                Phase = RunPhase.Copying,
            },
            new RunEffect.Tell(new DeviceCommands.SaveCheckpoint(Run, Attempt, Validation?.Loss, Validation?.Baseline))
        );

    private RunDecision Copied() =>
        History.Stopping || Step >= Plan.TotalSteps ? RunDecision.To(this with { Phase = RunPhase.AwaitingLastWrite }) : Train();

    private RunDecision Written(DeviceEvents.CheckpointWritten written, long now)
    {
        var last = Phase == RunPhase.AwaitingLastWrite && written.Step == Step;
        if (written.Failure is { } failure)
            return last ? End(RunOutcome.Unsaved, failure, now) : Nothing();
        var saved = this with { SavedStep = written.Step };
        if (!last)
            return RunDecision.To(saved);
        return Step >= Plan.TotalSteps
            ? saved.End(RunOutcome.Completed, "all steps are done", now)
            : saved.End(RunOutcome.Stopped, "stopped; everything is saved", now);
    }

    private RunDecision End(RunOutcome outcome, string detail, long now) =>
        Record(new RunHistoryEvents.RunHistoryEnded(Run, outcome, Step, detail, now))
            .Then(run => run.Settle(now, goesOn: false))
            .Then(run =>
                RunDecision.To(
                    run with
                    {
                        Phase = RunPhase.Ended,
                    },
                    new RunEffect.Tell(new DeviceCommands.CloseRun(Run)),
                    new RunEffect.Announce(new RunEvents.RunEnded(Run, outcome, Step, detail))
                )
            );

    /// <summary>Reports what the open faults cost.</summary>
    private RunDecision Settle(long now, bool goesOn) =>
        RunDecision.To(
            this with
            {
                Faults = OpenFaults.None,
            },
            [.. Faults.Settled(Run, now, goesOn).Select(settled => new RunEffect.Announce(settled))]
        );

    private RunDecision Adjust(RunHistoryEvents.IFact fact) =>
        Record(fact).Then(run => RunDecision.To(run, new RunEffect.SaveAdjustments(run.History.Adjustments)));

    private RunDecision Record(RunHistoryEvents.IFact fact) => new(this with { History = History.Apply(fact, Plan.Recovery) }, [fact], []);

    private RunDecision Nothing() => RunDecision.To(this);

    private RunEffect.Announce Tell(DeviceFault fault, string action, long lostSteps, double seconds) =>
        new(new RunEvents.FaultSettled(Run, Step, fault, action, lostSteps, seconds));

    private RunEffect.Tell WaitAtNextBoundary() => new(new DeviceCommands.TrainUntil(Run, Attempt, new StepNumber(0)));
}
