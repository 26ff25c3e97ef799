using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorColorize.Protocol;

/// <summary>
/// Which certificates one end of a connection accepts from the other: a single one that both share, or those that a private authority has
/// issued for the other's part.
/// </summary>
public abstract class PeerTrust
{
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1"; // RFC 5280, 4.2.1.12
    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    private PeerTrust() { }

    /// <summary>
    /// Whether what a certificate's subject says may be taken for its holder's name: with a shared certificate it says nothing.
    /// </summary>
    public abstract bool NamesItsHolder { get; }

    /// <summary>
    /// Accepts this certificate and no other, whatever is in it: whoever can read the file that it lies in is the other side.
    /// </summary>
    public static PeerTrust Only(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return new Shared(certificate.GetCertHash(HashAlgorithmName.SHA256));
    }

    /// <summary>Accepts what the authority has issued to clients.</summary>
    public static PeerTrust ClientsOf(X509Certificate2 authority) => new Issued(authority, [ClientPurpose], null);

    /// <summary>Accepts what the authority has issued to a gateway that is reached under this name or address.</summary>
    public static PeerTrust GatewayOf(X509Certificate2 authority, string host) => new Issued(authority, [ServerPurpose], host);

    /// <summary>
    /// Accepts what the authority has issued to members of a service: certificates for both ends of a connection. Those of clients and of
    /// gateways are for one end only.
    /// </summary>
    public static PeerTrust MembersOf(X509Certificate2 authority) => new Issued(authority, [ServerPurpose, ClientPurpose], null);

    /// <summary>Why a certificate is not accepted; null where it is.</summary>
    /// <param name="shown">What the other side showed; null where it showed none.</param>
    public string? Objection(X509Certificate2? shown) => shown is null ? "it showed no certificate" : ObjectionTo(shown);

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
            // A private authority has no list; what is to be revoked is issued anew under another authority
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            foreach (var purpose in purposes)
                chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
            if (!chain.Build(shown))
                return $"{shown.Subject}: {string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation.Trim().TrimEnd('.')))}";
            return host is null || shown.MatchesHostname(host) ? null : $"{shown.Subject} is not issued for '{host}'";
        }
    }
}
