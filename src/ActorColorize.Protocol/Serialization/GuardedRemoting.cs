namespace ActorColorize.Protocol.Serialization;

/// <summary>Remoting configuration shared by all actor systems that communicate with another process.</summary>
public static class GuardedRemoting
{
    /// <summary>Name of a gateway's actor system, part of its address.</summary>
    public const string GatewaySystem = "actorcolorize-gateway";

    /// <summary>
    /// HOCON: TLS, no remote deployment, no system messages from peers. Remoting has its own threads, so that a busy thread pool does not
    /// delay it. Timers have a resolution of a tenth of a second, since each tick wakes the process. Frames are sent without batching. The
    /// process is not terminated with the actor system. The accepted messages are
    /// configured by <see cref="StrictSerialization"/>; each system sets its own address and may override these settings.
    /// </summary>
    public const string Hocon = """
        akka {
          scheduler.tick-duration = 100ms
          stdout-loglevel = WARNING
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          coordinated-shutdown {
            exit-clr = off
            run-by-clr-shutdown-hook = off
          }
          actor.provider = remote
          remote {
            untrusted-mode = on
            log-remote-lifecycle-events = off
            retry-gate-closed-for = 1s
            flush-wait-on-shutdown = 0.5s
            shutdown-timeout = 5s
            dot-netty.tcp {
              enable-ssl = true
              connection-timeout = 10s
              batching.enabled = false
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

        """;

    /// <summary>HOCON for a system with a single peer: a short connection backlog, and one thread per direction.</summary>
    public const string HoconForOnePeer =
        Hocon
        + """
            akka.remote.dot-netty.tcp {
              port = 0
              backlog = 8
              server-socket-worker-pool.pool-size-min = 1
              server-socket-worker-pool.pool-size-max = 1
              client-socket-worker-pool.pool-size-min = 1
              client-socket-worker-pool.pool-size-max = 1
            }

            """;
}
