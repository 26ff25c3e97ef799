using ActorColorize.Protocol;

namespace ActorColorize.Actors.Device;

/// <summary>
/// What a device's thread is at, readable from any other thread: a counter that it raises as its work moves on, and the kind of work.
/// Whoever watches takes a counter that stands still while there is work for a thread that hangs.
/// </summary>
public sealed class DeviceProgressCounter
{
    private long _beats;
    private int _activity;

    /// <summary>The work moved on: a step, a batch, a kernel that was checked.</summary>
    public void Beat() => Interlocked.Increment(ref _beats);

    /// <summary>The work moved on, to this.</summary>
    public void Beat(DeviceActivity activity)
    {
        Volatile.Write(ref _activity, (int)activity);
        Beat();
    }

    /// <summary>How it stands now.</summary>
    public DeviceProcessEvents.Heartbeat Read(long residentBytes) =>
        new(Interlocked.Read(ref _beats), (DeviceActivity)Volatile.Read(ref _activity), residentBytes);
}
