using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ActorColorize.Protocol.Serialization;

namespace ActorColorize.Client;

/// <summary>Configuration of a client's actor system.</summary>
internal static class ClientConfiguration
{
    /// <summary>
    /// Silent: what goes wrong is told by exceptions. The port is a free one of the address that faces the gateway; the gateway answers
    /// through the client's own connection, so that
    /// nothing has to reach it.
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

    /// <summary>The address of this machine from which the gateway is reached. Nothing is sent.</summary>
    /// <exception cref="SocketException">The name is unknown, or there is no way to it.</exception>
    public static async Task<IPAddress> FacingAsync(string host, int port, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(host, cancellation);
        var target = addresses.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        using var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(target, port, cancellation);
        return ((IPEndPoint)socket.LocalEndPoint!).Address;
    }
}
