using System.Text.Json;
using ActorColorize.Protocol.Serialization;

namespace ActorColorize.Gateway;

/// <summary>Configuration of the gateway's actor system.</summary>
internal static class GatewayConfiguration
{
    /// <summary>The actor system's name, part of its address.</summary>
    public const string SystemName = "actorcolorize-gateway";

    /// <summary>The one actor that may be spoken to without an invitation.</summary>
    public const string Receptionist = "gateway";

    /// <summary>The largest frame that is read, bytes: messages are at most 32 kB, and the envelope with its two addresses comes on top.</summary>
    public const int LargestFrame = 40_000;

    /// <summary>
    /// TLS, our messages only, no system messages, small frames; remoting has threads of its own, so that the pool's being busy delays nobody. Clients come through their own connections;
    /// the gateway calls none of them back, and watches nobody remotely.
    /// </summary>
    public static string Hocon(string host, string publicHost, int port) => $$"""
        akka {
          loglevel = INFO
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          coordinated-shutdown {
            exit-clr = off
            run-by-clr-shutdown-hook = off
          }
          actor.provider = remote
          remote {
            untrusted-mode = on
            trusted-selection-paths = ["/user/{{Receptionist}}"]
            log-remote-lifecycle-events = warning
            retry-gate-closed-for = 1s
            flush-wait-on-shutdown = 1s
            shutdown-timeout = 5s
            dot-netty.tcp {
              hostname = {{JsonSerializer.Serialize(host)}}
              public-hostname = {{JsonSerializer.Serialize(publicHost)}}
              port = {{port}}
              enable-ssl = true
              maximum-frame-size = {{LargestFrame}}b
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
        {{StrictSerialization.HoconTowardsStrangers}}
        """;
}
