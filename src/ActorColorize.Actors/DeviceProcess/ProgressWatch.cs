using ActorColorize.Protocol;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>
/// Detects from a device process's heartbeats whether it hangs. Times are from a monotonic clock of this process. A period in which this
/// process itself did not check (it was stopped, or the machine slept) is not counted.
/// </summary>
public sealed class ProgressWatch
{
    private readonly DeviceProcessLimits _limits;
    private TimeSpan _heardAt;
    private TimeSpan _movedAt;
    private TimeSpan _lookedAt;
    private DeviceProcessEvents.Heartbeat _last = new(0, DeviceActivity.Preparing, 0);

    /// <summary>Begins to watch a process that has just joined.</summary>
    public ProgressWatch(DeviceProcessLimits limits, TimeSpan now)
    {
        _limits = limits;
        (_heardAt, _movedAt, _lookedAt) = (now, now, now);
    }

    /// <summary>Registers a heartbeat.</summary>
    public void Heard(DeviceProcessEvents.Heartbeat heartbeat, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(heartbeat);
        Look(now);
        _heardAt = now;
        if (heartbeat.Beats != _last.Beats || heartbeat.Activity == DeviceActivity.Idle)
            _movedAt = now;
        _last = heartbeat;
    }

    /// <summary>Checks whether the process hangs. To be called about as often as heartbeats arrive.</summary>
    /// <returns>Null, or the reason in one clause why it is considered hung.</returns>
    public string? Judge(TimeSpan now)
    {
        Look(now);
        if (now - _heardAt > _limits.Deadline)
            return $"no heartbeat for {Seconds(now - _heardAt)}";
        var patience = _last.Activity == DeviceActivity.Working ? _limits.Deadline : _limits.PatientDeadline;
        if (_last.Activity == DeviceActivity.Idle || now - _movedAt <= patience)
            return null;
        return _last.Activity switch
        {
            DeviceActivity.Preparing => $"opening or checking the device has made no progress for {Seconds(now - _movedAt)}",
            DeviceActivity.WaitingForPictures => $"no pictures for {Seconds(now - _movedAt)}",
            _ => $"its work has made no progress for {Seconds(now - _movedAt)}",
        };
    }

    private void Look(TimeSpan now)
    {
        var unwatched = now - _lookedAt - _limits.Deadline / 2;
        _lookedAt = now;
        if (unwatched <= TimeSpan.Zero)
            return;
        _heardAt += unwatched;
        _movedAt += unwatched;
    }

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.0} s";
}
