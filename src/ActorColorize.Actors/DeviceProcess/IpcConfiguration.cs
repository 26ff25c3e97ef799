using ActorColorize.Protocol.Serialization;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>Configuration of the two actor systems on either side of a process endpoint.</summary>
public static class IpcConfiguration
{
    /// <summary>Name of the actor that speaks for its side; both systems accept selections of no other.</summary>
    public const string EndpointName = "endpoint";

    /// <summary>The dispatcher of the gates: a thread of its own, so that heartbeats do not wait behind work.</summary>
    public const string Dispatcher = "actorcolorize.endpoint-dispatcher";

    /// <summary>For the parent's side, whose log is that of the parent's own actor system.</summary>
    internal const string WithoutLogOfItsOwn = """
        akka {
          loglevel = WARNING
          stdout-loglevel = OFF
          loggers = []
        }
        """;

    /// <summary>
    /// Loopback only; TLS; our messages only. The gates have threads of their own, as remoting has: the pool's are busy with pictures.
    /// Nothing is watched
    /// remotely: a process' end is told by the system, its silence by missing heartbeats.
    /// </summary>
    public static string Hocon { get; } =
        GuardedRemoting.HoconForOnePeer
        + $$"""
            akka {
              scheduler.tick-duration = 100ms
              remote {
                trusted-selection-paths = ["/user/{{EndpointName}}"]
                dot-netty.tcp.hostname = "127.0.0.1"
              }
            }
            actorcolorize.endpoint-dispatcher.type = PinnedDispatcher
            {{StrictSerialization.HoconForClients}}
            """;
}
