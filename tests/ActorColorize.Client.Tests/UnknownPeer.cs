using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Remote.Transport.DotNetty;

namespace ActorColorize.Client.Tests;

/// <summary>Peers that are not clients.</summary>
internal static class UnknownPeer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Connects, says something in plain text, and waits until the gateway hangs up.</summary>
    public static async Task SayAsync(int port, byte[] bytes)
    {
        using var peer = new TcpClient();
        await peer.ConnectAsync("127.0.0.1", port);
        await peer.GetStream().WriteAsync(bytes);
        await UntilItHangsUpAsync(peer.GetStream());
    }

    /// <summary>Connects and leaves.</summary>
    public static async Task ConnectAsync(int port)
    {
        using var peer = new TcpClient();
        await peer.ConnectAsync("127.0.0.1", port);
    }

    /// <summary>Speaks TLS with this certificate, or none, says something and waits until the gateway hangs up.</summary>
    public static async Task SayInTlsAsync(OpenGateway gateway, X509Certificate2? certificate, byte[] bytes)
    {
        using var peer = new TcpClient();
        await peer.ConnectAsync("127.0.0.1", gateway.Port);
        await using var tls = new SslStream(peer.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "127.0.0.1",
                    ClientCertificates = certificate is null ? [] : [certificate],
                    RemoteCertificateValidationCallback = (_, shown, _, _) =>
                        shown?.GetCertHashString() == gateway.Certificate.GetCertHashString(),
                }
            );
            await tls.WriteAsync(bytes);
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            return; // the gateway has hung up in the handshake
        }

        await UntilItHangsUpAsync(tls);
    }

    /// <summary>
    /// An actor system that is accepted and then uses Akka's default serialization: any object, as JSON that names its type.
    /// </summary>
    public static ActorSystem Credulous(X509Certificate2 certificate) =>
        ActorSystem.Create(
            "stranger",
            ActorSystemSetup.Create(
                BootstrapSetup
                    .Create()
                    .WithConfig(
                        ConfigurationFactory.ParseString(
                            """
                            akka {
                              loglevel = OFF
                              stdout-loglevel = OFF
                              loggers = []
                              actor.provider = remote
                              coordinated-shutdown.exit-clr = off
                              coordinated-shutdown.run-by-clr-shutdown-hook = off
                              remote.dot-netty.tcp {
                                hostname = "127.0.0.1"
                                port = 0
                                enable-ssl = true
                                maximum-frame-size = 2000000b
                              }
                            }
                            """
                        )
                    ),
                new DotNettySslSetup(
                    certificate,
                    suppressValidation: false,
                    requireMutualAuthentication: true,
                    customValidator: (_, _, _, _, _) => true
                )
            )
        );

    public static ActorSelection ActorAt(this ActorSystem peer, int port, string path) =>
        peer.ActorSelection($"akka.ssl.tcp://actorcolorize-gateway@127.0.0.1:{port}{path}");

    private static async Task UntilItHangsUpAsync(Stream stream)
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[1024];
        try
        {
            while (await stream.ReadAsync(buffer, patience.Token) > 0) { }
        }
        catch (IOException)
        {
            return; // with a reset
        }
    }
}
