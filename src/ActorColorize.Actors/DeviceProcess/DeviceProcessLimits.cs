namespace ActorColorize.Actors.DeviceProcess;

/// <summary>How long a device process may be silent, and how it is replaced.</summary>
public sealed record DeviceProcessLimits
{
    private const int Patience = 5;

    private static readonly TimeSpan ShortestPatience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// A device that has work and makes no progress for this long is considered hung; so is a process without a heartbeat.
    /// </summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The deadline while a device or a network is opened, kernels are checked, or the device waits for pictures: single calls and slow
    /// disks take long, however short the deadline is.
    /// </summary>
    public TimeSpan PatientDeadline => Longer(Deadline * Patience, ShortestPatience);

    /// <summary>A process that has not joined after this long is ended.</summary>
    public TimeSpan StartDeadline => Longer(Deadline, ShortestPatience);

    /// <summary>Between SIGABRT, after which a process may leave a core dump, and SIGKILL.</summary>
    public TimeSpan AbortGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a process that was asked to leave may finish writing.</summary>
    public TimeSpan LeaveGrace { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Time between heartbeats.</summary>
    public TimeSpan Heartbeat => TimeSpan.FromSeconds(Math.Clamp(Deadline.TotalSeconds / 10, 0.2, 1));

    /// <summary>Wait before the second of two failed starts in a row; doubled for each further one. The first start is immediate.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait before a start.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Processes in a row that may end before they join; then no other is started. Null: no limit.</summary>
    public int? MaximumFailedStarts { get; init; } = 5;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
