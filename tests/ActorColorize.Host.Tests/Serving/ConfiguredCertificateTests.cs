using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Serving;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Tests.Serving;

public sealed class ConfiguredCertificateTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_certificate_that_expires_first_is_that_of_a_role()
    {
        var settings = new ServeSettings
        {
            DataFolder = _folder.Path,
            GatewayCertificate = Made("gateway", days: 40),
            GatewayAuthority = Made("clients", days: 400),
            Cluster = new ClusterSettings(
                "10.0.0.1",
                "10.0.0.1",
                4588,
                "10.0.0.1:4588",
                Made("node", days: 200),
                Made("nodes", days: 90),
                TimeSpan.FromSeconds(12),
                TimeSpan.FromSeconds(10)
            ),
        };

        Assert.Equal(
            ["gateway.certificate", "gateway.authority", "cluster.certificate", "cluster.authority"],
            settings.Certificates().Select(certificate => certificate.Setting)
        );
        Assert.Equal(new CertificateExpiry("gateway.certificate", Start.AddDays(40)), settings.FirstToExpire(NodeRoles.Coordinator));
        Assert.Equal(new CertificateExpiry("cluster.authority", Start.AddDays(90)), settings.FirstToExpire(NodeRoles.Device));
    }

    [Fact]
    public void Without_a_certificate_nothing_expires() =>
        Assert.Null(new ServeSettings { DataFolder = _folder.Path }.FirstToExpire(NodeRoles.Coordinator));

    [Fact]
    public void A_certificate_that_cannot_be_read_is_named()
    {
        var missing = Path.Combine(_folder.Path, "missing.pem");
        var settings = new ServeSettings { DataFolder = _folder.Path, GatewayCertificate = missing };

        var problem = Assert.Throws<UsageException>(() => settings.FirstToExpire(NodeRoles.Coordinator));

        Assert.StartsWith($"'gateway.certificate': {missing} cannot be used", problem.Message, StringComparison.Ordinal);
    }

    private string Made(string name, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(Start.AddDays(-1), Start.AddDays(days));
        var file = Path.Combine(_folder.Path, $"{name}.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        return file;
    }
}
