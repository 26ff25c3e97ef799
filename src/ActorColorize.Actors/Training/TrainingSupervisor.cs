using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Metrics;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Akka.Persistence;

namespace ActorColorize.Actors.Training;

/// <summary>
/// Owns the lives of runs. Every decision is <see cref="RunState"/>'s; this actor journals the facts of it, then carries its effects out: it tells the device, announces what
/// happened, and keeps the clocks. One run is on the device at a time, further ones wait for their turn. After a crash its journal says which runs should be running.
/// </summary>
public sealed partial class TrainingSupervisor : ReceivePersistentActor, IWithTimers
{
    private readonly IActorRef _device;
    private readonly IActorRef _metrics;
    private readonly TrainingSupervisorSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<RunId, List<RunHistoryEvents.IFact>> _journalled = [];
    private readonly Dictionary<RunId, RunState> _runs = [];
    private readonly List<(RunCommands.Start Command, bool IsAsked)> _waiting = [];
    private RunId? _onDevice;
    private RunAdjustments _savedAdjustments = RunAdjustments.None;

    /// <summary>A supervisor that takes up what its journal says.</summary>
    /// <param name="device">Trains.</param>
    /// <param name="metrics">Is told of everything that happens.</param>
    /// <param name="settings">What the device can do, and how the supervisor behaves.</param>
    public TrainingSupervisor(IActorRef device, IActorRef metrics, TrainingSupervisorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _device = device;
        _metrics = metrics;
        _settings = settings;
        Recover<RunHistoryEvents.IFact>(Remember);
        Recover<RecoveryCompleted>(_ =>
        {
            if (settings.ResumesUnfinishedRuns) Self.Tell(ResumeUnfinishedRuns.Instance);
        });
        Command<ResumeUnfinishedRuns>(_ => Resume());
        Command<RunCommands.Start>(command => Start(command, isAsked: true));
        Command<RunCommands.Stop>(Stop);
        Command<CheckpointTimer>(_ => DecideOnDevice(run => run.CheckpointDue()));
        Command<PauseTimer>(pause => Decide(pause.Run, run => run.PauseOver(pause.Attempt)));
        Command<DeviceEvents.IFromAttempt>(answer =>
        {
            if (answer is DeviceEvents.SnapshotTaken && answer.Run == _onDevice) RestartCheckpointTimer();
            Decide(answer.Run, run => run.On(answer, Now));
        });
        Command<DeviceEvents.DeviceFaulted>(faulted => DecideOnDevice(run => run.DeviceFaulted(faulted.Fault, Now)));
        ReceiveAboutStandings();
        Command<FailureReported>(reported =>
        {
            if (reported.Problem is { } problem) _log.Warning("failure.json of run {0} is not written: {1}", reported.Run, problem);
            CarryOut(reported.Run, reported.Remaining);
        });
    }

    /// <inheritdoc/>
    public override string PersistenceId => _settings.JournalName;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private long Now => _settings.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private TimeSpan CheckpointInterval { get; set; } = Timeout.InfiniteTimeSpan;

    // ---- beginning, and coming back

    /// <summary>Keeps what is in the journal: faults are rare, so it stays small.</summary>
    private void Remember(RunHistoryEvents.IFact fact)
    {
        if (!_journalled.TryGetValue(fact.Run, out var facts)) _journalled.Add(fact.Run, facts = []);
        facts.Add(fact);
    }

    private void Resume()
    {
        foreach (var (run, facts) in _journalled)
        {
            var started = facts.OfType<RunHistoryEvents.Started>().LastOrDefault();
            if (started is not null && facts[^1] is not RunHistoryEvents.Ended) Start(new RunCommands.Start(run, started.RunFolder), isAsked: false);
        }
    }

    private void Start(RunCommands.Start command, bool isAsked, bool hasWaited = false)
    {
        if (_restAsker is not null) return; // whoever asked asks again when there is someone who stays
        if (_onDevice == command.Run || _waiting.Exists(waiting => waiting.Command.Run == command.Run))
        {
            _log.Info("run {0} is under way already", command.Run);
            return;
        }

        if (_onDevice is { } busy)
        {
            _log.Info("run {0} waits until run {1} has ended", command.Run, busy);
            _waiting.Add((command, isAsked));
            if (!isAsked || !_settings.RemembersQueue)
            {
                TellStanding(command.Run);
                return;
            }

            Persist(new RunHistoryEvents.Started(command.Run, command.RunFolder, Now), started => // it shall not be forgotten
            {
                Remember(started);
                TellStanding(started.Run);
            });
            return;
        }

        try
        {
            Begin(command, isAsked, hasWaited);
        }
        catch (RunFolderException e)
        {
            EndUnbegun(command.Run, e.Message);
        }
    }

    private void Begin(RunCommands.Start command, bool isAsked, bool hasWaited)
    {
        var folder = new RunFolder(command.RunFolder);
        var document = RunDocument.Load(folder);
        var configuration = document.Configuration;
        var plan = new RunPlan(new StepNumber(configuration.Steps), configuration.CheckpointEverySteps)
        {
            Recovery = document.Recovery,
            DeviceIsReplaceable = _settings.DeviceIsReplaceable,
            LastMemoryLevel = MemoryLadder.LastLevel(configuration.MicroBatchSize),
        };
        _savedAdjustments = RunAdjustments.Load(folder);
        var known = _journalled.GetValueOrDefault(command.Run, []).Aggregate(new RunHistory(command.Run), (history, fact) => history.Apply(fact, plan.Recovery));
        var run = new RunState(plan, known with { Adjustments = known.Adjustments.And(_savedAdjustments) });

        HoldFolder(command.RunFolder);
        _onDevice = command.Run;
        _runs[command.Run] = run;
        _metrics.Tell(new MetricsCommands.Keep(command.Run, folder, document));
        var lastSeen = new StepNumber(MetricsLog.LastStep(folder.MetricsLog));
        CheckpointInterval = TimeSpan.FromMinutes(configuration.CheckpointEveryMinutes);
        RestartCheckpointTimer();
        // One that had only waited for its turn begins; nothing has gone wrong with it.
        Decide(command.Run, state => state.History.IsUnfinished && !(isAsked && (state.History.Stopping || hasWaited)) ? state.Resume(lastSeen, Now) : state.Start(command.RunFolder, Now));
        TellStanding(command.Run);
    }

    private void Stop(RunCommands.Stop command)
    {
        const string Detail = "stopped before its turn came";
        if (_waiting.RemoveAll(waiting => waiting.Command.Run == command.Run) == 0)
        {
            Decide(command.Run, run => run.RequestStop(Now));
            return;
        }

        Persist(new RunHistoryEvents.Ended(command.Run, RunOutcome.Stopped, default, Detail, Now), ended =>
        {
            Remember(ended);
            _metrics.Tell(new RunEvents.Ended(command.Run, RunOutcome.Stopped, default, Detail));
            TellStanding(command.Run);
        });
    }

    // ---- deciding: facts to the journal first, then effects

    private void DecideOnDevice(Func<RunState, RunDecision> decide)
    {
        if (_onDevice is { } run) Decide(run, decide);
    }

    private void Decide(RunId id, Func<RunState, RunDecision> decide)
    {
        if (!_runs.TryGetValue(id, out var before)) return;
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
            if (--unwritten == 0) Commit(before, decision);
        });
    }

    private void Commit(RunState before, RunDecision decision)
    {
        var next = decision.Next;
        _runs[next.Run] = next;
        if (next.Phase != before.Phase) _log.Debug("run {0}: {1} -> {2} at step {3}", next.Run, before.Phase, next.Phase, next.Step);
        CarryOut(next.Run, decision.Effects);
    }

    private void CarryOut(RunId run, IReadOnlyList<RunEffect> effects)
    {
        for (var i = 0; i < effects.Count; i++)
        {
            switch (effects[i])
            {
                case RunEffect.Tell tell: _device.Tell(tell.Command); break;
                case RunEffect.Announce announce: _metrics.Tell(announce.Event); break;
                case RunEffect.SaveAdjustments save: Save(run, save.Adjustments); break;
                case RunEffect.Pause pause: Timers.StartSingleTimer(run, new PauseTimer(run, pause.Attempt), pause.Duration); break;
                case RunEffect.ReportFailure failure:
                    Report(run, failure, [.. effects.Skip(i + 1)]); // the rest follows when it is written
                    return;
                default: throw new InvalidOperationException($"unknown effect {effects[i]}");
            }
        }

        if (_runs[run].Phase == RunPhase.Ended && _onDevice == run) Next();
    }

    private void Next()
    {
        var before = _onDevice;
        _onDevice = null;
        LetGoOfFolder();
        Timers.Cancel(CheckpointTimer.Instance);
        if (before is { } ended) TellStanding(ended);
        TellRested();
        if (_waiting.Count == 0) return;
        var (next, isAsked) = _waiting[0];
        _waiting.RemoveAt(0);
        Start(next, isAsked, hasWaited: true);
    }

    private void Save(RunId run, RunAdjustments adjustments)
    {
        if (adjustments.Equals(_savedAdjustments)) return;
        try
        {
            adjustments.Save(new RunFolder(_runs[run].History.RunFolder));
            _savedAdjustments = adjustments;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Warning("run {0} cannot note how it is to go on, and goes on as before: {1}", run, e.Message);
        }
    }

    private void Report(RunId run, RunEffect.ReportFailure failure, IReadOnlyList<RunEffect> remaining)
    {
        var (folder, time) = (new RunFolder(_runs[run].History.RunFolder), _settings.Clock.GetUtcNow());
        Task.Run(() => FailureReport.Write(folder, failure, time)).PipeTo(
            Self,
            success: () => new FailureReported(run, null, remaining),
            failure: e => new FailureReported(run, e.Message, remaining));
    }

    private void RestartCheckpointTimer()
    {
        if (CheckpointInterval > TimeSpan.Zero) Timers.StartPeriodicTimer(CheckpointTimer.Instance, CheckpointTimer.Instance, CheckpointInterval);
    }

    private sealed record PauseTimer(RunId Run, Attempt Attempt);

    private sealed record FailureReported(RunId Run, string? Problem, IReadOnlyList<RunEffect> Remaining);

    private sealed class ResumeUnfinishedRuns
    {
        internal static readonly ResumeUnfinishedRuns Instance = new();
    }

    private sealed class CheckpointTimer
    {
        internal static readonly CheckpointTimer Instance = new();
    }
}

/// <summary>How a supervisor behaves.</summary>
public sealed record TrainingSupervisorSettings
{
    /// <summary>Its name in the journal.</summary>
    public string JournalName { get; init; } = "training-supervisor";

    /// <summary>Whether it takes up unfinished runs by itself when it comes back; otherwise it waits until they are asked for.</summary>
    public bool ResumesUnfinishedRuns { get; init; }

    /// <summary>Whether runs that wait for their turn are journalled when they are asked for. Where whoever asks does so again after a restart, that is not needed: a run has begun, or is not known.</summary>
    public bool RemembersQueue { get; init; } = true;

    /// <summary>Whether it holds the folder of the run that is on the device, so that no other process trains in it; a command that trains one run does that itself.</summary>
    public bool HoldsRunFolders { get; init; }

    /// <summary>Whether the device runs in a process of its own, which is replaced when its context is dead, it hangs or it dies.</summary>
    public bool DeviceIsReplaceable { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>Adds the training supervisor to an actor system.</summary>
public static class TrainingSupervisorHosting
{
    /// <summary>Starts a supervisor over the registered device and metrics actors.</summary>
    public static AkkaConfigurationBuilder AddTrainingSupervisor(this AkkaConfigurationBuilder builder, TrainingSupervisorSettings settings) =>
        builder.WithActors((system, registry) =>
        {
            var device = registry.Get<Device.DeviceSupervisor>();
            var metrics = registry.Get<MetricsActor>();
            registry.Register<TrainingSupervisor>(system.ActorOf(Props.Create(() => new TrainingSupervisor(device, metrics, settings)), "training-supervisor"));
        });
}
