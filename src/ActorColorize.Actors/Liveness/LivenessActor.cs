using ActorColorize.Actors.Device;
using ActorColorize.Actors.DeviceProcess;
using Akka.Actor;

namespace ActorColorize.Actors.Liveness;

/// <summary>
/// Judges at fixed intervals whether this process still works: whether its actors process their mailboxes, and whether the device's thread
/// makes progress. An actor is asked to identify itself, which any actor answers between two messages whatever it is waiting for: one that
/// waits for a database is alive, one that is stuck in a message is not. An actor that does not exist at the moment (it is restarted with
/// back-off) is not silent. Silence is counted in intervals, so that a machine that slept is not mistaken for a process that hung.
/// </summary>
public sealed class LivenessActor : ReceiveActor, IWithTimers
{
    private readonly LivenessSettings _settings;
    private readonly Action<string?> _judged;
    private readonly Dictionary<string, int> _unanswered = new(StringComparer.Ordinal);
    private readonly ProgressWatch? _device;
    private readonly long _startedAt;

    /// <summary>Begins to judge.</summary>
    /// <param name="settings">What is watched.</param>
    /// <param name="judged">
    /// Called once in each interval on the actor's thread: with null, or with the reason in one clause why this process is considered hung.
    /// </param>
    public LivenessActor(LivenessSettings settings, Action<string?> judged)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _judged = judged;
        _startedAt = settings.Clock.GetTimestamp();
        _device = settings.Progress is null ? null : new ProgressWatch(settings.Limits, TimeSpan.Zero);
        Receive<Look>(_ => JudgeAll());
        Receive<ActorIdentity>(answer => _unanswered.Remove((string)answer.MessageId));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => _settings.Clock.GetElapsedTime(_startedAt);

    /// <inheritdoc/>
    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Look), Look.Instance, _settings.Interval);

    private void JudgeAll()
    {
        if (_device is not null)
            _device.Heard(_settings.Progress!.Read(residentBytes: 0), Now);
        var silent = _unanswered.FirstOrDefault(entry => entry.Value * _settings.Interval > _settings.Limits.Deadline);
        _judged(
            silent.Key is not null
                ? $"the actor {silent.Key} has not taken a message for {silent.Value * _settings.Interval.TotalSeconds:0} s"
                : _device?.Judge(Now)
        );
        foreach (var path in _settings.Paths)
        {
            if (_unanswered.TryGetValue(path, out var intervals))
            {
                _unanswered[path] = intervals + 1;
            }
            else
            {
                _unanswered[path] = 1;
                Context.ActorSelection(path).Tell(new Identify(path));
            }
        }
    }

    private sealed record Look
    {
        internal static readonly Look Instance = new();
    }
}

/// <summary>What a <see cref="LivenessActor"/> watches.</summary>
/// <param name="Paths">Paths of actors of this process, such as <c>/user/device</c>.</param>
public sealed record LivenessSettings(IReadOnlyList<string> Paths)
{
    /// <summary>Progress of the device's thread; null if the device is not in this process.</summary>
    public DeviceProgressCounter? Progress { get; init; }

    /// <summary>How long actors and device may be silent.</summary>
    public DeviceProcessLimits Limits { get; init; } = new();

    /// <summary>Time between two judgements.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Tells the time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Limits of actors and of a device in the same process: five times the deadline of a device process, because a wrong judgement ends
    /// everything that this process does.
    /// </summary>
    /// <param name="deviceDeadlineSeconds">The deadline of a device process.</param>
    public static DeviceProcessLimits LimitsFor(double deviceDeadlineSeconds) =>
        new() { Deadline = TimeSpan.FromSeconds(5 * Math.Max(60, deviceDeadlineSeconds)) };
}
