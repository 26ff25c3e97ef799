using System.Security.Cryptography.X509Certificates;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Remote;

namespace ActorColorize.Client;

/// <summary>
/// The client's end of one connection: greets the gateway, proves who it is, then keeps the connection alive until it is lost.
/// <code>
///  Hello sent ──Challenge──▶ Prove sent ──Welcome──▶ connected ──▶ lost
///      └──────────┴── Refused, or the connection fails ──▶ not connected
/// </code>
/// </summary>
internal sealed class HandshakeActor : ReceiveActor, IWithTimers
{
    /// <summary>What silence may mean: remoting tells a handshake that the other side broke off from no answer only by its log.</summary>
    internal const string WhySilent = "it is held up, it does not accept this client's certificate, or it is no gateway";

    private readonly TaskCompletionSource<Connected> _connected;
    private readonly CancellationTokenSource _lost;
    private readonly string _nonce = GatewayProof.NewNonce();
    private string? _objection;

    /// <summary>Greets at once.</summary>
    /// <param name="gateway">The gateway's acceptor.</param>
    /// <param name="options">Who greets.</param>
    /// <param name="certificate">With its private key.</param>
    /// <param name="connected">Completed when the client is let in, failed when it is not.</param>
    /// <param name="lost">Cancelled when the connection has ended.</param>
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
        Receive<Objected>(objected => _objection ??= objected.Reason);
        Receive<AssociationErrorEvent>(error => Lost(error.Cause));
        Receive<DisassociatedEvent>(_ => Lost(null));
        Receive<QuarantinedEvent>(_ => Lost(null));
        Receive<RemotingErrorEvent>(error => Lost(error.Cause));
        ReceiveAny(_ => { }); // other events of remoting, and answers that nobody waits for any more
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PostStop() => Lost(null);

    private void Lost(Exception? cause)
    {
        Fail(
            _objection is { } objection
                ? new ColorizeClientException(ClientProblem.NotTrusted, $"the gateway is not the one that was meant: {objection}")
                : new ColorizeClientException(
                    ClientProblem.Unreachable,
                    cause?.GetBaseException() switch
                    {
                        null => $"the connection was closed: {WhySilent}",
                        var told when told.Message.Contains("refused", StringComparison.OrdinalIgnoreCase) => "nobody listens there",
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

    /// <summary>The client is let in.</summary>
    /// <param name="Session">Whom it speaks to from now on.</param>
    /// <param name="Welcome">What was said.</param>
    internal sealed record Connected(IActorRef Session, GatewayAnswers.Welcome Welcome);

    /// <summary>The gateway's certificate is not accepted.</summary>
    internal sealed record Objected(string Reason);

    private sealed record Tick(IActorRef Session);
}
