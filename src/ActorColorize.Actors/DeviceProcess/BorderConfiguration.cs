using ActorColorize.Protocol.Serialization;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>Configuration of the two actor systems on either side of a process border.</summary>
public static class BorderConfiguration
{
    /// <summary>Name of the actor that speaks for its side; both systems accept selections of no other.</summary>
    public const string Gate = "gate";

    /// <summary>The dispatcher of the gates: a thread of its own, so that signs of life do not wait behind work.</summary>
    public const string Dispatcher = "actorcolorize.gate-dispatcher";

    /// <summary>For the parent's side, whose log is that of the parent's own actor system.</summary>
    internal const string WithoutLogOfItsOwn = """
        akka {
          loglevel = WARNING
          stdout-loglevel = OFF
          loggers = []
        }
        """;

    /// <summary>
    /// Loopback only; TLS; our messages only; no remote deployment, no system messages. Remoting and gates have threads of their own: the pool's are busy with pictures. Nothing is watched
    /// remotely: a process' end is told by the system, its silence by missing signs of life.
    /// </summary>
    public static string Hocon { get; } = $$"""
        akka {
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          scheduler.tick-duration = 100ms
          coordinated-shutdown {
            exit-clr = off
            run-by-clr-shutdown-hook = off
          }
          actor.provider = remote
          remote {
            untrusted-mode = on
            trusted-selection-paths = ["/user/{{Gate}}"]
            log-remote-lifecycle-events = off
            retry-gate-closed-for = 1s
            flush-wait-on-shutdown = 0.5s
            shutdown-timeout = 5s
            dot-netty.tcp {
              hostname = "127.0.0.1"
              port = 0
              enable-ssl = true
              backlog = 8
              batching.enabled = false
              server-socket-worker-pool.pool-size-min = 1
              server-socket-worker-pool.pool-size-max = 1
              client-socket-worker-pool.pool-size-min = 1
              client-socket-worker-pool.pool-size-max = 1
            }
            default-remote-dispatcher {
              type = ForkJoinDispatcher
              throughput = 30
              dedicated-thread-pool {
                thread-count = 2
                threadtype = background
              }
            }
          }
        }
        actorcolorize.gate-dispatcher.type = PinnedDispatcher
        {{StrictSerialization.Hocon}}
        """;
}
