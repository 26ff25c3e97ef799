using ActorColorize.Protocol;

namespace ActorColorize.Actors.Device;

/// <summary>
/// Progress of a device's thread, readable from any thread: a counter that increases as the work proceeds, and the kind of work. If the
/// counter stops while there is work, the thread hangs.
/// </summary>
public sealed class DeviceProgressCounter
{
    private long _beats;
    private int _activity;

    /// <summary>Reports progress: a step, a batch, a kernel that was checked.</summary>
    public void Beat() => Interlocked.Increment(ref _beats);

    /// <summary>Reports progress and a new activity.</summary>
    public void Beat(DeviceActivity activity)
    {
        Volatile.Write(ref _activity, (int)activity);
        Beat();
    }

    /// <summary>The current values.</summary>
    public DeviceProcessEvents.Heartbeat Read(long residentBytes) =>
        new(Interlocked.Read(ref _beats), (DeviceActivity)Volatile.Read(ref _activity), residentBytes);
}
