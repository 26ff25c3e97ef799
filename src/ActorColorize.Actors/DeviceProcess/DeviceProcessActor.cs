using ActorColorize.Actors.Device;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Metrics;
using ActorColorize.Protocol;
using Akka;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>
/// Proxy for a device in its own process: to the training supervisor, the job coordinator and the metrics it acts as the device. It starts
/// the process, monitors it, and replaces it when it dies or hangs; lost work is reported to its owners by the same messages as when a
/// local device crashes.
/// <code>
///                 ┌────────────── delay is over ◀───────────────┐
///                 ▼                                             │
///  (created) ▶ Starting ──Joining──▶ Ready ──ended──▶ lost ──▶ Waiting ──too many starts came to nothing──▶ GivenUp
///                 │                    │ hangs          ▲
///                 │ ended, or not      ▼                │
///                 │ joined in time   Ending ──ended─────┤
///                 └──▶ (Ending) ────────────────────────┘      any ──Stop──▶ Leaving ──ended──▶ stopped
/// </code>
/// Commands that arrive while no process is ready are queued, up to a limit; commands that were queued or executing when a process is lost
/// are dropped, because their owner sends them again.
/// </summary>
public sealed class DeviceProcessActor : ReceiveActor, IWithTimers
{
    /// <summary>Beginning of a line of a process that is an event of its log in compact JSON.</summary>
    public const string EventPrefix = "{\"@t\":\"";

    private const int MostHeldCommands = 64;

    private static int s_incarnations; // static, so that a number is never reused in this process

    private readonly DeviceProcessLimits _limits;
    private readonly IDeviceProcessStarter _starter;
    private readonly string _program;
    private readonly IActorRef _metrics;
    private readonly IActorRef _coordinator;
    private readonly Action<string> _givenUp;
    private readonly TimeProvider _clock;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly RestartDelay _delay;
    private readonly Queue<IWithRunId> _held = new();
    private IActorRef _runOwner = ActorRefs.Nobody;
    private IActorRef _stopRequester = ActorRefs.Nobody;
    private IDeviceProcess? _process;
    private ProgressWatch? _watch;
    private DeviceFault? _fault;
    private WorkerId? _worker;
    private int _incarnation;
    private int _failedStarts;
    private bool _starting;
    private bool _stopping;

    /// <summary>Creates a proxy, which starts its first process immediately.</summary>
    /// <param name="limits">Deadlines and delays.</param>
    /// <param name="starter">Starts processes.</param>
    /// <param name="program">Version of this program: a process of another version is rejected.</param>
    /// <param name="metrics">Receives all events.</param>
    /// <param name="coordinator">Where archive work is pulled from; <see cref="ActorRefs.Nobody"/> for a device that only trains.</param>
    /// <param name="givenUp">Called, with the cause, when it stops starting processes.</param>
    /// <param name="clock">For deadlines.</param>
    public DeviceProcessActor(
        DeviceProcessLimits limits,
        IDeviceProcessStarter starter,
        string program,
        IActorRef metrics,
        IActorRef coordinator,
        Action<string> givenUp,
        TimeProvider clock
    )
    {
        ArgumentNullException.ThrowIfNull(limits);
        _limits = limits;
        _starter = starter;
        _program = program;
        _metrics = metrics;
        _coordinator = coordinator;
        _givenUp = givenUp;
        _clock = clock;
        _delay = new RestartDelay(limits.FirstDelay, limits.LongestDelay);

        Receive<StartNow>(_ => Start());
        Receive<Started>(started => started.Incarnation == _incarnation, Begin);
        Receive<Started>(late => // requested before this actor was restarted
        {
            late.Process.Kill();
            late.Process.Dispose();
        });
        Receive<StartFailed>(
            failed => failed.Incarnation == _incarnation,
            failed =>
            {
                if (failed.Cause is not DeviceProcessException) // its message says everything
                    _log.Error(failed.Cause, "device process {0} was not started", failed.Incarnation);
                Lost(new DeviceFault(DeviceFaultKind.ProcessDeath, failed.Cause.Message), joined: false);
            }
        );
        Receive<FromDeviceProcess>(said => said.Incarnation == _incarnation && _process is not null, said => Heard(said.Message));
        Receive<FromDeviceProcess>(_ => { }); // from a process that has ended or is being ended
        Receive<DeviceProcessEnded>(ended => ended.Incarnation == _incarnation, ended => Over(ended.End));
        Receive<ProcessLine>(line => Log(line.Text));
        Receive<IpcNotice>(notice => _log.Info("{0}", notice.Text));
        Receive<Look>(_ => CheckProcess());
        Receive<NotJoined>(
            due => due.Incarnation == _incarnation && _watch is null,
            _ => End(new DeviceFault(DeviceFaultKind.Hang, $"it did not join within {_limits.StartDeadline.TotalSeconds:0} s"))
        );
        Receive<KillNow>(due => due.Incarnation == _incarnation, Kill);
        Receive<Stop>(_ => StopGracefully());
        Receive<DeviceCommands.IDeviceCommand>(Carry);
        Receive<WorkEvents.IWorkEvent>(Send);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private bool IsReady => _watch is not null && _fault is null;

    /// <inheritdoc/>
    protected override void PreStart() => Start();

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
        var fault = new DeviceFault(DeviceFaultKind.Crash, $"{reason.GetType().Name}: {reason.Message}");
        _runOwner.Tell(new DeviceEvents.DeviceFaulted(fault));
        ReleaseWork(fault.Cause);
        base.PreRestart(reason, message);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _process?.Kill();
        _process?.Dispose();
    }

    // ---- process lifecycle

    private void Start()
    {
        _starting = true;
        var incarnation = _incarnation = Interlocked.Increment(ref s_incarnations);
        var self = Self;
        _starter
            .StartAsync(incarnation, self)
            .PipeTo(self, success: process => new Started(incarnation, process), failure: e => new StartFailed(incarnation, e));
    }

    private void Begin(Started started)
    {
        var (incarnation, process) = (started.Incarnation, started.Process);
        _starting = false;
        _process = process;
        process.Ended.PipeTo(Self, success: end => new DeviceProcessEnded(incarnation, end));
        Timers.StartSingleTimer(nameof(NotJoined), new NotJoined(incarnation), _limits.StartDeadline);
        if (_stopping)
            process.Kill();
    }

    private void Joined(DeviceProcessEvents.Joining joining)
    {
        if (joining.Program != _program)
        {
            End(
                new DeviceFault(
                    DeviceFaultKind.ProcessDeath,
                    $"the program on disk ({joining.Program}) is not the version that is running ({_program}): restart it"
                )
            );
            return;
        }

        _process!.Tell(new DeviceProcessCommands.Welcome(_incarnation));
        if (_watch is not null)
            return; // sent again before the answer arrived
        _log.Info("device process {0} joined", _process.ProcessId);
        Timers.Cancel(nameof(NotJoined));
        _failedStarts = 0;
        _watch = new ProgressWatch(_limits, Now);
        Timers.StartPeriodicTimer(nameof(Look), Look.Instance, _limits.Heartbeat);
        while (_held.TryDequeue(out var command))
            _process.Tell(command);
    }

    private void CheckProcess()
    {
        if (IsReady && _watch!.Judge(Now) is { } reason)
            End(new DeviceFault(DeviceFaultKind.Hang, reason));
    }

    /// <summary>Ends a process that can no longer be used; the loss is reported when it has ended.</summary>
    private void End(DeviceFault fault)
    {
        if (_fault is not null)
            return;
        _fault = fault;
        _log.Info("ending device process {0}: {1}", _process!.ProcessId, fault.Cause);
        _process.Abort();
        Timers.StartSingleTimer(nameof(KillNow), new KillNow(_incarnation), _limits.AbortGrace);
    }

    private void Kill(KillNow due)
    {
        if (_process is null)
            return;
        if (due.IsRepeated)
            _log.Warning(
                "device process {0} was killed and has not ended: the kernel still holds it, and the device with it",
                _process.ProcessId
            );
        _process.Kill();
        Timers.StartSingleTimer(nameof(KillNow), due with { IsRepeated = true }, _limits.StartDeadline);
    }

    private void Over(ProcessEnd end)
    {
        var (process, joined) = (_process!.ProcessId, _watch is not null);
        var said = $"the device process ({process}) {end}";
        var fault = _fault
            ?? new DeviceFault(end.ExitCode == ProcessEnd.PoisonedCode ? DeviceFaultKind.Sticky : DeviceFaultKind.ProcessDeath, said);
        Lost(_fault is null ? fault : fault with { Cause = $"the device process ({process}) was ended: {fault.Cause}" }, joined);
    }

    private void Lost(DeviceFault fault, bool joined)
    {
        Forget();
        if (_stopping)
        {
            _log.Debug("stopped: {0}", fault.Cause);
            _stopRequester.Tell(Done.Instance);
            return;
        }

        if (!joined)
            _failedStarts++;
        var delay = _delay.Next();
        var isLast = _failedStarts >= _limits.MaximumFailedStarts;
        var next =
            isLast ? "no other process is started"
            : delay == TimeSpan.Zero ? "a new one starts"
            : $"a new one starts in {delay.TotalSeconds:0.#} s";
        if (_runOwner.IsNobody() || isLast)
            _log.Warning("{0}; {1}", fault.Cause, next);
        else
            _log.Info("{0}; {1}", fault.Cause, next); // a run notifies its watchers itself
        _runOwner.Tell(new DeviceEvents.DeviceFaulted(fault));
        ReleaseWork(fault.Cause);
        if (isLast)
            _givenUp(fault.Cause);
        else if (delay == TimeSpan.Zero)
            Start();
        else
            Timers.StartSingleTimer(nameof(StartNow), StartNow.Instance, delay);
    }

    private void Forget()
    {
        Timers.Cancel(nameof(NotJoined));
        Timers.Cancel(nameof(Look));
        Timers.Cancel(nameof(KillNow));
        _process?.Dispose();
        (_process, _watch, _fault, _starting) = (null, null, null, false);
        _held.Clear();
    }

    private void StopGracefully()
    {
        _stopping = true;
        _stopRequester = Sender;
        Timers.Cancel(nameof(StartNow));
        if (_process is null && !_starting)
            Sender.Tell(Done.Instance);
        if (_process is null)
            return; // a process that is being started is ended as soon as it exists
        if (!IsReady)
        {
            _process.Kill();
            return;
        }

        _process.Tell(new DeviceProcessCommands.Leave("stopped"));
        Timers.StartSingleTimer(nameof(KillNow), new KillNow(_incarnation), _limits.LeaveGrace);
    }

    // ---- IPC messages

    private void Carry(IWithRunId command)
    {
        _runOwner = Sender;
        if (IsReady)
        {
            _process!.Tell(command);
            return;
        }

        if (command is DeviceCommands.CloseRun)
        {
            _held.Clear(); // no run is open, and no queued run needs to be opened
            return;
        }

        _held.Enqueue(command);
        if (_held.Count <= MostHeldCommands)
            return;
        _log.Warning("{0} commands wait for a device process; {1} was dropped", MostHeldCommands, _held.Dequeue().GetType().Name);
    }

    /// <summary>
    /// Sends a message to the process, if there is one. Work that is granted while there is none was granted before the coordinator learned
    /// of the loss, and will be granted again.
    /// </summary>
    private void Send(object message)
    {
        if (IsReady)
            _process!.Tell(message);
    }

    private void Heard(object message)
    {
        switch (message)
        {
            case DeviceProcessEvents.Joining joining:
                Joined(joining);
                break;
            case DeviceProcessEvents.Heartbeat heartbeat:
                _watch?.Heard(heartbeat, Now);
                _metrics.Tell(new MetricsCommands.DeviceMemory(heartbeat.ResidentBytes));
                break;
            default:
                PassOn(message);
                break;
        }
    }

    private void PassOn(object message)
    {
        if (_fault is not null)
            return; // messages of a process that is being ended are ignored
        if (message is DeviceEvents.StepDone or WorkCommands.SettleItems)
            _delay.Reset();
        if (message is WorkCommands.IFromWorker worker)
            _worker = worker.Worker;
        var receiver = message switch
        {
            DeviceEvents.IDeviceEvent => _runOwner,
            WorkCommands.IFromWorker => _coordinator,
            _ => _metrics,
        };
        receiver.Tell(message);
    }

    /// <summary>Releases all work on behalf of a worker that was lost.</summary>
    private void ReleaseWork(string cause)
    {
        if (_worker is { } worker)
            _coordinator.Tell(new WorkCommands.ReleaseAllWork(worker, Crashed: true, cause));
        _worker = null;
    }

    private void Log(string line)
    {
        if (_stopping)
            return; // remoting warns of connections that were closed on purpose; the process's own log has it
        if (line.StartsWith(EventPrefix, StringComparison.Ordinal))
            _log.Info("{0}", line); // the log takes it in as the event that it is
        else if (line.StartsWith(OutputTail.WarningPrefix, StringComparison.Ordinal))
            _log.Warning("{0}", line[OutputTail.WarningPrefix.Length..]);
        else
            _log.Info("device process: {0}", line);
    }

    private TimeSpan Now => _clock.GetElapsedTime(0);

    /// <summary>Requests a graceful shutdown; answered by <see cref="Done"/> when the process has ended.</summary>
    public sealed record Stop
    {
        /// <summary>The only instance.</summary>
        public static readonly Stop Instance = new();
    }

    private sealed record StartNow
    {
        internal static readonly StartNow Instance = new();
    }

    private sealed record Look
    {
        internal static readonly Look Instance = new();
    }

    private sealed record Started(int Incarnation, IDeviceProcess Process);

    private sealed record StartFailed(int Incarnation, Exception Cause);

    private sealed record DeviceProcessEnded(int Incarnation, ProcessEnd End);

    private sealed record NotJoined(int Incarnation);

    private sealed record KillNow(int Incarnation, bool IsRepeated = false);
}

/// <summary>Adds a device in its own process to an actor system.</summary>
public static class DeviceProcessHosting
{
    private const string OrderlyEnd = "end-device-process";

    /// <summary>
    /// Starts a proxy that works for the registered metrics actor and, if there is one, the registered job coordinator; it is registered as
    /// the device.
    /// </summary>
    /// <param name="builder">The actor system.</param>
    /// <param name="limits">Deadlines and delays.</param>
    /// <param name="starter">Starts processes.</param>
    /// <param name="program">Version of this program.</param>
    /// <param name="givenUp">Called, with the cause, when it stops starting processes.</param>
    public static AkkaConfigurationBuilder AddDeviceProcess(
        this AkkaConfigurationBuilder builder,
        DeviceProcessLimits limits,
        IDeviceProcessStarter starter,
        string program,
        Action<string> givenUp
    )
    {
        ArgumentNullException.ThrowIfNull(limits);
        var phase =
            $"akka.coordinated-shutdown.phases.{CoordinatedShutdown.PhaseBeforeServiceUnbind}.timeout = "
            + $"{limits.LeaveGrace.TotalSeconds + 5:0}s";
        return builder
            .AddHocon(phase, HoconAddMode.Prepend)
            .WithActors(
                (system, registry) =>
                {
                    var metrics = registry.Get<MetricsActor>();
                    var coordinator = registry.TryGet<JobCoordinator>(out var found) ? found : ActorRefs.Nobody;
                    var device = system.ActorOf(
                        Props.Create(() =>
                            new DeviceProcessActor(limits, starter, program, metrics, coordinator, givenUp, TimeProvider.System)
                        ),
                        "device"
                    );
                    registry.Register<DeviceSupervisor>(device);
                    CoordinatedShutdown
                        .Get(system)
                        .AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, OrderlyEnd, () =>
                            device.Ask<Done>(DeviceProcessActor.Stop.Instance)
                        );
                }
            );
    }
}
