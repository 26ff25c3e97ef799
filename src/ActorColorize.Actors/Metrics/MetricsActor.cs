using ActorColorize.Actors.Device;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;

namespace ActorColorize.Actors.Metrics;

/// <summary>
/// Receives all events and publishes them: every step goes to the run's metrics.jsonl and TensorBoard files, windows of steps become one
/// line with throughput and ETA, and watchers receive everything. It sends no answers, so that no actor waits for it, and has its own
/// thread (<see cref="PropsOf"/>), so that a slow disk delays no other actor.
/// </summary>
public sealed class MetricsActor : ReceiveActor
{
    private readonly TimeProvider _clock;
    private readonly HashSet<IActorRef> _watchers = [];
    private readonly Dictionary<RunId, RunMetrics> _kept = [];

    /// <summary>Creates a metrics actor without runs.</summary>
    public MetricsActor(TimeProvider clock)
    {
        _clock = clock;
        var log = Context.GetLogger();
        Receive<MetricsCommands.Watch>(command =>
        {
            _watchers.Add(command.Watcher);
            Context.Watch(command.Watcher);
        });
        Receive<Terminated>(gone => _watchers.Remove(gone.ActorRef));
        Receive<MetricsCommands.Keep>(command =>
        {
            if (_kept.Remove(command.Run, out var before))
                before.Dispose();
            _kept.Add(
                command.Run,
                new RunMetrics(command.Run, command.Folder, command.Document.Configuration, _clock, trouble =>
                    log.Warning(trouble, "metrics of run {0} were not written: {1}", command.Run, trouble.Message)
                )
            );
        });
        Receive<MetricsCommands.DeviceMemory>(memory =>
        {
            foreach (var kept in _kept.Values.Where(kept => memory.Run is null || kept.Run == memory.Run))
                kept.DeviceMemory = memory.Bytes;
        });
        Receive<RunEvents.StepMade>(step =>
        {
            RunCounters.Count(step);
            if (Kept(step)?.Add(step) is { } window)
                Publish(window);
        });
        Receive<RunEvents.Opened>(opened =>
        {
            Kept(opened)?.Begin(opened);
            Publish(opened);
        });
        Receive<RunEvents.Validated>(validated =>
        {
            Kept(validated)?.Add(validated);
            Publish(validated);
        });
        Receive<RunEvents.PanelWritten>(panel =>
        {
            Kept(panel)?.Add(panel);
            Publish(panel);
        });
        Receive<RunEvents.ColorCountProgressed>(Publish);
        Receive<RunEvents.RunEnded>(ended =>
        {
            if (Kept(ended) is { } kept)
            {
                kept.Add(ended);
                kept.Dispose();
                _kept.Remove(ended.Run);
            }

            Publish(ended);
        });
        Receive<IWithRunId>(fact =>
        {
            RunCounters.Count(fact);
            Kept(fact)?.Add(fact);
            Publish(fact);
        });
        Receive<DeviceEvents.KernelAvoided>(Publish);
    }

    /// <summary>A metrics actor on its own thread; needs <see cref="AkkaHocon.DiskDispatcher"/>.</summary>
    public static Props PropsOf(TimeProvider clock) => Props.Create(() => new MetricsActor(clock)).WithDispatcher(Dispatchers.Disk);

    /// <summary>A failure of the metrics must not cost the watchers the run.</summary>
    protected override void PreRestart(Exception reason, object message)
    {
        foreach (var watcher in _watchers)
            Self.Tell(new MetricsCommands.Watch(watcher));
        base.PreRestart(reason, message);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        foreach (var kept in _kept.Values)
            kept.Dispose();
    }

    /// <summary>The metrics of the run that an event is about; null if it has not started: a waiting run may end.</summary>
    private RunMetrics? Kept(IWithRunId fact) => _kept.GetValueOrDefault(fact.Run);

    private void Publish(object fact)
    {
        foreach (var watcher in _watchers)
            watcher.Tell(fact);
    }
}

/// <summary>Adds the metrics actor to an actor system.</summary>
public static class MetricsActorHosting
{
    /// <summary>Starts it and registers it.</summary>
    public static AkkaConfigurationBuilder AddMetrics(this AkkaConfigurationBuilder builder) =>
        builder
            .AddHocon(AkkaHocon.DiskDispatcher, HoconAddMode.Prepend)
            .WithActors(
                (system, registry) => registry.Register<MetricsActor>(system.ActorOf(MetricsActor.PropsOf(TimeProvider.System), "metrics"))
            );
}
