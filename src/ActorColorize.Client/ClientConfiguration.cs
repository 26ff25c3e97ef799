using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ActorColorize.Protocol.Serialization;

namespace ActorColorize.Client;

/// <summary>Configuration of a client's actor system.</summary>
internal static class ClientConfiguration
{
    /// <summary>
    /// Nothing is logged; errors are reported as exceptions. Listens on a free port of the local address that faces the gateway. The
    /// gateway answers over the client's own connection, so no inbound connection is needed.
    /// </summary>
    public static string Hocon(IPAddress facing) =>
        GuardedRemoting.HoconForOnePeer
        + $$"""
            akka {
              loglevel = OFF
              stdout-loglevel = OFF
              loggers = []
              remote {
                shutdown-timeout = 3s
                dot-netty.tcp.hostname = {{JsonSerializer.Serialize(facing.ToString())}}
              }
            }
            {{StrictSerialization.HoconForClients}}
            """;

    /// <summary>The local address from which the gateway is reached. Sends nothing.</summary>
    /// <exception cref="SocketException">The host name cannot be resolved, or there is no route to it.</exception>
    public static async Task<IPAddress> FacingAsync(string host, int port, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(host, cancellation);
        var target = addresses.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        using var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(target, port, cancellation);
        return ((IPEndPoint)socket.LocalEndPoint!).Address;
    }
}
