namespace ActorColorize.Protocol;

/// <summary>What a parent process says to the device process that it started.</summary>
public static class DeviceProcessCommands
{
    /// <summary>The device process belongs to this parent from now on.</summary>
    /// <param name="Incarnation">The parent's number for it.</param>
    public sealed record Welcome(int Incarnation);

    /// <summary>End in good order: what is being written to disk is finished, nothing new begins.</summary>
    /// <param name="Reason">One line.</param>
    public sealed record Leave(string Reason);
}

/// <summary>What a device process says of itself to its parent.</summary>
public static class DeviceProcessEvents
{
    /// <summary>The device process is up; said again until it is welcome.</summary>
    /// <param name="Process">Its process id.</param>
    /// <param name="Program">Version and commit of its program: a parent works only with its own.</param>
    public sealed record Joining(int Process, string Program);

    /// <summary>A heartbeat, from a thread that the device's work cannot block.</summary>
    /// <param name="Beats">A counter that the device's own thread raises as its work moves on; placement still while there is work means
    /// that the thread hangs.</param>
    /// <param name="Activity">What that thread is at.</param>
    /// <param name="ResidentBytes">Memory of the process.</param>
    public sealed record Heartbeat(long Beats, DeviceActivity Activity, long ResidentBytes);
}

/// <summary>What a device's thread is at.</summary>
public enum DeviceActivity
{
    /// <summary>Nothing is asked of it.</summary>
    Idle,

    /// <summary>Opening a device, a network or a model; checking kernels. Single calls may take long.</summary>
    Preparing,

    /// <summary>Steps, batches, snapshots.</summary>
    Working,

    /// <summary>It has work and no pictures to do it on.</summary>
    WaitingForPictures,
}
