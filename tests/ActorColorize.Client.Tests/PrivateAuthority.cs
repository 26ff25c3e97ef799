using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorColorize.Client.Tests;

/// <summary>Issues certificates, as <c>scripts/make-certs</c> does.</summary>
internal sealed class PrivateAuthority : IDisposable
{
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public PrivateAuthority()
    {
        var request = new CertificateRequest("CN=trial authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    public X509Certificate2 Certificate { get; }

    public X509Certificate2 ForGateway(string host) => Issue("gateway", host, ServerPurpose);

    public X509Certificate2 ForClient(string name) => Issue(name, null, ClientPurpose);

    public X509Certificate2 ForNode(string host) => Issue("node", host, ServerPurpose, ClientPurpose);

    /// <summary>The files that a client is given.</summary>
    public (string Certificate, string Authority) Files(X509Certificate2 client, string folder)
    {
        using var key = client.GetECDsaPrivateKey()!;
        var certificate = Path.Combine(folder, $"{Guid.NewGuid():n}.pem");
        File.WriteAllText(certificate, $"{client.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        var authority = Path.Combine(folder, $"{Guid.NewGuid():n}.crt");
        File.WriteAllText(authority, Certificate.ExportCertificatePem());
        return (certificate, authority);
    }

    /// <summary>A self-signed certificate, shared by both sides.</summary>
    public static X509Certificate2 Shared()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Usable(
            new CertificateRequest("CN=owner", key, HashAlgorithmName.SHA256).CreateSelfSigned(
                DateTimeOffset.UtcNow.AddDays(-1),
                DateTimeOffset.UtcNow.AddDays(2)
            )
        );
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private X509Certificate2 Issue(string name, string? host, params string[] purposes)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. purposes.Select(purpose => new Oid(purpose))], true));
        if (host is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            if (IPAddress.TryParse(host, out var address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(host);
            request.CertificateExtensions.Add(names.Build());
        }

        using var certificate = request.Create(
            Certificate,
            DateTimeOffset.UtcNow.AddHours(-1),
            DateTimeOffset.UtcNow.AddDays(1),
            RandomNumberGenerator.GetBytes(12)
        );
        return Usable(certificate.CopyWithPrivateKey(key));
    }

    private static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
