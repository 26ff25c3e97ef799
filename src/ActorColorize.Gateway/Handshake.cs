using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Gateway;

/// <summary>
/// One handshake: asks for the proof, looks at it, says who the client is. It ends with the proof, whatever it is, or after a few seconds
/// without one.
/// </summary>
internal sealed class Handshake : ReceiveActor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly GatewayCommands.Hello _hello;
    private readonly PeerTrust _trust;
    private readonly string _nonce = GatewayProof.NewNonce();

    /// <summary>Challenges at once.</summary>
    /// <param name="hello">What the client said.</param>
    /// <param name="connection">The client's actor.</param>
    /// <param name="trust">Which certificates are accepted.</param>
    public Handshake(GatewayCommands.Hello hello, IActorRef connection, PeerTrust trust)
    {
        _hello = hello;
        _trust = trust;
        connection.Tell(new GatewayAnswers.Challenge(ProtocolVersion.Current, _nonce));
        SetReceiveTimeout(Patience);
        Receive<GatewayCommands.Prove>(proof =>
        {
            if (WhoseIs(proof, out var client) is { } objection)
            {
                _log.Warning("{0} ({1}) is refused: {2}", hello.Program, connection.Path.Address, objection);
                connection.Tell(new GatewayAnswers.Refused(GatewayRefusal.NotAuthentic, objection, TimeSpan.Zero));
            }
            else
            {
                Context.Parent.Tell(new Proved(client, connection, hello.Program));
            }

            Context.Stop(Self);
        });
        Receive<ReceiveTimeout>(_ =>
        {
            _log.Warning("{0} ({1}) did not prove itself", hello.Program, connection.Path.Address);
            Context.Stop(Self);
        });
        ReceiveAny(message =>
            _log.Warning("{0} from {1} comes before the proof and is dropped", message.GetType().Name, Sender.Path.Address)
        );
    }

    /// <returns>Why the proof does not count; null where it does.</returns>
    private string? WhoseIs(GatewayCommands.Prove proof, out ClientId client)
    {
        client = default;
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(proof.Certificate));
            if (_trust.Objection(certificate) is { } objection)
                return $"the client's certificate is not accepted: {objection}";
            if (!GatewayProof.IsSigned(certificate, proof.Proof, _hello.Nonce, _nonce))
                return "the client does not hold its certificate's private key";
            client = ClientName.Of(
                _trust.NamesItsHolder ? certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) : _hello.Name
            );
            return client.Value.Length > 0 ? null : "the client has no name";
        }
        catch (Exception unreadable) when (unreadable is FormatException or CryptographicException)
        {
            return $"the client's proof cannot be read: {unreadable.Message}";
        }
    }

    /// <summary>A client has proved who it is.</summary>
    internal sealed record Proved(ClientId Client, IActorRef Connection, string Program);
}
