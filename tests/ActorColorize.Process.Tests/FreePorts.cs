using System.Net;
using System.Net.Sockets;

namespace ActorColorize.Process.Tests;

/// <summary>Ports that no other test takes: below the ephemeral range, at random.</summary>
internal static class FreePorts
{
    /// <summary>The first of several consecutive free ports.</summary>
    public static int First(int count = 1)
    {
        while (true)
        {
            var first = Random.Shared.Next(20_000, 32_000);
            if (Enumerable.Range(first, count).All(IsFree))
                return first;
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
