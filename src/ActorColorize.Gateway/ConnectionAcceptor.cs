using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Gateway;

/// <summary>
/// Whom strangers speak to: it looks at the version, gives each handshake an actor of its own, and leads a client that has proved itself to
/// its session. All connections of one client share
/// a session, and so a quota. The names of handshakes and sessions cannot be guessed: who has not been led there cannot speak to one.
/// <code>
///  gateway (this)
///  ├─ handshake-…    Handshake     one for each Hello, for a few seconds
///  └─ session-…        ClientSession   one for each client
/// </code>
/// </summary>
internal sealed class ConnectionAcceptor : ReceiveActor
{
    private const int HandshakesAtOnce = 64;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Func<ClientId, Props> _session;
    private readonly ClientLimits _limits;
    private readonly Dictionary<ClientId, IActorRef> _sessions = [];
    private readonly HashSet<IActorRef> _handshakes = [];

    /// <summary>Nobody is there yet.</summary>
    public ConnectionAcceptor(GatewayBackends backends, PeerTrust trust, ClientLimits limits, TimeProvider clock)
    {
        _limits = limits;
        _session = client => Props.Create(() => new ClientSession(client, backends, limits, clock));
        Receive<GatewayCommands.Hello>(hello =>
        {
            if (Objection(hello) is { } refusal)
            {
                _log.Warning("{0} ({1}) is refused: {2}", hello.Program, Sender.Path.Address, refusal.Reason);
                Sender.Tell(refusal);
                return;
            }

            var handshake = Context.ActorOf(Props.Create(() => new Handshake(hello, Sender, trust)), Unguessable("handshake"));
            _handshakes.Add(Context.Watch(handshake));
        });
        Receive<Handshake.Proved>(proved =>
        {
            if (SessionOf(proved.Client) is not { } session)
            {
                _log.Warning(
                    "{0} ({1}) is refused: {2} clients are connected",
                    proved.Client,
                    proved.Connection.Path.Address,
                    limits.Clients
                );
                proved.Connection.Tell(TooManyClients());
                return;
            }

            _log.Info("{0} is connected from {1} with {2}", proved.Client, proved.Connection.Path.Address, proved.Program);
            session.Tell(new ClientSession.Attach(proved.Connection));
        });
        Receive<LocalRequest>(asked =>
        {
            if (SessionOf(asked.Client) is { } session)
                session.Forward(asked.Message);
            else
                Sender.Tell(TooManyClients());
        });
        Receive<CountClients>(_ => Sender.Tell(_sessions.Count));
        Receive<Terminated>(gone =>
        {
            if (_handshakes.Remove(gone.ActorRef))
                return;
            foreach (var client in _sessions.Where(session => session.Value.Equals(gone.ActorRef)).Select(session => session.Key).ToArray())
                _sessions.Remove(client);
        });
        ReceiveAny(message =>
            _log.Warning("{0} from {1} is not for the acceptor and is dropped", message.GetType().Name, Sender.Path.Address)
        );
    }

    /// <summary>A session that failed is not started again: what it was answering is lost, and its client comes back by itself.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    /// <returns>Null where a session more would be too many.</returns>
    private IActorRef? SessionOf(ClientId client)
    {
        if (_sessions.TryGetValue(client, out var there))
            return there;
        if (_sessions.Count >= _limits.Clients)
            return null;
        var made = Context.Watch(Context.ActorOf(_session(client), Unguessable("session")));
        _sessions.Add(client, made);
        return made;
    }

    private GatewayAnswers.Refused TooManyClients() =>
        new(
            GatewayRefusal.TooManyClients,
            $"{_limits.Clients} clients are connected to this daemon, which is its limit; try again later",
            Soon
        );

    private GatewayAnswers.Refused? Objection(GatewayCommands.Hello hello) =>
        hello.Version switch
        {
            > ProtocolVersion.Current => new(
                GatewayRefusal.VersionTooNew,
                $"the client speaks protocol {hello.Version}, this daemon {ProtocolVersion.Oldest} to {ProtocolVersion.Current}: update the daemon",
                TimeSpan.Zero
            ),
            < ProtocolVersion.Oldest => new(
                GatewayRefusal.VersionTooOld,
                $"the client speaks protocol {hello.Version}, this daemon {ProtocolVersion.Oldest} to {ProtocolVersion.Current}: update the client",
                TimeSpan.Zero
            ),
            _ when _handshakes.Count >= HandshakesAtOnce => new(
                GatewayRefusal.TooManyClients,
                "too many clients are handshake this daemon at the same time",
                Soon
            ),
            _ => null,
        };

    private static string Unguessable(string what) => $"{what}-{GatewayProof.NewNonce()}";

    /// <summary>
    /// A message of a client that came in by another server of this daemon; passed to its session. No message of the protocol, so it cannot come
    /// over the wire.
    /// </summary>
    internal sealed record LocalRequest(ClientId Client, object Message);

    /// <summary>How many clients have a session? Asked by the sessions.</summary>
    internal sealed record CountClients;
}
