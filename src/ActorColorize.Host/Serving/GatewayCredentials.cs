using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorColorize.Gateway;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Serving;

/// <summary>
/// The credentials of a daemon's gateway and their publication to clients on the same machine. Without configured certificates, one is
/// generated for each start and stored in the data folder, readable only by its owner; its holder is authenticated as the owner.
/// </summary>
internal sealed class GatewayCredentials : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2? _authority;
    private readonly ServeSettings _settings;

    private GatewayCredentials(ServeSettings settings, X509Certificate2 certificate, X509Certificate2? authority)
    {
        _settings = settings;
        _certificate = certificate;
        _authority = authority;
    }

    /// <summary>The accepted clients, in words.</summary>
    public string InWords =>
        _authority is null
            ? "this account only"
            : $"clients with certificates of {_authority.GetNameInfo(X509NameType.SimpleName, forIssuer: false)}";

    /// <summary>Reads the configured certificates, or generates one.</summary>
    /// <exception cref="UsageException">A certificate cannot be used; the message names its key.</exception>
    public static GatewayCredentials For(ServeSettings settings) =>
        settings.GatewayCertificate is { } certificate
            ? new GatewayCredentials(
                settings,
                PemFiles.WithKey("gateway.certificate", certificate),
                PemFiles.Authority("gateway.authority", settings.GatewayAuthority!)
            )
            : new GatewayCredentials(settings, Make(), null);

    /// <summary>The gateway's settings.</summary>
    public GatewaySettings Settings() =>
        new(
            _settings.GatewayHost,
            _settings.GatewayPublicHost,
            _settings.GatewayPort,
            _certificate,
            _authority is null ? PeerTrust.Only(_certificate) : PeerTrust.ClientsOf(_authority),
            _settings.Clients
        );

    /// <summary>Writes <c>gateway.json</c> to the data folder, readable by its owner only.</summary>
    public void Announce(int port)
    {
        var file = new GatewayFile(
            _settings.GatewayPublicHost,
            port,
            _authority is null ? Convert.ToBase64String(_certificate.Export(X509ContentType.Pkcs12)) : null,
            Environment.ProcessId
        );
        PrivateFile.Write(PathOf(_settings), file.ToBytes());
    }

    /// <summary>Deletes <c>gateway.json</c> after a graceful stop of the daemon.</summary>
    public void Withdraw() => File.Delete(PathOf(_settings));

    /// <summary>Disposes of the keys.</summary>
    public void Dispose()
    {
        _certificate.Dispose();
        _authority?.Dispose();
    }

    private static string PathOf(ServeSettings settings) => Path.Combine(settings.DataFolder, GatewayFile.FileName);

    private static X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=owner of the data folder", key, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(100)); // it is discarded when the daemon ends
        return X509CertificateLoader.LoadPkcs12(
            certificate.Export(X509ContentType.Pkcs12),
            null,
            X509KeyStorageFlags.Exportable | X509KeyStorageFlags.EphemeralKeySet
        );
    }
}
