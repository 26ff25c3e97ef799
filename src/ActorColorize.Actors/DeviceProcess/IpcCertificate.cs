using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Remote.Transport.DotNetty;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>
/// The certificate between a parent and one device process: created in memory for that process only, presented by both sides, and the only
/// one that either accepts. Possession of its private key authenticates the other side; its other fields are ignored.
/// </summary>
internal static class IpcCertificate
{
    private static readonly TimeSpan Skew = TimeSpan.FromDays(1);

    /// <summary>Creates a certificate, as PKCS #12.</summary>
    internal static byte[] Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=actorcolorize device", key, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now - Skew, now.AddYears(100)); // it ends with its process
        return certificate.Export(X509ContentType.Pkcs12);
    }

    /// <summary>TLS settings with which both sides present this certificate and accept no other.</summary>
    internal static DotNettySslSetup Setup(X509Certificate2 certificate)
    {
        var expected = certificate.GetCertHash(HashAlgorithmName.SHA256);
        return new DotNettySslSetup(
            certificate,
            suppressValidation: false,
            requireMutualAuthentication: true,
            customValidator: (shown, _, _, _, _) =>
                shown is not null && CryptographicOperations.FixedTimeEquals(shown.GetCertHash(HashAlgorithmName.SHA256), expected)
        );
    }
}
