namespace ActorColorize.Actors.Device;

/// <summary>Threads that are an actor's own, because it blocks.</summary>
public static class Dispatchers
{
    /// <summary>The device's thread: every tensor lives on it.</summary>
    public const string Gpu = "actorcolorize.gpu-dispatcher";

    /// <summary>The thread that writes checkpoints.</summary>
    public const string Checkpoint = "actorcolorize.checkpoint-dispatcher";

    /// <summary>A thread for each actor that writes small files all the time: metrics, panels.</summary>
    public const string Disk = "actorcolorize.disk-dispatcher";

    /// <summary>Configuration of <see cref="Disk"/> alone, for a system without a device.</summary>
    public const string DiskHocon = """
        actorcolorize.disk-dispatcher.type = PinnedDispatcher

        """;

    /// <summary>
    /// Configuration of all of them, and of the clock: nothing here is timed finer than a tenth of a second, and each tick takes a core from
    /// a computing device.
    /// </summary>
    public const string Hocon =
        DiskHocon
        + """
            akka.scheduler.tick-duration = 100ms
            actorcolorize {
              gpu-dispatcher {
                type = PinnedDispatcher
              }
              checkpoint-dispatcher {
                type = PinnedDispatcher
              }
            }
            """;
}
