using ActorColorize.Model.Training;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;

namespace ActorColorize.Actors.Training;

/// <summary>
/// Owns a run's life. Every decision is <see cref="RunState"/>'s; this actor carries its effects out: it tells the device, announces what happened, and
/// keeps the clock for timed checkpoints.
/// </summary>
public sealed class TrainingSupervisor : ReceiveActor, IWithTimers
{
    private readonly IActorRef _device;
    private readonly IActorRef _metrics;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private RunState? _run;

    /// <summary>A supervisor with no run.</summary>
    /// <param name="device">Trains.</param>
    /// <param name="metrics">Is told of everything that happens.</param>
    public TrainingSupervisor(IActorRef device, IActorRef metrics)
    {
        _device = device;
        _metrics = metrics;
        Receive<RunCommands.Start>(Start);
        Receive<RunCommands.Stop>(_ => Move(run => run.RequestStop()));
        Receive<CheckpointTimer>(_ => Move(run => run.CheckpointDue()));
        Receive<DeviceEvents.IFromAttempt>(answer =>
        {
            if (answer is DeviceEvents.SnapshotTaken) RestartCheckpointTimer();
            Move(run => run.On(answer));
        });
        Receive<DeviceEvents.DeviceFaulted>(fault => Move(run => run.DeviceFaulted(fault.Fault)));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan CheckpointInterval { get; set; } = Timeout.InfiniteTimeSpan;

    private void Start(RunCommands.Start command)
    {
        if (_run is { Phase: not RunPhase.Ended })
        {
            _log.Warning("run {0} is under way; run {1} is not started", _run.Run, command.Run);
            return;
        }

        var folder = new RunFolder(command.RunFolder);
        TrainingConfiguration configuration;
        try
        {
            configuration = RunDocument.Load(folder).Configuration;
        }
        catch (RunFolderException e)
        {
            _metrics.Tell(new RunEvents.Ended(command.Run, RunOutcome.Failed, default, e.Message));
            return;
        }

        CheckpointInterval = TimeSpan.FromMinutes(configuration.CheckpointEveryMinutes);
        _run = new RunState(command.Run, command.RunFolder, new RunPlan(new StepNumber(configuration.Steps), configuration.CheckpointEverySteps));
        RestartCheckpointTimer();
        Move(run => run.Start());
    }

    private void Move(Func<RunState, (RunState Next, IReadOnlyList<RunEffect> Effects)> transition)
    {
        if (_run is not { } before) return;
        var (next, effects) = transition(before);
        _run = next;
        if (next.Phase != before.Phase) _log.Debug("run {0}: {1} -> {2} at step {3}", next.Run, before.Phase, next.Phase, next.Step);
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case RunEffect.Tell tell: _device.Tell(tell.Command); break;
                case RunEffect.Announce announce: _metrics.Tell(announce.Event); break;
                default: throw new InvalidOperationException($"unknown effect {effect}");
            }
        }
    }

    private void RestartCheckpointTimer()
    {
        if (CheckpointInterval > TimeSpan.Zero) Timers.StartPeriodicTimer(CheckpointTimer.Instance, CheckpointTimer.Instance, CheckpointInterval);
    }

    private sealed class CheckpointTimer
    {
        internal static readonly CheckpointTimer Instance = new();
    }
}

/// <summary>Adds the training supervisor to an actor system.</summary>
public static class TrainingSupervisorHosting
{
    /// <summary>Starts a supervisor over the registered device and metrics actors.</summary>
    public static AkkaConfigurationBuilder AddTrainingSupervisor(this AkkaConfigurationBuilder builder) =>
        builder.WithActors((system, registry) =>
        {
            var device = registry.Get<Device.DeviceSupervisor>();
            var metrics = registry.Get<Metrics.MetricsActor>();
            registry.Register<TrainingSupervisor>(system.ActorOf(Props.Create(() => new TrainingSupervisor(device, metrics)), "training-supervisor"));
        });
}
