using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ActorColorize.Protocol;

namespace ActorColorize.Client;

/// <summary>
/// Address of a gateway and the credentials for it. Resolved for each connection, since a restarted daemon may listen on another port.
/// </summary>
internal sealed class GatewayTarget : IDisposable
{
    private readonly X509Certificate2? _authority;

    private GatewayTarget(string host, int port, X509Certificate2 certificate, X509Certificate2? authority)
    {
        Host = host;
        Port = port;
        Certificate = certificate;
        _authority = authority;
        Trust = authority is null ? PeerTrust.Only(certificate) : PeerTrust.GatewayOf(authority, host);
    }

    /// <summary>Name or address.</summary>
    public string Host { get; }

    /// <summary>TCP port.</summary>
    public int Port { get; }

    /// <summary>The client's certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Which gateway certificates are accepted.</summary>
    public PeerTrust Trust { get; }

    /// <summary>Number of gateways named by the options.</summary>
    public static int Count(ClientOptions options) => options.Daemon is { } daemon ? Math.Max(1, Addresses(daemon).Length) : 1;

    /// <summary>Finds a gateway.</summary>
    /// <param name="options">Which daemon.</param>
    /// <param name="number">Index of the gateway, from 0.</param>
    /// <exception cref="ColorizeClientException">No daemon is running, or the options are invalid.</exception>
    public static GatewayTarget Find(ClientOptions options, int number) =>
        options.Daemon is not { } daemon
            ? OnThisMachine(options)
            : Elsewhere(Addresses(daemon) is { Length: > 0 } addresses ? addresses[number] : daemon, options);

    /// <summary>Disposes of the keys.</summary>
    public void Dispose()
    {
        Certificate.Dispose();
        _authority?.Dispose();
    }

    private static string[] Addresses(string daemon) =>
        daemon.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static GatewayTarget OnThisMachine(ClientOptions options)
    {
        var path = Path.Combine(options.DataFolder, GatewayFile.FileName);
        try
        {
            var file = GatewayFile.Read(options.DataFolder)
                ?? throw new ColorizeClientException(
                    ClientProblem.Unreachable,
                    $"no daemon is running with the data folder {options.DataFolder}: start one with 'actorcolorize serve', or name another"
                );
            var certificate = file.Certificate is { } kept
                ? X509CertificateLoader.LoadPkcs12(Convert.FromBase64String(kept), null, X509KeyStorageFlags.EphemeralKeySet)
                : null;
            if (certificate is not null)
                return new GatewayTarget(file.Host, file.Port, certificate, null);
            return Elsewhere($"{file.Host}:{file.Port}", options);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new ColorizeClientException(
                ClientProblem.NotTrusted,
                $"{path} cannot be read: that daemon belongs to another account",
                denied
            );
        }
        catch (Exception broken) when (broken is IOException or JsonException or FormatException or CryptographicException)
        {
            throw new ColorizeClientException(ClientProblem.Unreachable, $"{path} is not a valid gateway file: {broken.Message}", broken);
        }
    }

    private static GatewayTarget Elsewhere(string daemon, ClientOptions options)
    {
        var colon = daemon.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(daemon.AsSpan(colon + 1), out var port) || port is < 1 or > 65535)
            throw new ColorizeClientException(ClientProblem.Options, $"'{daemon}' is not a valid host:port");
        if (options.CertificateFile is not { } certificateFile || options.AuthorityFile is not { } authorityFile)
            throw new ColorizeClientException(
                ClientProblem.Options,
                $"the daemon at {daemon} requires certificates: specify the client's certificate and the authority's"
            );
        return new GatewayTarget(
            daemon[..colon].Trim('[', ']'),
            port,
            Pem(certificateFile, file => X509Certificate2.CreateFromPemFile(file)),
            Pem(authorityFile, X509CertificateLoader.LoadCertificateFromFile)
        );
    }

    private static X509Certificate2 Pem(string file, Func<string, X509Certificate2> load)
    {
        try
        {
            return load(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ColorizeClientException(
                ClientProblem.Options,
                $"{file} cannot be read as a certificate: {unreadable.Message}",
                unreadable
            );
        }
    }
}
