using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorColorize.Host.Serving;
using ActorColorize.Protocol.Serialization;

namespace ActorColorize.Host.Nodes;

/// <summary>All of this project's Akka configuration that is HOCON.</summary>
internal static class NodeHocon
{
    /// <summary>Name of every member's actor system.</summary>
    public const string SystemName = "actorcolorize";

    /// <summary>The role of a process that can hold the job coordinator.</summary>
    public const string CoordinatorRole = "coordinator";

    /// <summary>The role of a process that computes.</summary>
    public const string DeviceRole = "device";

    /// <summary>
    /// Of every node: the program decides itself when it ends, and nothing is kept in a folder that nobody named.
    /// </summary>
    public const string AnyNode = """
        akka {
          stdout-loglevel = WARNING
          persistence.snapshot-store.plugin = "akka.persistence.no-snapshot-store"
          coordinated-shutdown {
            exit-clr = off
            run-by-clr-shutdown-hook = off
          }
        }
        """;

    private const double BaseHeartbeatSeconds = 1;

    /// <summary>
    /// Of one process of a cluster: as <see cref="GuardedRemoting"/>, but that members trust each other: what they have to say of the cluster
    /// are system messages and keep Akka's serializers; of our own messages only those of the protocol pass. The cluster has threads of its own as remoting has, so that heartbeats do not wait behind pictures; the computing
    /// threads of a busy device take turns with them in the kernel.
    /// <para>
    /// Who is cut off is decided by the coordinators alone: whichever side sees fewer of them than a majority of all that the configuration
    /// names ends itself, and its processes are started again and
    /// join anew. For the same reason nobody comes up in a cluster of fewer: a first seed that is started while it is cut off would
    /// otherwise found a second one.
    /// </para>
    /// </summary>
    /// <param name="cluster">The node's place.</param>
    /// <param name="role">What the process is for.</param>
    /// <param name="port">The port that it listens at.</param>
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
              scheduler.tick-duration = 100ms
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
