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
/// The device process's IPC endpoint. To the device's actors it acts as metrics, supervisor and job coordinator: their messages go to the
/// parent, and the parent's messages go to the device. It has its own thread, so that its heartbeats do not wait behind the device's work.
/// </summary>
public sealed class DeviceIpcActor : ReceiveActor, IWithTimers
{
    /// <summary>Name of the endpoint actor; both actor systems accept selections of no other actor.</summary>
    public const string ActorName = "endpoint";

    private static readonly TimeSpan JoinInterval = TimeSpan.FromSeconds(1);

    private const int MostEarlyMessages = 64;

    private readonly Queue<object> _early = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _parent = ActorRefs.Nobody;
    private IActorRef _device = ActorRefs.Nobody;
    private IActorRef _worker = ActorRefs.Nobody;

    /// <summary>Creates an endpoint, which opens when it gets its device (<see cref="Attach"/>).</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="leave">Called when the parent requests a graceful shutdown.</param>
    public DeviceIpcActor(DeviceIpcSettings settings, Action<string> leave)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var parent = Context.ActorSelection($"{settings.Parent}/user/{ActorName}");
        Receive<Attach>(attach =>
        {
            _device = attach.Device;
            Timers.StartPeriodicTimer(nameof(JoinDue), JoinDue.Instance, TimeSpan.Zero, JoinInterval);
        });
        Receive<JoinDue>(_ => parent.Tell(new DeviceProcessEvents.Joining(Environment.ProcessId, settings.Program), Self));
        Receive<DeviceProcessCommands.Welcome>(_ =>
        {
            if (!_parent.IsNobody())
                return;
            _parent = Sender;
            Timers.Cancel(nameof(JoinDue));
            Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, settings.Heartbeat);
            while (_early.TryDequeue(out var message))
                _parent.Tell(message);
        });
        Receive<Tick>(_ => _parent.Tell(settings.Progress.Read(Environment.WorkingSet)));
        Receive<DeviceProcessCommands.Leave>(command => leave(command.Reason));
        Receive<object>(_ => Sender.Equals(_parent), FromParent);
        Receive<object>(StrictSerialization.Carries, FromDevice);
        Receive<object>(message => _log.Warning("{0} is not forwarded: it is not a message of the protocol", message.GetType().Name));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private void FromParent(object message)
    {
        if (message is WorkEvents.IWorkEvent)
            _worker.Tell(message);
        else
            _device.Tell(message);
    }

    private void FromDevice(object message)
    {
        if (message is WorkCommands.IFromWorker)
            _worker = Sender;
        if (!_parent.IsNobody())
            _parent.Tell(message);
        else if (_early.Count < MostEarlyMessages)
            _early.Enqueue(message); // a worker requests work as soon as it starts
        else
            _log.Warning("{0} was dropped: the parent is not connected yet", message.GetType().Name);
    }

    /// <summary>Sets the endpoint's device; the endpoint then joins the parent.</summary>
    public sealed record Attach(IActorRef Device);

    private sealed record JoinDue
    {
        internal static readonly JoinDue Instance = new();
    }

    private sealed record Tick
    {
        internal static readonly Tick Instance = new();
    }
}

/// <summary>Settings of an endpoint.</summary>
/// <param name="Parent">Address of the parent's endpoint.</param>
/// <param name="Program">Version of this program.</param>
/// <param name="Heartbeat">Time between heartbeats.</param>
/// <param name="Progress">Progress of the device's thread.</param>
public sealed record DeviceIpcSettings(string Parent, string Program, TimeSpan Heartbeat, DeviceProgressCounter Progress);

/// <summary>Composes a device process.</summary>
public static class DeviceIpcHosting
{
    /// <summary>
    /// Adds the device's endpoint: remoting with the parent only, and the endpoint registered as the metrics actor and, if archives are
    /// coloured, as the job coordinator.
    /// </summary>
    /// <param name="builder">The actor system.</param>
    /// <param name="bootstrap">The bootstrap message from the parent.</param>
    /// <param name="settings">Settings of the endpoint.</param>
    /// <param name="leave">Called when the parent requests a graceful shutdown.</param>
    public static AkkaConfigurationBuilder AddDeviceIpc(
        this AkkaConfigurationBuilder builder,
        DeviceBootstrap bootstrap,
        DeviceIpcSettings settings,
        Action<string> leave
    )
    {
        ArgumentNullException.ThrowIfNull(bootstrap);
        builder.AddHocon(AkkaHocon.Ipc, HoconAddMode.Prepend);
        builder.AddSetup(IpcCertificate.Setup(bootstrap.OpenCertificate()));
        return builder.WithActors(
            (system, registry) =>
            {
                var endpoint = system.ActorOf(
                    Props.Create(() => new DeviceIpcActor(settings, leave)).WithDispatcher(Dispatchers.Ipc),
                    DeviceIpcActor.ActorName
                );
                registry.Register<DeviceIpcActor>(endpoint);
                registry.Register<MetricsActor>(endpoint);
                if (bootstrap.Device.ColoursArchives)
                    registry.Register<JobCoordinator>(endpoint);
            }
        );
    }

    /// <summary>Attaches the device that was added before to the endpoint.</summary>
    public static AkkaConfigurationBuilder OpenDeviceIpc(this AkkaConfigurationBuilder builder) =>
        builder.WithActors(
            (_, registry) => registry.Get<DeviceIpcActor>().Tell(new DeviceIpcActor.Attach(registry.Get<DeviceSupervisor>()))
        );
}
