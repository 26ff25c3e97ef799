using ActorColorize.Actors.Checkpoints;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Output;
using ActorColorize.Protocol;
using Akka;
using Akka.Actor;
using Akka.Hosting;

namespace ActorColorize.Actors.Device;

/// <summary>
/// Supervises one device: its loader, GPU, output and checkpoint actors. A crashed loader or output actor is restarted and asked again for
/// what it had not delivered; a crashed GPU actor restarts empty, and the owner of its work decides where to resume.
/// </summary>
public sealed class DeviceSupervisor : ReceiveActor
{
    private readonly Action<Exception> _onFailure;
    private readonly IActorRef _gpu;
    private readonly IActorRef _worker;
    private IActorRef _runOwner = ActorRefs.Nobody;
    private IActorRef _evaluator = ActorRefs.Nobody;

    /// <summary>Starts the device's actors.</summary>
    /// <param name="settings">Settings of the device and its actors.</param>
    /// <param name="metrics">Receives all events.</param>
    /// <param name="coordinator">Where archive work is pulled from; <see cref="ActorRefs.Nobody"/> for a device that only trains.</param>
    public DeviceSupervisor(DeviceSupervisorSettings settings, IActorRef metrics, IActorRef coordinator)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _onFailure = settings.OnFailure;
        var loader = Context.ActorOf(Props.Create(() => new LoaderActor(settings.Loader)), "loader");
        var output = Context.ActorOf(Props.Create(() => new OutputActor(settings.Output, metrics)), "output");
        var checkpoints = Context.ActorOf(Props.Create(() => new CheckpointActor()).WithDispatcher(Dispatchers.Checkpoint), "checkpoints");
        var others = new DeviceActors(loader, output, checkpoints, metrics);
        _gpu = Context.ActorOf(
            Props.Create(() => new GpuActor(settings.Device, others, settings.Progress)).WithDispatcher(Dispatchers.Gpu),
            "gpu"
        );
        var gpu = _gpu;
        _worker = coordinator.IsNobody()
            ? ActorRefs.Nobody
            : Context.ActorOf(Props.Create(() => new ColorizeWorker(settings.Worker, coordinator, gpu, loader, output)), "worker");

        Receive<DeviceCommands.CountColors>(ForwardToGpu);
        Receive<DeviceCommands.OpenRun>(ForwardToGpu);
        Receive<DeviceCommands.TrainUntil>(ForwardToGpu);
        Receive<DeviceCommands.Validate>(ForwardToGpu);
        Receive<DeviceCommands.SaveCheckpoint>(ForwardToGpu);
        Receive<DeviceCommands.CloseRun>(ForwardToGpu);
        Receive<DeviceDrain>(drain =>
        {
            if (_worker.IsNobody())
                Sender.Tell(Done.Instance);
            else
                _worker.Forward(drain);
        });
        Receive<GpuCommands.Evaluate>(command =>
        {
            _evaluator = command.ReplyTo;
            _gpu.Forward(command);
        });
        Receive<LoaderEvents.StreamsLost>(lost =>
        {
            _gpu.Tell(lost);
            _worker.Tell(lost);
        });
        Receive<OutputEvents.OutputLost>(lost => _worker.Tell(lost));
        Receive<GpuEvents.GpuLost>(lost =>
        {
            _runOwner.Tell(new DeviceEvents.DeviceFaulted(lost.Fault));
            _worker.Tell(lost);
            _evaluator.Tell(lost);
        });
    }

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(failure =>
        {
            _onFailure(failure);
            return Directive.Restart;
        });

    private void ForwardToGpu(IWithRunId command)
    {
        _runOwner = Sender;
        _gpu.Forward(command);
    }
}

/// <summary>Settings of a device's actors.</summary>
/// <param name="Device">The compute device.</param>
public sealed record DeviceSupervisorSettings(DeviceSettings Device)
{
    /// <summary>Settings of the loader.</summary>
    public LoaderSettings Loader { get; init; } = new();

    /// <summary>Settings of the output actor.</summary>
    public OutputSettings Output { get; init; } = new();

    /// <summary>Settings of the archive worker.</summary>
    public WorkerSettings Worker { get; init; } = new();

    /// <summary>How long a graceful shutdown waits for units in progress; zero releases everything immediately.</summary>
    public TimeSpan DrainFor { get; init; } = TimeSpan.Zero;

    /// <summary>Progress of the device's thread.</summary>
    public DeviceProgressCounter Progress { get; init; } = new();

    /// <summary>
    /// Called with each failure of one of the device's actors before it is handled; during the call the actor is suspended.
    /// </summary>
    public Action<Exception> OnFailure { get; init; } = _ => { };
}

/// <summary>Adds a device to an actor system.</summary>
public static class DeviceSupervisorHosting
{
    /// <summary>
    /// Starts a device that works for the registered metrics actor and, where there is one, the registered job coordinator.
    /// </summary>
    public static AkkaConfigurationBuilder AddDevice(this AkkaConfigurationBuilder builder, DeviceSupervisorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        builder.AddHocon(AkkaHocon.Dispatchers, HoconAddMode.Prepend);
        if (settings.DrainFor > TimeSpan.Zero)
            builder.AddHocon(DeviceDrainHosting.Hocon(settings.DrainFor), HoconAddMode.Prepend);
        return builder.WithActors(
            (system, registry) =>
            {
                var metrics = registry.Get<Metrics.MetricsActor>();
                var coordinator = registry.TryGet<JobCoordinator>(out var found) ? found : ActorRefs.Nobody;
                var device = system.ActorOf(Props.Create(() => new DeviceSupervisor(settings, metrics, coordinator)), "device");
                registry.Register<DeviceSupervisor>(device);
                system.RegisterOnTermination(settings.Loader.Pictures.Dispose);
                system.RegisterOnTermination(settings.Output.Pictures.Dispose);
                if (settings.DrainFor > TimeSpan.Zero)
                    DeviceDrainHosting.AddTo(system, device, settings.DrainFor);
            }
        );
    }
}
