using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorColorize.Protocol;

/// <summary>
/// Which certificates one side of a connection accepts from the other: a single one shared by both, or those that a private authority has
/// issued for the other's role.
/// </summary>
public abstract class PeerTrust
{
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1"; // RFC 5280, 4.2.1.12
    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    private PeerTrust() { }

    /// <summary>Whether a certificate's subject identifies its holder; a shared certificate does not.</summary>
    public abstract bool NamesItsHolder { get; }

    /// <summary>Accepts exactly this certificate, whatever its contents: read access to its file is the proof of identity.</summary>
    public static PeerTrust Only(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return new Shared(certificate.GetCertHash(HashAlgorithmName.SHA256));
    }

    /// <summary>Accepts certificates that the authority has issued to clients.</summary>
    public static PeerTrust ClientsOf(X509Certificate2 authority) => new Issued(authority, [ClientPurpose], null);

    /// <summary>Accepts a certificate that the authority has issued to the gateway with this host name or address.</summary>
    public static PeerTrust GatewayOf(X509Certificate2 authority, string host) => new Issued(authority, [ServerPurpose], host);

    /// <summary>
    /// Accepts certificates that the authority has issued to cluster members, which are valid for both sides of a connection. Those of
    /// clients and gateways are valid for one side only.
    /// </summary>
    public static PeerTrust MembersOf(X509Certificate2 authority) => new Issued(authority, [ServerPurpose, ClientPurpose], null);

    /// <summary>Why a certificate is not accepted; null if it is.</summary>
    /// <param name="shown">The peer's certificate; null if it presented none.</param>
    public string? Objection(X509Certificate2? shown) => shown is null ? "it presented no certificate" : ObjectionTo(shown);

    private protected abstract string? ObjectionTo(X509Certificate2 shown);

    private sealed class Shared(byte[] expected) : PeerTrust
    {
        public override bool NamesItsHolder => false;

        private protected override string? ObjectionTo(X509Certificate2 shown) =>
            CryptographicOperations.FixedTimeEquals(shown.GetCertHash(HashAlgorithmName.SHA256), expected)
                ? null
                : "it is not the certificate in the daemon's data folder";
    }

    private sealed class Issued(X509Certificate2 authority, IReadOnlyList<string> purposes, string? host) : PeerTrust
    {
        public override bool NamesItsHolder => true;

        private protected override string? ObjectionTo(X509Certificate2 shown)
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            // A private authority publishes no revocation list; to revoke a certificate, replace the authority
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            foreach (var purpose in purposes)
                chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
            if (!chain.Build(shown))
            {
                var causes = chain.ChainStatus.Select(status => status.StatusInformation.Trim().TrimEnd('.'));
                return $"{shown.Subject}: {string.Join(", ", causes)}";
            }

            return host is null || shown.MatchesHostname(host) ? null : $"{shown.Subject} is not issued for '{host}'";
        }
    }
}
