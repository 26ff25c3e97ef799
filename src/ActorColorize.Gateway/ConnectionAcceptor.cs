using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Gateway;

/// <summary>
/// The only actor that unauthenticated clients can address: checks the protocol version, starts an actor for each handshake and gives an
/// authenticated client its session. All connections of one client share a session, and so a quota. The names of handshakes and sessions
/// cannot be guessed, so only a client that was given one can address it.
/// <code>
///  gateway (this)
///  ├─ handshake-…   Handshake       one per Hello, for a few seconds
///  └─ session-…     ClientSession   one per client
/// </code>
/// </summary>
internal sealed class ConnectionAcceptor : ReceiveActor
{
    private const int ConcurrentHandshakes = 64;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Func<ClientId, Props> _session;
    private readonly ClientLimits _limits;
    private readonly Dictionary<ClientId, IActorRef> _sessions = [];
    private readonly HashSet<IActorRef> _handshakes = [];

    /// <summary>Creates the acceptor without sessions.</summary>
    /// <param name="backends">The actors that requests are forwarded to.</param>
    /// <param name="trust">Which certificates are accepted; null: no client connects, and sessions serve local requests only.</param>
    /// <param name="limits">The limits of one client.</param>
    /// <param name="clock">Tells the time.</param>
    public ConnectionAcceptor(GatewayBackends backends, PeerTrust? trust, ClientLimits limits, TimeProvider clock)
    {
        _limits = limits;
        _session = client => Props.Create(() => new ClientSession(client, backends, limits, clock));
        Receive<GatewayCommands.Hello>(
            _ => trust is not null,
            hello =>
            {
                if (Objection(hello) is { } refusal)
                {
                    _log.Warning("{0} ({1}) is refused: {2}", hello.Program, Sender.Path.Address, refusal.Reason);
                    Sender.Tell(refusal);
                    return;
                }

                var handshake = Context.ActorOf(Props.Create(() => new Handshake(hello, Sender, trust!)), Unguessable("handshake"));
                _handshakes.Add(Context.Watch(handshake));
            }
        );
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
            _log.Warning("dropped {0} from {1}: the connection acceptor does not handle it", message.GetType().Name, Sender.Path.Address)
        );
    }

    /// <summary>A failed session is not restarted: its requests in progress are lost, and the client reconnects.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    /// <returns>Null if the limit of sessions is reached.</returns>
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
            RetryAfter
        );

    private GatewayAnswers.Refused? Objection(GatewayCommands.Hello hello) =>
        hello.Version switch
        {
            > ProtocolVersion.Current => new(
                GatewayRefusal.VersionTooNew,
                $"the client speaks protocol {hello.Version}, this daemon {ProtocolVersion.Oldest} to {ProtocolVersion.Current}: update "
                    + "the daemon",
                TimeSpan.Zero
            ),
            < ProtocolVersion.Oldest => new(
                GatewayRefusal.VersionTooOld,
                $"the client speaks protocol {hello.Version}, this daemon {ProtocolVersion.Oldest} to {ProtocolVersion.Current}: update "
                    + "the client",
                TimeSpan.Zero
            ),
            _ when _handshakes.Count >= ConcurrentHandshakes => new(
                GatewayRefusal.TooManyClients,
                "too many handshakes are in progress",
                RetryAfter
            ),
            _ => null,
        };

    private static string Unguessable(string what) => $"{what}-{GatewayProof.NewNonce()}";

    /// <summary>
    /// A message of a client that arrived through another server of this daemon, to be passed to the client's session. It is not part of
    /// the protocol, so it cannot arrive over the network.
    /// </summary>
    internal sealed record LocalRequest(ClientId Client, object Message);

    /// <summary>Asks for the number of clients that have a session; sent by the sessions.</summary>
    internal sealed record CountClients;
}
