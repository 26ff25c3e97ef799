namespace ActorColorize.Actors.Device;

/// <summary>Threads that are an actor's own, because it blocks.</summary>
public static class Dispatchers
{
    /// <summary>The device's thread: every tensor lives on it.</summary>
    public const string Gpu = "actorcolorize.gpu-dispatcher";

    /// <summary>The thread that writes checkpoints.</summary>
    public const string Checkpoint = "actorcolorize.checkpoint-dispatcher";

    /// <summary>
    /// Configuration of both, and of the clock: nothing here is timed finer than a tenth of a second, and each tick takes a core from a
    /// computing device.
    /// </summary>
    public const string Hocon = """
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
