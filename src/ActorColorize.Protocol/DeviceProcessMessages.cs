namespace ActorColorize.Protocol;

/// <summary>Commands from a parent process to its device process.</summary>
public static class DeviceProcessCommands
{
    /// <summary>The parent accepts the device process.</summary>
    /// <param name="Incarnation">Its incarnation, numbered by the parent.</param>
    public sealed record Welcome(int Incarnation);

    /// <summary>Shuts down gracefully: writes in progress are finished, no new work is started.</summary>
    /// <param name="Reason">One line.</param>
    public sealed record Leave(string Reason);
}

/// <summary>Events from a device process to its parent.</summary>
public static class DeviceProcessEvents
{
    /// <summary>The device process is ready; repeated until the parent accepts it.</summary>
    /// <param name="Process">Its process id.</param>
    /// <param name="Program">Version and commit of its program, which must equal the parent's.</param>
    public sealed record Joining(int Process, string Program);

    /// <summary>A heartbeat, from a thread that the device's work cannot block.</summary>
    /// <param name="Beats">Progress counter of the device's thread; if it does not advance while there is work, the thread hangs.</param>
    /// <param name="Activity">Current activity of the thread.</param>
    /// <param name="ResidentBytes">Memory of the process.</param>
    public sealed record Heartbeat(long Beats, DeviceActivity Activity, long ResidentBytes);
}

/// <summary>Activity of a device's thread.</summary>
public enum DeviceActivity
{
    /// <summary>It has no work.</summary>
    Idle,

    /// <summary>Opening a device, a network or a model; checking kernels. Single calls may take long.</summary>
    Preparing,

    /// <summary>Steps, batches, snapshots.</summary>
    Working,

    /// <summary>It has work and is waiting for pictures.</summary>
    WaitingForPictures,
}
