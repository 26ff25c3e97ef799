using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Runs;
using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;
using Akka;
using Akka.Actor;
using Akka.Hosting;

namespace ActorColorize.Actors.Device;

/// <summary>
/// Represents a device of a cluster to the training singleton, on whichever node that runs. To the leader's supervisor it acts as the
/// device: it offers itself periodically and forwards commands and answers. To the device's actors it acts as supervisor and metrics.
/// </summary>
public sealed class DeviceAgent : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan OfferEvery = TimeSpan.FromSeconds(2);

    private readonly IActorRef _singleton;
    private IActorRef _device = ActorRefs.Nobody;
    private IActorRef _supervisor = ActorRefs.Nobody;
    private IActorRef? _leaveRequester;
    private long? _deviceMemory;
    private bool _hasRun;

    /// <summary>Creates an agent, which gets its device with <see cref="Attach"/>.</summary>
    /// <param name="description">Description of the device.</param>
    /// <param name="leader">The training singleton.</param>
    public DeviceAgent(TrainingDevice description, IActorRef leader)
    {
        _singleton = leader;
        Receive<Attach>(attach =>
        {
            _device = attach.Device;
            Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, TimeSpan.Zero, OfferEvery);
        });
        Receive<Tick>(_ =>
        {
            if (_leaveRequester is null)
                _singleton.Tell(new DeviceEvents.Offered(description, _deviceMemory ?? Environment.WorkingSet));
            else
                _supervisor.Tell(new DeviceEvents.Leaving());
        });
        Receive<MetricsCommands.DeviceMemory>(memory => _deviceMemory = memory.Bytes);
        Receive<Leave>(_ =>
        {
            _leaveRequester = Sender;
            if (_hasRun)
                Self.Tell(Tick.Instance);
            else
                Sender.Tell(Done.Instance);
        });
        Receive<DeviceCommands.IDeviceCommand>(Command);
        Receive<DeviceEvents.IDeviceEvent>(answer => _supervisor.Tell(answer));
        Receive<object>(StrictSerialization.Carries, _singleton.Tell);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private void Command(DeviceCommands.IDeviceCommand command)
    {
        _supervisor = Sender;
        _hasRun = command is not DeviceCommands.CloseRun;
        _device.Tell(command);
        if (!_hasRun)
            _leaveRequester?.Tell(Done.Instance);
    }

    /// <summary>The agent's device; it is offered from now on.</summary>
    public sealed record Attach(IActorRef Device);

    /// <summary>
    /// The device is about to leave: have its run saved and moved to another device. Answered by <see cref="Done"/> when it has no run.
    /// </summary>
    public sealed record Leave
    {
        /// <summary>The only instance.</summary>
        public static readonly Leave Instance = new();
    }

    private sealed record Tick
    {
        internal static readonly Tick Instance = new();
    }
}

/// <summary>Adds an agent to a cluster's device process.</summary>
public static class DeviceAgentHosting
{
    /// <summary>Starts the agent, registered as the metrics actor, for the training singleton that was added before.</summary>
    /// <param name="builder">The actor system.</param>
    /// <param name="description">Description of the device.</param>
    public static AkkaConfigurationBuilder AddDeviceAgent(this AkkaConfigurationBuilder builder, TrainingDevice description) =>
        builder.WithActors(
            (system, registry) =>
            {
                var leader = registry.Get<TrainingSingleton>();
                var agent = system.ActorOf(Props.Create(() => new DeviceAgent(description, leader)), "agent");
                registry.Register<DeviceAgent>(agent);
                registry.Register<MetricsActor>(agent);
            }
        );

    /// <summary>Offers the device that was added before.</summary>
    public static AkkaConfigurationBuilder OfferDevice(this AkkaConfigurationBuilder builder) =>
        builder.WithActors((_, registry) => registry.Get<DeviceAgent>().Tell(new DeviceAgent.Attach(registry.Get<DeviceSupervisor>())));
}
