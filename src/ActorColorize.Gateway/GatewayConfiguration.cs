using System.Text.Json;
using ActorColorize.Protocol.Serialization;

namespace ActorColorize.Gateway;

/// <summary>Configuration of the gateway's actor system.</summary>
internal static class GatewayConfiguration
{
    /// <summary>The one actor that may be spoken to without a bootstrap message.</summary>
    public const string ConnectionAcceptor = "gateway";

    /// <summary>
    /// The largest frame that is read, bytes: messages are at most 32 kB, and the envelope with its two addresses comes on top.
    /// </summary>
    public const int LargestFrame = 40_000;

    /// <summary>
    /// Our messages only, small frames. Clients come through their own connections; the gateway calls none of them back, and watches nobody
    /// remotely.
    /// </summary>
    public static string Hocon(string host, string publicHost, int port) =>
        GuardedRemoting.Hocon
        + $$"""
            akka {
              loglevel = INFO
              remote {
                trusted-selection-paths = ["/user/{{ConnectionAcceptor}}"]
                log-remote-lifecycle-events = warning
                flush-wait-on-shutdown = 1s
                dot-netty.tcp {
                  hostname = {{JsonSerializer.Serialize(host)}}
                  public-hostname = {{JsonSerializer.Serialize(publicHost)}}
                  port = {{port}}
                  maximum-frame-size = {{LargestFrame}}b
                }
              }
            }
            {{StrictSerialization.HoconForClients}}
            """;
}
