using System.Net.Sockets;
using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Remote.Transport.DotNetty;

namespace ActorColorize.Client;

/// <summary>
/// One connection to a gateway, with its own actor system that is terminated together with it, so that the remoting state of a lost peer
/// cannot block the next connection.
/// </summary>
internal sealed class GatewayConnection : IAsyncDisposable
{
    private readonly ActorSystem _system;
    private readonly GatewayTarget _target;
    private readonly CancellationTokenSource _lost;
    private readonly IActorRef _session;

    private GatewayConnection(ActorSystem system, GatewayTarget target, CancellationTokenSource lost, HandshakeActor.Connected connected)
    {
        _system = system;
        _target = target;
        _lost = lost;
        _session = connected.Session;
        Welcome = connected.Welcome;
    }

    /// <summary>The gateway's answer to the handshake.</summary>
    public GatewayAnswers.Welcome Welcome { get; }

    /// <summary>Whether the connection is known to have ended.</summary>
    public bool IsLost => _lost.IsCancellationRequested;

    /// <summary>Connects.</summary>
    /// <param name="options">Which daemon, and as which client.</param>
    /// <param name="number">Index of the gateway.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="ColorizeClientException">The connection cannot be established.</exception>
    public static async Task<GatewayConnection> OpenAsync(ClientOptions options, int number, CancellationToken cancellation)
    {
        var target = GatewayTarget.Find(options, number);
        var lost = new CancellationTokenSource();
        ActorSystem? system = null;
        string? rejected = null; // why the TLS handshake rejected the gateway's certificate
        try
        {
            var facing = await ClientConfiguration.FacingAsync(target.Host, target.Port, cancellation);
            var connected = new TaskCompletionSource<HandshakeActor.Connected>(TaskCreationOptions.RunContinuationsAsynchronously);
            system = ActorSystem.Create(
                "actorcolorize-client",
                ActorSystemSetup.Create(
                    BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString(ClientConfiguration.Hocon(facing))),
                    new DotNettySslSetup(
                        target.Certificate,
                        suppressValidation: false,
                        requireMutualAuthentication: true,
                        customValidator: (certificate, _, _, _, _) =>
                        {
                            var reason = target.Trust.Objection(certificate);
                            if (reason is not null)
                                Volatile.Write(ref rejected, reason);
                            return reason is null;
                        }
                    )
                )
            );
            var gateway = system.ActorSelection(
                new RootActorPath(new Address("akka.ssl.tcp", GuardedRemoting.GatewaySystem, target.Host, target.Port)) / "user" / "gateway"
            );
            system.ActorOf(Props.Create(() => new HandshakeActor(gateway, options, target.Certificate, connected, lost)), "handshake");
            return new GatewayConnection(system, target, lost, await connected.Task.WaitAsync(options.ConnectWithin, cancellation));
        }
        catch (Exception failed)
        {
            if (system is not null)
                await system.Terminate();
            using (lost)
            using (target)
            {
                // Read after the termination: a gateway that rejects this client's certificate can close the connection while its own
                // certificate is still being examined.
                throw failed switch
                {
                    ColorizeClientException { Problem: ClientProblem.Unreachable } when Volatile.Read(ref rejected) is { } objection =>
                        new ColorizeClientException(
                            ClientProblem.NotTrusted,
                            $"the daemon at {target.Host}:{target.Port}: the gateway's certificate is not accepted: {objection}",
                            failed
                        ),
                    ColorizeClientException problem => new ColorizeClientException(
                        problem.Problem,
                        $"the daemon at {target.Host}:{target.Port}: {problem.Message}",
                        problem
                    ),
                    TimeoutException => new ColorizeClientException(
                        ClientProblem.Unreachable,
                        $"the daemon at {target.Host}:{target.Port} does not answer within {options.ConnectWithin.TotalSeconds:0.#} s: "
                            + $"{HandshakeActor.WhySilent}",
                        failed
                    ),
                    SocketException => new ColorizeClientException(
                        ClientProblem.Unreachable,
                        $"the daemon at {target.Host}:{target.Port} cannot be reached: {failed.Message}",
                        failed
                    ),
                    _ => failed,
                };
            }
        }
    }

    /// <summary>Abandons this connection, so that the next request opens another.</summary>
    public Task AbandonAsync() => _lost.CancelAsync();

    /// <summary>Sends a message and awaits its answer.</summary>
    /// <exception cref="ConnectionLostException">No answer arrived; the connection has ended or is treated as ended.</exception>
    public async Task<object> AskAsync(object message, TimeSpan within, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _lost.Token);
        try
        {
            return await _session.Ask<object>(message, within, either.Token);
        }
        catch (Exception silence) when (silence is AskTimeoutException or OperationCanceledException or TimeoutException)
        {
            cancellation.ThrowIfCancellationRequested();
            await _lost.CancelAsync(); // a timeout is treated as a lost connection: the next request opens another
            throw new ConnectionLostException(silence);
        }
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        _target.Dispose(); // the token source is not disposed: its token may still be in use, and it holds no resources
    }
}

/// <summary>No answer arrived; the request may or may not have been executed.</summary>
internal sealed class ConnectionLostException(Exception cause) : Exception("the connection to the daemon was lost", cause);
