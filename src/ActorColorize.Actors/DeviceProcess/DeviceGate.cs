using ActorColorize.Actors.Device;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Metrics;
using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>
/// The device process' side of the border. To the device's actors it is metrics, supervisor and job coordinator at once: what they say goes
/// to the parent, and what the parent says goes to
/// the device. It has a thread of its own, so that its signs of life do not wait behind the device's work.
/// </summary>
public sealed class DeviceGate : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Knocking = TimeSpan.FromSeconds(1);

    private const int MostEarlyMessages = 64;

    private readonly Queue<object> _early = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _parent = ActorRefs.Nobody;
    private IActorRef _device = ActorRefs.Nobody;
    private IActorRef _worker = ActorRefs.Nobody;

    /// <summary>A gate that opens when it has a device (<see cref="Attach"/>).</summary>
    /// <param name="settings">The parent, and what it is told.</param>
    /// <param name="leave">Called when the parent asks for an orderly end.</param>
    public DeviceGate(DeviceGateSettings settings, Action<string> leave)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var parent = Context.ActorSelection($"{settings.Parent}/user/{BorderConfiguration.Gate}");
        Receive<Attach>(attach =>
        {
            _device = attach.Device;
            Timers.StartPeriodicTimer(nameof(Knock), Knock.Instance, TimeSpan.Zero, Knocking);
        });
        Receive<Knock>(_ => parent.Tell(new DeviceProcessEvents.Joining(Environment.ProcessId, settings.Program), Self));
        Receive<DeviceProcessCommands.Welcome>(_ =>
        {
            if (!_parent.IsNobody())
                return;
            _parent = Sender;
            Timers.Cancel(nameof(Knock));
            Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, settings.Heartbeat);
            while (_early.TryDequeue(out var message))
                _parent.Tell(message);
        });
        Receive<Tick>(_ => _parent.Tell(settings.Pulse.Read(Environment.WorkingSet)));
        Receive<DeviceProcessCommands.Leave>(command => leave(command.Reason));
        Receive<object>(_ => Sender.Equals(_parent), FromParent);
        Receive<object>(StrictSerialization.Carries, FromDevice);
        Receive<object>(message => _log.Warning("{0} stays in this process: it is not a message of the protocol", message.GetType().Name));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private void FromParent(object message)
    {
        if (message.GetType().DeclaringType == typeof(WorkEvents))
            _worker.Tell(message);
        else
            _device.Tell(message);
    }

    private void FromDevice(object message)
    {
        if (message.GetType().DeclaringType == typeof(WorkCommands))
            _worker = Sender;
        if (!_parent.IsNobody())
            _parent.Tell(message);
        else if (_early.Count < MostEarlyMessages)
            _early.Enqueue(message); // a worker asks for work as soon as it is there
        else
            _log.Warning("nobody listens yet to {0}", message.GetType().Name);
    }

    /// <summary>The gate's device; the parent is told of the process now.</summary>
    public sealed record Attach(IActorRef Device);

    private sealed record Knock
    {
        internal static readonly Knock Instance = new();
    }

    private sealed record Tick
    {
        internal static readonly Tick Instance = new();
    }
}

/// <summary>What a gate needs to know.</summary>
/// <param name="Parent">Address of the parent's border.</param>
/// <param name="Program">Version of this program.</param>
/// <param name="Heartbeat">Time between signs of life.</param>
/// <param name="Pulse">What the device's thread is at.</param>
public sealed record DeviceGateSettings(string Parent, string Program, TimeSpan Heartbeat, DevicePulse Pulse);

/// <summary>Composes a device process.</summary>
public static class DeviceGateHosting
{
    /// <summary>
    /// Adds the device's side of a border: remoting with the parent alone, and the gate in place of metrics and, where archives are
    /// coloured, of the job coordinator.
    /// </summary>
    /// <param name="builder">The actor system.</param>
    /// <param name="invitation">From the parent.</param>
    /// <param name="settings">Of the gate.</param>
    /// <param name="leave">Called when the parent asks for an orderly end.</param>
    public static AkkaConfigurationBuilder AddDeviceGate(
        this AkkaConfigurationBuilder builder,
        DeviceInvitation invitation,
        DeviceGateSettings settings,
        Action<string> leave
    )
    {
        ArgumentNullException.ThrowIfNull(invitation);
        builder.AddHocon(BorderConfiguration.Hocon, HoconAddMode.Prepend);
        builder.AddSetup(BorderCertificate.Setup(invitation.OpenCertificate()));
        return builder.WithActors(
            (system, registry) =>
            {
                var gate = system.ActorOf(
                    Props.Create(() => new DeviceGate(settings, leave)).WithDispatcher(BorderConfiguration.Dispatcher),
                    BorderConfiguration.Gate
                );
                registry.Register<DeviceGate>(gate);
                registry.Register<MetricsActor>(gate);
                if (invitation.Device.ColoursArchives)
                    registry.Register<JobCoordinator>(gate);
            }
        );
    }

    /// <summary>Opens the gate to the device that was added before.</summary>
    public static AkkaConfigurationBuilder OpenDeviceGate(this AkkaConfigurationBuilder builder) =>
        builder.WithActors((_, registry) => registry.Get<DeviceGate>().Tell(new DeviceGate.Attach(registry.Get<DeviceSupervisor>())));
}
