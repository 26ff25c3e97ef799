using System.Security.Cryptography.X509Certificates;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Remote;

namespace ActorColorize.Client;

/// <summary>
/// The client's side of one connection: sends Hello to the gateway, proves its identity, then keeps the connection alive until it is lost.
/// <code>
///  Hello sent ──Challenge──▶ Prove sent ──Welcome──▶ connected ──▶ lost
///      └──────────┴── Refused, or the connection fails ──▶ not connected
/// </code>
/// </summary>
internal sealed class HandshakeActor : ReceiveActor, IWithTimers
{
    /// <summary>
    /// Possible causes of a timeout: remoting reports an aborted TLS handshake only in its log, so it cannot be told from a missing answer.
    /// </summary>
    internal const string WhySilent = "it is overloaded, does not accept this client's certificate, or is not a gateway";

    private readonly TaskCompletionSource<Connected> _connected;
    private readonly CancellationTokenSource _lost;
    private readonly string _nonce = GatewayProof.NewNonce();

    /// <summary>Sends Hello on start.</summary>
    /// <param name="gateway">The gateway's connection acceptor.</param>
    /// <param name="options">The client's options.</param>
    /// <param name="certificate">With its private key.</param>
    /// <param name="connected">Completed when the client is accepted, failed when it is refused.</param>
    /// <param name="lost">Cancelled when the connection ends.</param>
    public HandshakeActor(
        ActorSelection gateway,
        ClientOptions options,
        X509Certificate2 certificate,
        TaskCompletionSource<Connected> connected,
        CancellationTokenSource lost
    )
    {
        _connected = connected;
        _lost = lost;
        Context.System.EventStream.Subscribe(Self, typeof(RemotingLifecycleEvent));
        gateway.Tell(new GatewayCommands.Hello(options.Version, options.Program, options.Name, _nonce));
        Receive<GatewayAnswers.Challenge>(challenge =>
            Sender.Tell(
                new GatewayCommands.Prove(
                    GatewayProof.Sign(certificate, _nonce, challenge.Nonce),
                    Convert.ToBase64String(certificate.RawDataMemory.Span)
                )
            )
        );
        Receive<GatewayAnswers.Welcome>(welcome =>
        {
            var session = Sender;
            Timers.StartPeriodicTimer("keep-alive", new Tick(session), welcome.KeepAliveEvery);
            _connected.TrySetResult(new Connected(session, welcome));
        });
        Receive<Tick>(tick => tick.Session.Tell(new GatewayCommands.KeepAlive()));
        Receive<GatewayAnswers.Refused>(refused => Fail(new ColorizeClientException(ProblemOf(refused.Kind), refused.Reason)));
        Receive<AssociationErrorEvent>(error => Lost(error.Cause));
        Receive<DisassociatedEvent>(_ => Lost(null));
        Receive<QuarantinedEvent>(_ => Lost(null));
        Receive<RemotingErrorEvent>(error => Lost(error.Cause));
        ReceiveAny(_ => { }); // other remoting events, and answers that arrive after their timeout
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PostStop() => Lost(null);

    private void Lost(Exception? cause)
    {
        Fail(
            new ColorizeClientException(
                ClientProblem.Unreachable,
                cause?.GetBaseException() switch
                {
                    null => $"the connection was closed: {WhySilent}",
                    var told when told.Message.Contains("refused", StringComparison.OrdinalIgnoreCase) => "connection refused",
                    var told => $"{told.Message.TrimEnd('.')}: {WhySilent}",
                },
                cause
            )
        );
        _lost.Cancel();
    }

    private void Fail(ColorizeClientException problem) => _connected.TrySetException(problem);

    private static ClientProblem ProblemOf(GatewayRefusal kind) =>
        kind switch
        {
            GatewayRefusal.VersionTooNew or GatewayRefusal.VersionTooOld => ClientProblem.Version,
            GatewayRefusal.NotAuthentic => ClientProblem.NotTrusted,
            GatewayRefusal.TooManyClients => ClientProblem.Unreachable,
            _ => ClientProblem.Refused,
        };

    /// <summary>The client is accepted.</summary>
    /// <param name="Session">The session that further messages are sent to.</param>
    /// <param name="Welcome">The gateway's welcome.</param>
    internal sealed record Connected(IActorRef Session, GatewayAnswers.Welcome Welcome);

    private sealed record Tick(IActorRef Session);
}
