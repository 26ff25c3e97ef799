using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Metrics;
using ActorColorize.Data.Storage;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Akka.Persistence;

namespace ActorColorize.Actors.Training;

/// <summary>
/// Owns the lives of runs. Every decision is <see cref="RunState"/>'s; this actor journals the facts of it, then carries its effects out:
/// it tells the device, announces what
/// happened, and keeps the clocks. One run is on a device at a time, further ones wait for their turn. After a crash its journal says which
/// runs should be running.
/// <para>
/// A command or a daemon that is alone has one device, which is there from the beginning. A cluster's devices come and go: a run whose
/// device is gone goes on from its newest checkpoint on the next one
/// that is free.
/// </para>
/// </summary>
public sealed partial class TrainingSupervisor : ReceivePersistentActor, IWithTimers
{
    private readonly IActorRef _metrics;
    private readonly IActorRef _ownDevice;
    private readonly TrainingSupervisorSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<RunId, List<RunHistoryEvents.IFact>> _journalled = [];
    private readonly Dictionary<RunId, ActiveRun> _active = [];
    private readonly List<WaitingRun> _waiting = [];

    /// <summary>A supervisor that takes up what its journal says.</summary>
    /// <param name="device">Trains; <see cref="ActorRefs.Nobody"/> where devices say themselves that they are there, with <see
    /// cref="DeviceEvents.Offered"/>.</param>
    /// <param name="metrics">Is told of everything that happens.</param>
    /// <param name="settings">What the device can do, and how the supervisor behaves.</param>
    public TrainingSupervisor(IActorRef device, IActorRef metrics, TrainingSupervisorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _metrics = metrics;
        _settings = settings;
        _ownDevice = device;
        if (!device.IsNobody())
            _devices.Add(device, settings.OwnDevice);
        Recover<RunHistoryEvents.IFact>(Remember);
        Recover<RecoveryCompleted>(_ =>
        {
            if (settings.ResumesUnfinishedRuns)
                Self.Tell(ResumeUnfinishedRuns.Instance);
        });
        Command<ResumeUnfinishedRuns>(_ => Resume());
        Command<RunCommands.Start>(command => Start(command, isAsked: true));
        Command<RunCommands.Stop>(Stop);
        Command<CheckpointTimer>(timer => Decide(timer.Run, run => run.CheckpointDue()));
        Command<PauseTimer>(pause => Decide(pause.Run, run => run.PauseOver(pause.Attempt)));
        Command<DeviceEvents.IFromAttempt>(answer =>
        {
            if (answer is DeviceEvents.SnapshotTaken && _active.TryGetValue(answer.Run, out var run))
                RestartCheckpointTimer(answer.Run, run);
            Decide(answer.Run, state => state.On(answer, Now));
        });
        Command<DeviceEvents.DeviceFaulted>(faulted =>
        {
            if (RunOn(Sender) is { } run)
                Decide(run, state => state.DeviceFaulted(faulted.Fault, Now));
        });
        ReceiveFromDevices();
        ReceiveAboutPlacements();
        Command<FailureReported>(reported =>
        {
            if (reported.Problem is { } problem)
                _log.Warning("failure.json of run {0} is not written: {1}", reported.Run, problem);
            CarryOut(reported.Run, reported.Remaining);
        });
    }

    /// <inheritdoc/>
    public override string PersistenceId => _settings.JournalName;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private long Now => _settings.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    // ---- beginning, and coming back

    /// <summary>Keeps what is in the journal: faults are rare, so it stays small.</summary>
    private void Remember(RunHistoryEvents.IFact fact)
    {
        if (!_journalled.TryGetValue(fact.Run, out var facts))
            _journalled.Add(fact.Run, facts = []);
        facts.Add(fact);
    }

    private void Resume()
    {
        foreach (var (run, facts) in _journalled)
        {
            var started = facts.OfType<RunHistoryEvents.Started>().LastOrDefault();
            if (started is not null && facts[^1] is not RunHistoryEvents.Ended)
                Start(new RunCommands.Start(run, started.RunFolder), isAsked: false);
        }
    }

    private void Start(RunCommands.Start command, bool isAsked)
    {
        if (_restAsker is not null)
            return; // whoever asked asks again when there is someone who stays
        if (_active.ContainsKey(command.Run) || _waiting.Exists(waiting => waiting.Run == command.Run))
        {
            _log.Info("run {0} is under way already", command.Run);
            return;
        }

        var start = new WaitingRun(command, isAsked);
        if (FreeDevice() is { } device)
        {
            Begin(start, device);
            return;
        }

        _log.Info("run {0} waits for a device", command.Run);
        _waiting.Add(start with { HasWaited = true });
        if (!isAsked || !_settings.RemembersQueue)
        {
            TellPlacement(command.Run);
            return;
        }

        Persist(new RunHistoryEvents.Started(command.Run, command.RunFolder, Now), started => // it shall not be forgotten
        {
            Remember(started);
            TellPlacement(started.Run);
        });
    }

    /// <summary>Begins a run on a device, or goes on with one; one whose folder is of no use ends.</summary>
    private void Begin(WaitingRun start, IActorRef device)
    {
        var folder = new RunFolder(start.Command.RunFolder);
        FolderLock? held = null;
        try
        {
            var document = RunDocument.Load(folder);
            if (_settings.HoldsRunFolders)
            {
                held = Hold(folder);
                if (held is null && !start.IsAsked)
                {
                    WaitForFolder(start); // its owner before was cut off or is stopped; it will end
                    return;
                }

                if (held is null)
                    throw new RunFolderException(
                        $"another process is training in {folder.Path}: wait for it, or choose another run folder"
                    );
            }

            Begin(start, device, folder, document, held);
        }
        catch (RunFolderException e)
        {
            held?.Dispose();
            EndUnbegun(start.Run, e.Message);
        }
    }

    private void Begin(WaitingRun start, IActorRef device, RunFolder folder, RunDocument document, FolderLock? held)
    {
        var configuration = document.Configuration;
        var plan = new RunPlan(new StepNumber(configuration.Steps), configuration.CheckpointEverySteps)
        {
            Recovery = document.Recovery,
            DeviceIsReplaceable = _settings.DeviceIsReplaceable,
            LastMemoryLevel = MemoryLadder.LastLevel(configuration.LargestMicroBatch),
        };
        var adjustments = RunAdjustments.Load(folder);
        var known = _journalled
            .GetValueOrDefault(start.Run, [])
            .Aggregate(new RunHistory(start.Run), (history, fact) => history.Apply(fact, plan.Recovery));
        var run = new ActiveRun(new RunState(plan, known with { Adjustments = known.Adjustments.And(adjustments) }), device, held)
        {
            SavedAdjustments = adjustments,
            CheckpointInterval = TimeSpan.FromMinutes(configuration.CheckpointEveryMinutes),
        };
        _active.Add(start.Run, run);
        _metrics.Tell(new MetricsCommands.Keep(start.Run, folder, document));
        var lastSeen = new StepNumber(MetricsLog.LastStep(folder.MetricsLog));
        RestartCheckpointTimer(start.Run, run);
        // One that had only waited for its turn begins; nothing has gone wrong with it.
        Decide(start.Run, state =>
            state.History.IsUnfinished && !(start.IsAsked && (state.History.Stopping || start.HasWaited))
                ? state.Resume(lastSeen, Now)
                : state.Start(folder.Path, Now)
        );
        TellPlacement(start.Run);
    }

    private void Stop(RunCommands.Stop command)
    {
        const string Detail = "stopped before its turn came";
        if (_waiting.RemoveAll(waiting => waiting.Run == command.Run) == 0)
        {
            Decide(command.Run, run => run.RequestStop(Now));
            return;
        }

        Persist(new RunHistoryEvents.Ended(command.Run, RunOutcome.Stopped, default, Detail, Now), ended =>
        {
            Remember(ended);
            _metrics.Tell(new RunEvents.Ended(command.Run, RunOutcome.Stopped, default, Detail));
            TellPlacement(command.Run);
        });
    }

    // ---- deciding: facts to the journal first, then effects

    private void Decide(RunId id, Func<RunState, RunDecision> decide)
    {
        if (!_active.TryGetValue(id, out var run))
            return;
        var before = run.State;
        var decision = decide(before);
        var unwritten = decision.Facts.Count;
        if (unwritten == 0)
        {
            Commit(before, decision);
            return;
        }

        PersistAll(decision.Facts, fact =>
        {
            Remember(fact);
            if (--unwritten == 0)
                Commit(before, decision);
        });
    }

    private void Commit(RunState before, RunDecision decision)
    {
        var next = decision.Next;
        _active[next.Run].State = next;
        if (next.Phase != before.Phase)
            _log.Debug("run {0}: {1} -> {2} at step {3}", next.Run, before.Phase, next.Phase, next.Step);
        CarryOut(next.Run, decision.Effects);
    }

    private void CarryOut(RunId run, IReadOnlyList<RunEffect> effects)
    {
        for (var i = 0; i < effects.Count; i++)
        {
            switch (effects[i])
            {
                case RunEffect.Tell tell:
                    _active[run].Tell(tell.Command);
                    break;
                case RunEffect.Announce announce:
                    _metrics.Tell(announce.Event);
                    break;
                case RunEffect.SaveAdjustments save:
                    Save(run, save.Adjustments);
                    break;
                case RunEffect.Pause pause:
                    Timers.StartSingleTimer(run, new PauseTimer(run, pause.Attempt), pause.Duration);
                    break;
                case RunEffect.ReportFailure failure:
                    Report(run, failure, [.. effects.Skip(i + 1)]); // the rest follows when it is written
                    return;
                default:
                    throw new InvalidOperationException($"unknown effect {effects[i]}");
            }
        }

        if (effects.Count > 0 && _active[run].State.Phase == RunPhase.Ended)
            LetGo(run); // its last effects are carried out
    }

    private void LetGo(RunId run)
    {
        _active.Remove(run, out var ended);
        ended!.Dispose();
        Timers.Cancel(new CheckpointTimer(run));
        TellPlacement(run);
        TellRested();
        TakeTurns();
    }

    private void Save(RunId run, RunAdjustments adjustments)
    {
        var active = _active[run];
        if (adjustments.Equals(active.SavedAdjustments))
            return;
        try
        {
            adjustments.Save(new RunFolder(active.State.History.RunFolder));
            active.SavedAdjustments = adjustments;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Warning("run {0} cannot note how it is to go on, and goes on as before: {1}", run, e.Message);
        }
    }

    private void Report(RunId run, RunEffect.ReportFailure failure, IReadOnlyList<RunEffect> remaining)
    {
        var (folder, time) = (new RunFolder(_active[run].State.History.RunFolder), _settings.Clock.GetUtcNow());
        Task.Run(() => FailureReport.Write(folder, failure, time))
            .PipeTo(
                Self,
                success: () => new FailureReported(run, null, remaining),
                failure: e => new FailureReported(run, e.Message, remaining)
            );
    }

    private void RestartCheckpointTimer(RunId id, ActiveRun run)
    {
        if (run.CheckpointInterval > TimeSpan.Zero)
            Timers.StartPeriodicTimer(new CheckpointTimer(id), new CheckpointTimer(id), run.CheckpointInterval);
    }

    private sealed record PauseTimer(RunId Run, Attempt Attempt);

    private sealed record CheckpointTimer(RunId Run);

    private sealed record FailureReported(RunId Run, string? Problem, IReadOnlyList<RunEffect> Remaining);

    private sealed class ResumeUnfinishedRuns
    {
        internal static readonly ResumeUnfinishedRuns Instance = new();
    }
}

/// <summary>How a supervisor behaves.</summary>
public sealed record TrainingSupervisorSettings
{
    /// <summary>Its name in the journal.</summary>
    public string JournalName { get; init; } = "training-supervisor";

    /// <summary>Whether it takes up unfinished runs by itself when it comes back; otherwise it waits until they are asked for.</summary>
    public bool ResumesUnfinishedRuns { get; init; }

    /// <summary>
    /// Whether runs that wait for their turn are journalled when they are asked for. Where whoever asks does so again after a restart, that
    /// is not needed: a run has begun, or is not known.
    /// </summary>
    public bool RemembersQueue { get; init; } = true;

    /// <summary>
    /// Whether it holds the folders of the runs that are under way, so that no other process trains in them; a command that trains one run
    /// does that itself.
    /// </summary>
    public bool HoldsRunFolders { get; init; }

    /// <summary>What the device is that is there from the beginning.</summary>
    public TrainingDevice OwnDevice { get; init; } = new("cpu", "fp32", Environment.ProcessorCount);

    /// <summary>
    /// Whether devices run in processes of their own, which are replaced when their contexts are dead, they hang or they die.
    /// </summary>
    public bool DeviceIsReplaceable { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>Adds the training supervisor to an actor system.</summary>
public static class TrainingSupervisorHosting
{
    /// <summary>Starts a supervisor over the registered device and metrics actors.</summary>
    public static AkkaConfigurationBuilder AddTrainingSupervisor(
        this AkkaConfigurationBuilder builder,
        TrainingSupervisorSettings settings
    ) =>
        builder.WithActors(
            (system, registry) =>
            {
                var device = registry.Get<Device.DeviceSupervisor>();
                var metrics = registry.Get<MetricsActor>();
                registry.Register<TrainingSupervisor>(
                    system.ActorOf(Props.Create(() => new TrainingSupervisor(device, metrics, settings)), "training-supervisor")
                );
            }
        );
}
