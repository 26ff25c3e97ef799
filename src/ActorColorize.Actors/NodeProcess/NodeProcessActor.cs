using ActorColorize.Actors.DeviceProcess;
using Akka;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.NodeProcess;

/// <summary>
/// Supervises the process of a cluster node: starts it, and restarts it whenever it ends. It is independent of what the node does; the
/// process holds no state that must not be lost.
/// <code>
///  Starting ──▶ Running ──ended──▶ Waiting ──delay is over──▶ Starting
///      any ──Stop──▶ Leaving (SIGTERM, then SIGKILL) ──ended──▶ stopped
/// </code>
/// </summary>
public sealed class NodeProcessActor : ReceiveActor, IWithTimers
{
    private readonly INodeProcessStarter _starter;
    private readonly NodeProcessLimits _limits;
    private readonly TimeProvider _clock;
    private readonly Action<NodeLine> _said;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly RestartDelay _delay;
    private INodeProcess? _process;
    private IActorRef? _stopRequester;
    private long _startedAt;
    private bool _starting;

    /// <summary>Creates a supervisor, which starts its first process immediately.</summary>
    /// <param name="starter">Starts processes.</param>
    /// <param name="limits">Delays and grace periods.</param>
    /// <param name="said">Called with each line that a process writes.</param>
    /// <param name="clock">Tells the time.</param>
    public NodeProcessActor(INodeProcessStarter starter, NodeProcessLimits limits, Action<NodeLine> said, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _starter = starter;
        _limits = limits;
        _said = said;
        _clock = clock;
        _delay = new RestartDelay(limits.FirstDelay, limits.LongestDelay);
        Receive<StartNow>(_ => Start());
        Receive<Started>(Begin);
        Receive<StartFailed>(failed =>
        {
            _starting = false;
            Again(failed.Reason);
        });
        Receive<NodeProcessEnded>(Over);
        Receive<NodeLine>(line => _said(line));
        Receive<Stop>(_ => StopGracefully());
        Receive<KillNow>(_ =>
        {
            _log.Warning("{0} has not ended within {1:0} s and is killed", _starter.Name, _limits.LeaveGrace.TotalSeconds);
            _process?.Kill();
        });
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart() => Start();

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _process?.Kill();
        _process?.Dispose();
    }

    private void Start()
    {
        _starting = true;
        _startedAt = _clock.GetTimestamp();
        _starter.StartAsync(Self).PipeTo(Self, success: process => new Started(process), failure: e => new StartFailed(e.Message));
    }

    private void Begin(Started started)
    {
        _starting = false;
        _process = started.Process;
        _process.Ended.PipeTo(Self, success: end => new NodeProcessEnded(started.Process, end));
        _log.Info("{0} is process {1}", _starter.Name, _process.ProcessId);
        if (_stopRequester is not null)
            _process.Kill(); // stop was requested while it was being started
    }

    private void Over(NodeProcessEnded ended)
    {
        if (!ReferenceEquals(ended.Process, _process))
            return; // of an actor that was restarted
        _process = null;
        ended.Process.Dispose();
        if (_clock.GetElapsedTime(_startedAt) >= _limits.GoodLife)
            _delay.Reset();
        Again($"process {ended.Process.ProcessId} {ended.End}");
    }

    private void Again(string cause)
    {
        if (_stopRequester is { } asker)
        {
            Timers.Cancel(nameof(KillNow));
            _log.Info("{0} has ended: {1}", _starter.Name, cause);
            asker.Tell(Done.Instance);
            return;
        }

        var delay = _delay.Next();
        _log.Warning(
            "{0}: {1}; {2}",
            _starter.Name,
            cause,
            delay == TimeSpan.Zero ? "a new one starts" : $"a new one starts in {delay.TotalSeconds:0.#} s"
        );
        if (delay == TimeSpan.Zero)
            Start();
        else
            Timers.StartSingleTimer(nameof(StartNow), StartNow.Instance, delay);
    }

    private void StopGracefully()
    {
        _stopRequester = Sender;
        Timers.Cancel(nameof(StartNow));
        if (_process is { } process)
        {
            process.Terminate();
            Timers.StartSingleTimer(nameof(KillNow), KillNow.Instance, _limits.LeaveGrace);
        }
        else if (!_starting)
        {
            Sender.Tell(Done.Instance);
        }
    }

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

    private sealed record KillNow
    {
        internal static readonly KillNow Instance = new();
    }

    private sealed record Started(INodeProcess Process);

    private sealed record StartFailed(string Reason);

    private sealed record NodeProcessEnded(INodeProcess Process, ProcessEnd End);
}
