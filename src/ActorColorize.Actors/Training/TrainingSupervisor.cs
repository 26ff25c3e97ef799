using ActorColorize.Actors.Metrics;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorColorize.Actors.Training;

/// <summary>
/// Owns the lives of runs. Every decision is <see cref="RunState"/>'s; this actor journals the facts of it, then carries its effects out:
/// it tells the device, announces what happened, and keeps the clocks. One run is on a device at a time, further ones wait for their turn
/// (<see cref="DeviceAssignments"/>). After a crash its journal says which runs should be running (<see cref="JournalledRuns"/>).
/// <para>
/// A command or a daemon that is alone has one device, which is there from the beginning. A cluster's devices come and go: a run whose
/// device is gone goes on from its newest checkpoint on the next one that is free.
/// </para>
/// </summary>
public sealed class TrainingSupervisor : ReceivePersistentActor, IWithTimers
{
    private static readonly TimeSpan FolderRetry = TimeSpan.FromSeconds(5);

    private readonly IActorRef _metrics;
    private readonly TrainingSupervisorSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly JournalledRuns _journalled;
    private readonly DeviceAssignments _assignments;
    private readonly SupervisorWatchers _watchers;
    private readonly RunEffectExecutor _effects;
    private IActorRef? _restAsker;
    private long _compactedAt;

    /// <summary>A supervisor that takes up what its journal says.</summary>
    /// <param name="device">Trains; <see cref="ActorRefs.Nobody"/> where devices say themselves that they are there, with
    /// <see cref="DeviceEvents.Offered"/>.</param>
    /// <param name="metrics">Is told of everything that happens.</param>
    /// <param name="settings">What the device can do, and how the supervisor behaves.</param>
    public TrainingSupervisor(IActorRef device, IActorRef metrics, TrainingSupervisorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _metrics = metrics;
        _settings = settings;
        _journalled = new JournalledRuns(settings.EndedRunsKept);
        _assignments = new DeviceAssignments(device);
        _watchers = new SupervisorWatchers(_journalled, _assignments);
        _effects = new RunEffectExecutor(Self, this, metrics, settings.Clock, _log);
        if (!device.IsNobody())
            _assignments.TryAdd(device, settings.OwnDevice);

        Recover<RunHistoryEvents.IFact>(_journalled.Add);
        Recover<RunHistoryEvents.RunHistoryCompacted>(compacted =>
        {
            _journalled.Replace(compacted);
            _compactedAt = LastSequenceNr;
        });
        Recover<RecoveryCompleted>(_ =>
        {
            Self.Tell(CompactJournal.Instance);
            if (settings.ResumesUnfinishedRuns)
                Self.Tell(ResumeUnfinishedRuns.Instance);
        });

        // What is asked
        Command<ResumeUnfinishedRuns>(_ => Resume());
        Command<RunCommands.Start>(command => Start(command, isAsked: true));
        Command<RunCommands.Stop>(Stop);
        Command<SupervisorMessages.WatchPlacements>(watch =>
        {
            if (_watchers.Add(watch.Watcher))
                Context.Watch(watch.Watcher);
        });
        Command<SupervisorMessages.Drain>(_ => Drain());

        // What devices say
        Command<DeviceEvents.IFromAttempt>(answer =>
        {
            if (answer is DeviceEvents.SnapshotTaken && _assignments.Find(answer.Run) is { } run)
                _effects.RestartCheckpointTimer(answer.Run, run);
            Decide(answer.Run, state => state.On(answer, Now));
        });
        Command<DeviceEvents.DeviceFaulted>(faulted =>
        {
            if (_assignments.RunOn(Sender) is { } run)
                Decide(run, state => state.DeviceFaulted(faulted.Fault, Now));
        });
        Command<DeviceEvents.Offered>(offered =>
        {
            if (_assignments.RunOn(Sender) is { } run)
                _metrics.Tell(new MetricsCommands.DeviceMemory(offered.ResidentBytes, run));
            if (_assignments.TryAdd(Sender, offered.Device))
                Welcome(Sender, offered.Device);
        });
        Command<DeviceEvents.Leaving>(_ =>
        {
            if (_assignments.Remove(Sender) is { } leaving)
                _log.Info("device {0} is about to go", leaving.Name);
            if (_assignments.RunOn(Sender) is { } run)
                Decide(run, state => state.RequestStop(Now)); // whoever wants it trained asks again
            _watchers.TellDevices();
        });
        Command<Terminated>(gone =>
        {
            if (!_watchers.Remove(gone.ActorRef))
                LoseDevice(gone.ActorRef);
        });

        // What comes of its own decisions
        Command<RunEffectExecutor.CheckpointDue>(due => Decide(due.Run, run => run.CheckpointDue()));
        Command<RunEffectExecutor.PauseOver>(pause => Decide(pause.Run, run => run.PauseOver(pause.Attempt)));
        Command<TurnTimer>(_ => TakeTurns());
        Command<RunEffectExecutor.FailureReported>(reported =>
        {
            if (reported.Problem is { } problem)
                _log.Warning(problem, "failure.json of run {0} is not written: {1}", reported.Run, problem.Message);
            CarryOut(reported.Run, reported.Remaining);
        });
        Command<CompactJournal>(_ => Compact());
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(failure =>
            _log.Warning(failure.Cause, "the journal before fact {0} is not deleted; it is tried again", failure.ToSequenceNr)
        );
    }

    /// <inheritdoc/>
    public override string PersistenceId => _settings.JournalName;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private long Now => _settings.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// A supervisor that failed is started again and knows what its journal says. Where it does not take runs up by itself, nobody would
    /// ask for them again either: whoever waits for them is told that they have ended.
    /// </summary>
    protected override void PreRestart(Exception reason, object message)
    {
        if (!_settings.ResumesUnfinishedRuns)
        {
            IEnumerable<RunId> asked = message is RunCommands.Start start ? [start.Run] : [];
            foreach (var run in _assignments.Active.Union(_assignments.Waiting.Select(waiting => waiting.Run)).Union(asked))
                Abandon(run, reason);
        }

        base.PreRestart(reason, message);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _assignments.ReleaseFolders();
        base.PostStop();
    }

    private void Abandon(RunId run, Exception reason)
    {
        var cause = $"{reason.GetType().Name}: {reason.Message.ReplaceLineEndings(" ")}";
        var active = _assignments.Find(run);
        active?.Tell(new DeviceCommands.CloseRun(run));
        _metrics.Tell(
            new RunEvents.RunEnded(
                run,
                RunOutcome.Failed,
                active?.State.Step ?? default,
                $"the training supervisor failed ({cause}); the log has the stack trace, and the run can be resumed from its newest checkpoint"
            )
        );
    }

    // ---- beginning, and coming back

    private void Resume()
    {
        foreach (var started in _journalled.Unfinished)
            Start(new RunCommands.Start(started.Run, started.RunFolder), isAsked: false);
    }

    private void Start(RunCommands.Start command, bool isAsked)
    {
        if (_restAsker is not null)
            return; // whoever asked asks again when there is someone who stays
        if (_assignments.Has(command.Run))
        {
            _log.Info("run {0} is under way already", command.Run);
            return;
        }

        var start = new WaitingRun(command, isAsked);
        if (_assignments.FreeDevice() is { } device)
        {
            Begin(start, device);
            return;
        }

        _log.Info("run {0} waits for a device", command.Run);
        _assignments.Wait(start with { HasWaited = true });
        if (isAsked && _settings.RemembersQueue)
            Write(new RunHistoryEvents.Started(command.Run, command.RunFolder, Now)); // it shall not be forgotten
        else
            _watchers.Tell(command.Run);
    }

    /// <summary>Begins a run on a device, or goes on with one; one whose folder is of no use ends.</summary>
    private void Begin(WaitingRun start, IActorRef device)
    {
        RunOpening? opening;
        try
        {
            opening = RunOpening.Open(start, device, _journalled.FactsOf(start.Run), _settings);
        }
        catch (RunFolderException e)
        {
            EndUnbegun(start.Run, RunOutcome.Failed, e.Message);
            return;
        }

        if (opening is not var (run, document, lastSeen))
        {
            WaitForFolder(start); // its owner before was cut off or is stopped; it will end
            return;
        }

        var folder = new RunFolder(start.Command.RunFolder);
        _assignments.Begin(start.Run, run);
        _metrics.Tell(new MetricsCommands.Keep(start.Run, folder, document));
        _effects.RestartCheckpointTimer(start.Run, run);
        // One that had only waited for its turn begins; nothing has gone wrong with it.
        Decide(start.Run, state =>
            state.History.IsUnfinished && !(start.IsAsked && (state.History.Stopping || start.HasWaited))
                ? state.Resume(lastSeen, Now)
                : state.Start(folder.Path, Now)
        );
        _watchers.Tell(start.Run);
    }

    private void Stop(RunCommands.Stop command)
    {
        if (_assignments.Withdraw(command.Run))
            EndUnbegun(command.Run, RunOutcome.Stopped, "stopped before its turn came");
        else
            Decide(command.Run, run => run.RequestStop(Now));
    }

    /// <summary>A run ends before it has begun, and the next one has its turn.</summary>
    private void EndUnbegun(RunId run, RunOutcome outcome, string reason) =>
        Write(new RunHistoryEvents.RunHistoryEnded(run, outcome, default, reason, Now), () =>
        {
            _metrics.Tell(new RunEvents.RunEnded(run, outcome, default, reason));
            TakeTurns();
        });

    /// <summary>Saves what is on the devices and ends everything, for the process is about to end.</summary>
    private void Drain()
    {
        _restAsker = Sender;
        var unbegun = _assignments.Waiting.Select(waiting => waiting.Run).Where(_journalled.Runs.Contains).ToList();
        _assignments.WithdrawAll();
        foreach (var run in unbegun)
            Write(
                new RunHistoryEvents.RunHistoryEnded(
                    run,
                    RunOutcome.Stopped,
                    default,
                    "its turn had not come when the program was stopped",
                    Now
                )
            );
        foreach (var run in _assignments.Active)
            Decide(run, state => state.RequestStop(Now));
        DeferAsync(this, _ => TellRested());
    }

    private void TellRested()
    {
        if (_assignments.Active.Count == 0)
            _restAsker?.Tell(new SupervisorMessages.Drained());
    }

    // ---- devices

    private void Welcome(IActorRef device, TrainingDevice description)
    {
        _log.Info("device {0} is there to train", description.Name);
        Context.Watch(device);
        if (_journalled.Runs.Where(_journalled.IsUnfinished).Cast<RunId?>().FirstOrDefault() is { } unfinished)
            device.Tell(new DeviceCommands.CloseRun(unfinished)); // it may still be at what a supervisor before this one gave to it
        _watchers.TellDevices();
        TakeTurns();
    }

    /// <summary>A device has gone, and what it had in memory with it.</summary>
    private void LoseDevice(IActorRef device)
    {
        // It had said that it would go
        var name = _assignments.Remove(device)?.Name ?? device.Path.Address.ToString();
        _watchers.TellDevices();
        if (_assignments.RunOn(device) is not { } run)
        {
            _log.Info("device {0} is gone", name);
            return;
        }

        _log.Warning("device {0} is gone; run {1} goes on from its newest checkpoint when one is free", name, run);
        _assignments.Find(run)!.LoseDevice();
        _watchers.Tell(run);
        Decide(run, state => state.DeviceFaulted(new DeviceFault(DeviceFaultKind.ProcessDeath, $"the device {name} is gone"), Now));
        TakeTurns();
    }

    /// <summary>Gives devices that are free to those who wait.</summary>
    private void TakeTurns()
    {
        while (_assignments.NextToMove() is var (id, run, device))
        {
            run.MoveTo(device);
            _watchers.Tell(id);
        }

        while (_assignments.TakeNext(Now) is var (next, free))
            Begin(next, free);
    }

    private void WaitForFolder(WaitingRun start)
    {
        _log.Warning("run {0} waits: another process is still training in {1}", start.Run, start.Command.RunFolder);
        _assignments.Wait(start with { NotBefore = Now + (long)FolderRetry.TotalMilliseconds });
        Timers.StartSingleTimer(new TurnTimer(start.Run), new TurnTimer(start.Run), FolderRetry);
        _watchers.Tell(start.Run);
    }

    // ---- deciding: facts to the journal first, then effects

    private void Decide(RunId id, Func<RunState, RunDecision> decide)
    {
        if (_assignments.Find(id) is not { } run)
            return;
        var before = run.State;
        var decision = decide(before);
        var unwritten = decision.Facts.Count;
        if (unwritten == 0)
        {
            Commit(run, before, decision);
            return;
        }

        PersistAll(decision.Facts, fact =>
        {
            Remember(fact);
            if (--unwritten == 0)
                Commit(run, before, decision);
        });
    }

    private void Commit(ActiveRun run, RunState before, RunDecision decision)
    {
        var next = decision.Next;
        run.State = next;
        if (next.Phase != before.Phase)
            _log.Debug("run {0}: {1} -> {2} at step {3}", next.Run, before.Phase, next.Phase, next.Step);
        CarryOut(next.Run, decision.Effects);
    }

    private void CarryOut(RunId id, IReadOnlyList<RunEffect> effects)
    {
        if (_assignments.Find(id) is not { } run || !_effects.CarryOut(id, run, effects))
            return;
        if (effects.Count > 0 && run.State.Phase == RunPhase.Ended)
            LetGo(id);
    }

    private void LetGo(RunId run)
    {
        _assignments.End(run);
        _effects.StopCheckpointTimer(run);
        _watchers.Tell(run);
        TellRested();
        TakeTurns();
    }

    // ---- the journal

    /// <summary>Journals one fact that no run's state decided.</summary>
    private void Write(RunHistoryEvents.IFact fact, Action? then = null) => Persist(fact, written =>
        {
            Remember(written);
            _watchers.Tell(written.Run);
            then?.Invoke();
        });

    private void Remember(RunHistoryEvents.IFact fact)
    {
        _journalled.Add(fact);
        if (LastSequenceNr - _compactedAt == _settings.CompactJournalEvery)
            Self.Tell(CompactJournal.Instance); // by way of the mailbox: when no fact is on its way to the disk
    }

    private void Compact()
    {
        if (LastSequenceNr - _compactedAt < _settings.CompactJournalEvery)
            return;
        Persist(_journalled.Compact(), compacted =>
        {
            _compactedAt = LastSequenceNr;
            _log.Info("the journal is compacted: {0} facts of {1} runs", compacted.Facts.Count, _journalled.Runs.Count);
            DeleteMessages(LastSequenceNr - 1);
        });
    }

    private sealed record TurnTimer(RunId Run);

    private sealed class ResumeUnfinishedRuns
    {
        internal static readonly ResumeUnfinishedRuns Instance = new();
    }

    private sealed class CompactJournal
    {
        internal static readonly CompactJournal Instance = new();
    }
}
