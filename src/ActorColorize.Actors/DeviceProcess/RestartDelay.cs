namespace ActorColorize.Actors.DeviceProcess;

/// <summary>
/// How long to wait before the next start of a process that keeps ending: none at first, then exponential back-off until it has done
/// something useful.
/// </summary>
public sealed class RestartDelay(TimeSpan first, TimeSpan longest)
{
    private TimeSpan _next = TimeSpan.Zero;

    /// <summary>The delay before this start.</summary>
    public TimeSpan Next()
    {
        var now = _next;
        _next =
            now == TimeSpan.Zero ? first
            : now * 2 < longest ? now * 2
            : longest;
        return now;
    }

    /// <summary>Resets the back-off: the process did something useful.</summary>
    public void Reset() => _next = TimeSpan.Zero;
}
