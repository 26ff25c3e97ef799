using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Gateway;

/// <summary>
/// One handshake: sends the challenge, verifies the proof, reports the client's identity. The actor stops after the proof, valid or not, or
/// after its timeout.
/// </summary>
internal sealed class Handshake : ReceiveActor
{
    private static readonly TimeSpan ProofTimeout = TimeSpan.FromSeconds(10);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly GatewayCommands.Hello _hello;
    private readonly PeerTrust _trust;
    private readonly string _nonce = GatewayProof.NewNonce();

    /// <summary>Sends the challenge on start.</summary>
    /// <param name="hello">The client's Hello.</param>
    /// <param name="connection">The client's actor.</param>
    /// <param name="trust">Which certificates are accepted.</param>
    public Handshake(GatewayCommands.Hello hello, IActorRef connection, PeerTrust trust)
    {
        _hello = hello;
        _trust = trust;
        connection.Tell(new GatewayAnswers.Challenge(ProtocolVersion.Current, _nonce));
        SetReceiveTimeout(ProofTimeout);
        Receive<GatewayCommands.Prove>(proof =>
        {
            if (Authenticate(proof, out var client) is { } objection)
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
            _log.Warning("{0} ({1}) sent no proof in time", hello.Program, connection.Path.Address);
            Context.Stop(Self);
        });
        ReceiveAny(message =>
            _log.Warning("dropped {0} from {1}: it arrived before the proof", message.GetType().Name, Sender.Path.Address)
        );
    }

    /// <returns>Why the proof is invalid; null if it is valid.</returns>
    private string? Authenticate(GatewayCommands.Prove proof, out ClientId client)
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

    /// <summary>A client has proved its identity.</summary>
    internal sealed record Proved(ClientId Client, IActorRef Connection, string Program);
}
