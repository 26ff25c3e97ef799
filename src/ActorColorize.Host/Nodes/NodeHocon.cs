using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorColorize.Host.Serving;
using ActorColorize.Protocol.Serialization;

namespace ActorColorize.Host.Nodes;

/// <summary>The HOCON configuration of the program's nodes.</summary>
internal static class NodeHocon
{
    /// <summary>Name of every member's actor system.</summary>
    public const string SystemName = "actorcolorize";

    /// <summary>The role of a process that can hold the job coordinator.</summary>
    public const string CoordinatorRole = "coordinator";

    /// <summary>The role of a process that computes.</summary>
    public const string DeviceRole = "device";

    /// <summary>
    /// For every node: the program decides when it exits, and nothing is stored outside the configured folders. No timer needs a finer
    /// resolution than a tenth of a second, and each tick takes CPU time from a computing device, and from an idle machine.
    /// </summary>
    public const string AnyNode = """
        akka {
          scheduler.tick-duration = 100ms
          stdout-loglevel = WARNING
          stdout-logger-class = "ActorColorize.Host.Logging.LoggerOutsideLogging, actorcolorize"
          persistence.snapshot-store.plugin = "akka.persistence.no-snapshot-store"
          coordinated-shutdown {
            exit-clr = off
            run-by-clr-shutdown-hook = off
          }
        }
        """;

    private const double BaseHeartbeatSeconds = 1;

    /// <summary>
    /// For one process of a cluster: like <see cref="GuardedRemoting"/>, except that members trust each other. Cluster messages are system
    /// messages and keep Akka's serializers; of the program's own messages only those of the protocol are accepted. The cluster has its own
    /// dispatcher, as remoting has, so that heartbeats are not delayed by pictures; the kernel schedules it fairly with a busy device's
    /// compute threads.
    /// <para>
    /// Only coordinators count for the quorum: in a network partition, a side with fewer than a majority of the configured coordinators
    /// downs itself, and its processes are restarted and rejoin. For the same reason no member comes up in a cluster with fewer: a first
    /// seed started during a partition would otherwise form a second cluster.
    /// </para>
    /// </summary>
    /// <param name="cluster">The node's cluster settings.</param>
    /// <param name="role">The process's role in the cluster.</param>
    /// <param name="port">The port on which it listens.</param>
    public static string Member(ClusterSettings cluster, string role, int port)
    {
        var seeds = string.Join(
            ", ",
            cluster.Coordinators().Select(seed => JsonSerializer.Serialize($"akka.ssl.tcp://{SystemName}@{seed}"))
        );
        var hocon = new StringBuilder(GuardedRemoting.Hocon);
        hocon.Append(
            CultureInfo.InvariantCulture,
            $$"""
            akka {
              actor.provider = cluster
              coordinated-shutdown {
                default-phase-timeout = 10s
                phases {
                  cluster-leave.timeout = 10s
                  cluster-exiting.timeout = 20s
                  cluster-exiting-done.timeout = 10s
                  cluster-shutdown.timeout = 10s
                }
              }
              remote {
                untrusted-mode = off
                dot-netty.tcp {
                  hostname = {{JsonSerializer.Serialize(cluster.Host)}}
                  public-hostname = {{JsonSerializer.Serialize(cluster.PublicHost)}}
                  port = {{port}}
                }
                watch-failure-detector {
                  acceptable-heartbeat-pause = {{Seconds(cluster.DeadAfter)}}
                }
              }
              cluster {
                log-info = off # the nodes that come and go are logged by ClusterWatch
                roles = ["{{role}}"]
                seed-nodes = [{{seeds}}]
                seed-node-timeout = 10s
                retry-unsuccessful-join-after = 5s
                gossip-time-to-live = 10s
                use-dispatcher = "actorcolorize.cluster-dispatcher"
                singleton-proxy.log-singleton-identification-failure = off
                role.{{CoordinatorRole}}.min-nr-of-members = {{cluster.Quorum()}}
                failure-detector {
                  heartbeat-interval = {{BaseHeartbeatSeconds}}s
                  acceptable-heartbeat-pause = {{Seconds(cluster.DeadAfter)}}
                  expected-response-after = 5s
                }
                split-brain-resolver {
                  active-strategy = static-quorum
                  stable-after = {{Seconds(cluster.StableFor)}}
                  static-quorum {
                    quorum-size = {{cluster.Quorum()}}
                    role = "{{CoordinatorRole}}"
                  }
                }
              }
            }
            actorcolorize.cluster-dispatcher {
              type = ForkJoinDispatcher
              throughput = 10
              dedicated-thread-pool {
                thread-count = 2
                threadtype = background
              }
            }

            """
        );
        hocon.AppendLine(StrictSerialization.Hocon);
        return hocon.ToString();
    }

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)}s";
}
