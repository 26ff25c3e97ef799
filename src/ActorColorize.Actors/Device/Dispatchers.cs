namespace ActorColorize.Actors.Device;

/// <summary>Dispatchers with dedicated threads for actors that block; <see cref="AkkaHocon.Dispatchers"/> configures them.</summary>
public static class Dispatchers
{
    /// <summary>The device's thread: every tensor lives on it.</summary>
    public const string Gpu = "actorcolorize.gpu-dispatcher";

    /// <summary>The thread that writes checkpoints.</summary>
    public const string Checkpoint = "actorcolorize.checkpoint-dispatcher";

    /// <summary>A thread for each actor that waits for a database or a disk.</summary>
    public const string Jobs = "actorcolorize.jobs-dispatcher";

    /// <summary>A thread for each actor that writes small files all the time: metrics, panels.</summary>
    public const string Disk = "actorcolorize.disk-dispatcher";

    /// <summary>The thread of an IPC endpoint.</summary>
    public const string Ipc = "actorcolorize.ipc-dispatcher";
}
