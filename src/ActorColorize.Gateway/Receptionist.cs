using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Gateway;

/// <summary>
/// Whom strangers speak to: it looks at the version, gives each greeting an actor of its own, and leads a client that has proved itself to
/// its desk. All connections of one client share
/// a desk, and so a quota. The names of greetings and desks cannot be guessed: who has not been led there cannot speak to one.
/// <code>
///  gateway (this)
///  ├─ greeting-…    Greeting     one for each Hello, for a few seconds
///  └─ desk-…        ClientDesk   one for each client
/// </code>
/// </summary>
internal sealed class Receptionist : ReceiveActor
{
    private const int GreetingsAtOnce = 64;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Func<ClientId, Props> _desk;
    private readonly ClientLimits _limits;
    private readonly Dictionary<ClientId, IActorRef> _desks = [];
    private readonly HashSet<IActorRef> _greetings = [];

    /// <summary>Nobody is there yet.</summary>
    public Receptionist(GatewayDoors doors, PeerTrust trust, ClientLimits limits, TimeProvider clock)
    {
        _limits = limits;
        _desk = client => Props.Create(() => new ClientDesk(client, doors, limits, clock));
        Receive<GatewayCommands.Hello>(hello =>
        {
            if (Objection(hello) is { } refusal)
            {
                _log.Warning("{0} ({1}) is refused: {2}", hello.Program, Sender.Path.Address, refusal.Reason);
                Sender.Tell(refusal);
                return;
            }

            var greeting = Context.ActorOf(Props.Create(() => new Greeting(hello, Sender, trust)), Unguessable("greeting"));
            _greetings.Add(Context.Watch(greeting));
        });
        Receive<Greeting.Proved>(proved =>
        {
            if (DeskOf(proved.Client) is not { } desk)
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
            desk.Tell(new ClientDesk.LeadTo(proved.Connection));
        });
        Receive<FromWithin>(asked =>
        {
            if (DeskOf(asked.Client) is { } desk)
                desk.Forward(asked.Message);
            else
                Sender.Tell(TooManyClients());
        });
        Receive<CountClients>(_ => Sender.Tell(_desks.Count));
        Receive<Terminated>(gone =>
        {
            if (_greetings.Remove(gone.ActorRef))
                return;
            foreach (var client in _desks.Where(desk => desk.Value.Equals(gone.ActorRef)).Select(desk => desk.Key).ToArray())
                _desks.Remove(client);
        });
        ReceiveAny(message =>
            _log.Warning("{0} from {1} is not for the receptionist and is dropped", message.GetType().Name, Sender.Path.Address)
        );
    }

    /// <summary>A desk that failed is not started again: what it was answering is lost, and its client comes back by itself.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    /// <returns>Null where a desk more would be too many.</returns>
    private IActorRef? DeskOf(ClientId client)
    {
        if (_desks.TryGetValue(client, out var there))
            return there;
        if (_desks.Count >= _limits.Clients)
            return null;
        var made = Context.Watch(Context.ActorOf(_desk(client), Unguessable("desk")));
        _desks.Add(client, made);
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
            _ when _greetings.Count >= GreetingsAtOnce => new(
                GatewayRefusal.TooManyClients,
                "too many clients are greeting this daemon at the same time",
                Soon
            ),
            _ => null,
        };

    private static string Unguessable(string what) => $"{what}-{GatewayProof.NewNonce()}";

    /// <summary>
    /// A message of a client that came in by another door of this daemon; passed to its desk. No message of the protocol, so it cannot come
    /// over the wire.
    /// </summary>
    internal sealed record FromWithin(ClientId Client, object Message);

    /// <summary>How many clients have a desk? Asked by the desks.</summary>
    internal sealed record CountClients;
}
