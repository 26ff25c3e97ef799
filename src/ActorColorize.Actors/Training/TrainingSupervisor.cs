using ActorColorize.Actors.Metrics;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorColorize.Actors.Training;

/// <summary>
/// Supervises training runs. Every decision is made by <see cref="RunState"/>; this actor journals its facts, then executes its effects: it
/// sends commands to the device, announces events, and runs timers. One run is on a device at a time, further runs wait
/// (<see cref="DeviceAssignments"/>). After a crash the journal says which runs are unfinished (<see cref="JournalledRuns"/>).
/// <para>
/// A command or a stand-alone daemon has one device, which is available from the beginning. The devices of a cluster join and leave: a run
/// that loses its device continues from its newest checkpoint on the next free one.
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
    private IActorRef? _drainRequester;
    private long _compactedAt;

    /// <summary>Creates a supervisor that recovers from its journal.</summary>
    /// <param name="device">The device; <see cref="ActorRefs.Nobody"/> if devices offer themselves with
    /// <see cref="DeviceEvents.Offered"/>.</param>
    /// <param name="metrics">Receives all events.</param>
    /// <param name="settings">Settings of the supervisor and its device.</param>
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

        // Requests
        Command<ResumeUnfinishedRuns>(_ => Resume());
        Command<RunCommands.Start>(command => Start(command, isAsked: true));
        Command<RunCommands.Stop>(Stop);
        Command<SupervisorMessages.WatchPlacements>(watch =>
        {
            if (_watchers.Add(watch.Watcher))
                Context.Watch(watch.Watcher);
        });
        Command<SupervisorMessages.Drain>(_ => Drain());

        // Messages of devices
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
                AddDevice(Sender, offered.Device);
        });
        Command<DeviceEvents.Leaving>(_ =>
        {
            if (_assignments.Remove(Sender) is { } leaving)
                _log.Info("device {0} is leaving", leaving.Name);
            if (_assignments.RunOn(Sender) is { } run)
                Decide(run, state => state.RequestStop(Now)); // the coordinator requests it again
            _watchers.TellDevices();
        });
        Command<Terminated>(gone =>
        {
            if (!_watchers.Remove(gone.ActorRef))
                LoseDevice(gone.ActorRef);
        });

        // Results of its own decisions
        Command<RunEffectExecutor.CheckpointDue>(due => Decide(due.Run, run => run.CheckpointDue()));
        Command<RunEffectExecutor.PauseOver>(pause => Decide(pause.Run, run => run.PauseOver(pause.Attempt)));
        Command<RetryTimer>(_ => AssignDevices());
        Command<RunEffectExecutor.FailureReported>(reported =>
        {
            if (reported.Problem is { } problem)
                _log.Warning(problem, "failure.json of run {0} was not written: {1}", reported.Run, problem.Message);
            CarryOut(reported.Run, reported.Remaining);
        });
        Command<CompactJournal>(_ => Compact());
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(failure =>
            _log.Warning(failure.Cause, "the journal before fact {0} was not deleted; it will be tried again", failure.ToSequenceNr)
        );
    }

    /// <inheritdoc/>
    public override string PersistenceId => _settings.JournalName;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private long Now => _settings.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// After a failure the supervisor is restarted and recovers from its journal. If it does not resume runs by itself, no one would
    /// request them again either: their watchers are notified that they have ended.
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
                $"the training supervisor failed ({cause}); the log has the stack trace, "
                    + "and the run can be resumed from its newest checkpoint"
            )
        );
    }

    // ---- starting and resuming

    private void Resume()
    {
        foreach (var started in _journalled.Unfinished)
            Start(new RunCommands.Start(started.Run, started.RunFolder), isAsked: false);
    }

    private void Start(RunCommands.Start command, bool isAsked)
    {
        if (_drainRequester is not null)
            return; // the requester asks again at the next supervisor
        if (_assignments.Has(command.Run))
        {
            _log.Info("run {0} is already active", command.Run);
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
            Write(new RunHistoryEvents.Started(command.Run, command.RunFolder, Now)); // so that the queue survives a restart
        else
            _watchers.Tell(command.Run);
    }

    /// <summary>Starts or resumes a run on a device; a run whose folder cannot be used ends.</summary>
    private void Begin(WaitingRun start, IActorRef device)
    {
        RunOpening? opening;
        try
        {
            opening = RunOpening.Open(start, device, _journalled.FactsOf(start.Run), _settings);
        }
        catch (RunFolderException e)
        {
            EndUnstarted(start.Run, RunOutcome.Failed, e.Message);
            return;
        }

        if (opening is not var (run, document, lastSeen))
        {
            WaitForFolder(start); // its previous owner was cut off or is stopping; it will end
            return;
        }

        var folder = new RunFolder(start.Command.RunFolder);
        _assignments.Begin(start.Run, run);
        _metrics.Tell(new MetricsCommands.Keep(start.Run, folder, document));
        _effects.RestartCheckpointTimer(start.Run, run);
        // A run that had only waited starts without a fault.
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
            EndUnstarted(command.Run, RunOutcome.Stopped, "stopped before it started");
        else
            Decide(command.Run, run => run.RequestStop(Now));
    }

    /// <summary>Ends a run that has not started, and starts the next one.</summary>
    private void EndUnstarted(RunId run, RunOutcome outcome, string reason) =>
        Write(new RunHistoryEvents.RunHistoryEnded(run, outcome, default, reason, Now), () =>
        {
            _metrics.Tell(new RunEvents.RunEnded(run, outcome, default, reason));
            AssignDevices();
        });

    /// <summary>Saves the runs on the devices and ends all runs, because the process is about to end.</summary>
    private void Drain()
    {
        _drainRequester = Sender;
        var unbegun = _assignments.Waiting.Select(waiting => waiting.Run).Where(_journalled.Runs.Contains).ToList();
        _assignments.WithdrawAll();
        foreach (var run in unbegun)
            Write(new RunHistoryEvents.RunHistoryEnded(run, RunOutcome.Stopped, default, "the program was stopped before it started", Now));
        foreach (var run in _assignments.Active)
            Decide(run, state => state.RequestStop(Now));
        DeferAsync(this, _ => ReportDrained());
    }

    private void ReportDrained()
    {
        if (_assignments.Active.Count == 0)
            _drainRequester?.Tell(new SupervisorMessages.Drained());
    }

    // ---- devices

    private void AddDevice(IActorRef device, TrainingDevice description)
    {
        _log.Info("device {0} is available for training", description.Name);
        Context.Watch(device);
        if (_journalled.Runs.Where(_journalled.IsUnfinished).Cast<RunId?>().FirstOrDefault() is { } unfinished)
            device.Tell(new DeviceCommands.CloseRun(unfinished)); // it may still work for a previous supervisor
        _watchers.TellDevices();
        AssignDevices();
    }

    /// <summary>A device was lost with everything in its memory.</summary>
    private void LoseDevice(IActorRef device)
    {
        // It had announced that it would leave
        var name = _assignments.Remove(device)?.Name ?? device.Path.Address.ToString();
        _watchers.TellDevices();
        if (_assignments.RunOn(device) is not { } run)
        {
            _log.Info("device {0} has left", name);
            return;
        }

        _log.Warning("device {0} was lost; run {1} continues from its newest checkpoint when a device is free", name, run);
        _assignments.Find(run)!.LoseDevice();
        _watchers.Tell(run);
        Decide(run, state => state.DeviceFaulted(new DeviceFault(DeviceFaultKind.ProcessDeath, $"the device {name} was lost"), Now));
        AssignDevices();
    }

    /// <summary>Assigns free devices to waiting runs.</summary>
    private void AssignDevices()
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
        Timers.StartSingleTimer(new RetryTimer(start.Run), new RetryTimer(start.Run), FolderRetry);
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
            Release(id);
    }

    private void Release(RunId run)
    {
        _assignments.End(run);
        _effects.StopCheckpointTimer(run);
        _watchers.Tell(run);
        ReportDrained();
        AssignDevices();
    }

    // ---- the journal

    /// <summary>Journals a fact that is not decided by a run's state.</summary>
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
            Self.Tell(CompactJournal.Instance); // through the mailbox: when no fact is being written
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

    private sealed record RetryTimer(RunId Run);

    private sealed class ResumeUnfinishedRuns
    {
        internal static readonly ResumeUnfinishedRuns Instance = new();
    }

    private sealed class CompactJournal
    {
        internal static readonly CompactJournal Instance = new();
    }
}
