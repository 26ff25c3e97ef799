using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;

namespace ActorColorize.Actors.Metrics;

/// <summary>
/// Is told of everything that happens and makes it known: every step goes to the run's metrics.jsonl and TensorBoard files, windows of steps become one
/// line with throughput and ETA, and watchers get all of it. It answers to nobody, so that nothing waits for it.
/// </summary>
public sealed class MetricsActor : ReceiveActor
{
    private readonly TimeProvider _clock;
    private readonly HashSet<IActorRef> _watchers = [];
    private RunMetrics? _kept;

    /// <summary>A metrics actor that keeps nothing yet.</summary>
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
            _kept?.Dispose();
            _kept = new RunMetrics(command.Run, command.Folder, command.Document.Configuration, _clock, trouble => log.Warning("{0}", trouble));
        });
        Receive<MetricsCommands.DeviceMemory>(memory =>
        {
            if (_kept is { } kept) kept.DeviceMemory = memory.Bytes;
        });
        Receive<RunEvents.StepMade>(step =>
        {
            RunCounters.Count(step);
            if (_kept?.Add(step) is { } window) Publish(window);
        });
        Receive<RunEvents.Opened>(opened =>
        {
            _kept?.Begin(opened);
            Publish(opened);
        });
        Receive<RunEvents.Validated>(validated =>
        {
            _kept?.Add(validated);
            Publish(validated);
        });
        Receive<RunEvents.PanelWritten>(panel =>
        {
            _kept?.Add(panel);
            Publish(panel);
        });
        Receive<RunEvents.CensusProgressed>(Publish);
        Receive<RunEvents.Ended>(ended =>
        {
            _kept?.Add(ended);
            _kept?.Dispose();
            _kept = null;
            Publish(ended);
        });
        Receive<IWithRunId>(fact =>
        {
            RunCounters.Count(fact);
            _kept?.Add(fact);
            Publish(fact);
        });
        Receive<DeviceEvents.KernelAvoided>(Publish);
    }

    /// <inheritdoc/>
    protected override void PostStop() => _kept?.Dispose();

    private void Publish(object fact)
    {
        foreach (var watcher in _watchers) watcher.Tell(fact);
    }
}

/// <summary>Adds the metrics actor to an actor system.</summary>
public static class MetricsActorHosting
{
    /// <summary>Starts it and registers it.</summary>
    public static AkkaConfigurationBuilder AddMetrics(this AkkaConfigurationBuilder builder) =>
        builder.WithActors((system, registry) => registry.Register<MetricsActor>(system.ActorOf(Props.Create(() => new MetricsActor(TimeProvider.System)), "metrics")));
}
