using System.Text.Json;
using ActorColorize.Protocol.Serialization;

namespace ActorColorize.Gateway;

/// <summary>Configuration of the gateway's actor system.</summary>
internal static class GatewayConfiguration
{
    /// <summary>The only actor that accepts messages from unauthenticated clients.</summary>
    public const string ConnectionAcceptor = "gateway";

    /// <summary>Largest accepted frame in bytes: messages are at most 32 kB, plus the envelope with its two addresses.</summary>
    public const int LargestFrame = 40_000;

    /// <summary>
    /// Only messages of the protocol, in small frames. Clients open the connections; the gateway never connects to a client and watches no
    /// remote actor.
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
