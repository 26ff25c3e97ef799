namespace ActorColorize.Protocol.Serialization;

/// <summary>What all actor systems have in common that speak with another process.</summary>
public static class GuardedRemoting
{
    /// <summary>Name of a gateway's actor system, part of its address.</summary>
    public const string GatewaySystem = "actorcolorize-gateway";

    /// <summary>
    /// HOCON: TLS, no remote deployment, no system messages from the other side; remoting has threads of its own, so that the pool's being
    /// busy delays nobody. Frames are sent as they
    /// come. The process' end is the program's affair. What may be said is <see cref="StrictSerialization"/>'s part; where, each system's
    /// own, and it may say anything here otherwise.
    /// </summary>
    public const string Hocon = """
        akka {
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

    /// <summary>HOCON for a system that has one peer: a short queue of connections, and a thread for each direction.</summary>
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
