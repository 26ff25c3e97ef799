using System.Security.Cryptography.X509Certificates;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Serving;

/// <summary>A certificate that a daemon's settings name.</summary>
/// <param name="Section">Section of the settings: <c>gateway</c>, <c>cluster</c> or <c>rest</c>.</param>
/// <param name="File">The PEM file.</param>
/// <param name="HasKey">Whether it is the daemon's own, with its private key; otherwise it is an authority's.</param>
internal sealed record ConfiguredCertificate(string Section, string File, bool HasKey)
{
    /// <summary>The setting that names it.</summary>
    public string Setting => $"{Section}.{(HasKey ? "certificate" : "authority")}";

    /// <summary>Reads it.</summary>
    /// <exception cref="Failures.UsageException">It cannot be used; the message names its setting.</exception>
    public X509Certificate2 Read() => HasKey ? PemFiles.WithKey(Setting, File) : PemFiles.Authority(Setting, File);

    /// <summary>When it expires.</summary>
    /// <exception cref="Failures.UsageException">It cannot be used; the message names its setting.</exception>
    public CertificateExpiry Expiry()
    {
        using var certificate = Read();
        return new CertificateExpiry(Setting, new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero));
    }
}

/// <summary>The certificates of a daemon's settings.</summary>
internal static class ConfiguredCertificates
{
    /// <summary>All of them, each file once.</summary>
    public static IEnumerable<ConfiguredCertificate> Certificates(this ServeSettings settings)
    {
        foreach (var section in new[] { "gateway", "cluster", "rest" })
        {
            var (certificate, authority) = section switch
            {
                "gateway" => (settings.GatewayCertificate, settings.GatewayAuthority),
                "cluster" => (settings.Cluster?.Certificate, settings.Cluster?.Authority),
                _ when settings.Rest.Certificate == settings.GatewayCertificate => default,
                _ => (settings.Rest.Certificate, settings.Rest.Authority),
            };
            if (certificate is not null)
                yield return new ConfiguredCertificate(section, certificate, HasKey: true);
            if (authority is not null)
                yield return new ConfiguredCertificate(section, authority, HasKey: false);
        }
    }

    /// <summary>The certificate that expires first, of those that a process with these roles uses; null if it uses none.</summary>
    /// <exception cref="Failures.UsageException">One cannot be used; the message names its setting.</exception>
    public static CertificateExpiry? FirstToExpire(this ServeSettings settings, NodeRoles roles) =>
        settings
            .Certificates()
            .Where(certificate => certificate.Section == "cluster" || roles.HasFlag(NodeRoles.Coordinator)) // only they accept clients
            .Select(static certificate => certificate.Expiry())
            .MinBy(static expiry => expiry.ExpiresAt);
}
