using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ActorColorize.Actors.CodecProcess;
using ActorColorize.Gateway;
using ActorColorize.Host.Isolation;
using ActorColorize.Imaging.Archives;
using ActorColorize.Protocol;
using ActorColorize.Rest;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Host.Serving;

/// <summary>
/// A daemon's REST server with its files: the spool for pictures and, without configured certificates, a token: the configured one, or one
/// that is generated for each start. The token is stored in the data folder, readable only by its owner: <c>rest.json</c> for programs,
/// <c>rest.header</c> for <c>curl -H @FILE</c>, which keeps it out of process lists, and <c>rest.token</c>, the bare token, for Prometheus.
/// </summary>
internal sealed class RestService : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Style = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    private readonly RestServer _server;
    private readonly DaemonFiles _files;
    private readonly PictureSpool _spool;
    private readonly RestIdentity _identity;
    private readonly ServeSettings _settings;

    private RestService(RestServer server, DaemonFiles files, PictureSpool spool, RestIdentity identity, ServeSettings settings)
    {
        _server = server;
        _files = files;
        _spool = spool;
        _identity = identity;
        _settings = settings;
    }

    /// <summary>Its address for clients.</summary>
    public Uri Address => _server.Address;

    /// <summary>A link to the dashboard that signs in once; null if there is no dashboard.</summary>
    public DashboardLink? NewDashboardLink() => _server.NewDashboardLink();

    /// <summary>The accepted clients, in words.</summary>
    public string InWords =>
        _identity is RestIdentity.ByToken ? $"with the token of {Path.Combine(_settings.DataFolder, "rest.header")}" : "with certificates";

    /// <summary>The folder of pictures in progress.</summary>
    public static string ScratchOf(ServeSettings settings) => settings.Rest.Scratch ?? Path.Combine(settings.DataFolder, "rest");

    /// <summary>Starts the server if it is configured.</summary>
    /// <param name="settings">The daemon's settings.</param>
    /// <param name="sessions">Access to clients' sessions.</param>
    /// <param name="backends">The coordinators that serve requests.</param>
    /// <param name="logging">Its loggers.</param>
    /// <returns>Null if no REST server is configured, and none opens by itself.</returns>
    /// <exception cref="Failures.UsageException">A certificate cannot be used, or the folder for pictures is in use.</exception>
    /// <exception cref="GatewayException">The address cannot be listened on.</exception>
    public static async Task<RestService?> OpenAsync(
        ServeSettings settings,
        IClientSessions sessions,
        GatewayBackends backends,
        ILoggerFactory logging
    )
    {
        var rest = settings.Rest;
        if (rest.Port is null && !OpensByItself(settings))
            return null;
        var identity = Identity(rest);
        var spool = PictureSpool.Open(ScratchOf(settings));
        var files = new DaemonFiles(
            settings.Isolation.IsolatesCodec && CodecProcesses.IsSupported
                ? new CodecProcesses(OwnProgram.Command, new CodecLimits())
                : new PictureProcessor()
        );
        try
        {
            var address = rest.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(rest.Host);
            var kept = DashboardFile.LoadOrNew(settings.DataFolder);
            var log = logging.CreateLogger<RestService>();
            var server = await OpenOnAsync(rest.Port is { } port ? [port] : kept.Ports, log, port => RestServer.OpenAsync(
                    new RestSettings(address, port, rest.PublicHost, identity)
                    {
                        LargestPicture = rest.LargestPicture,
                        PicturesAtOnce = rest.PicturesAtOnce,
                        Codec = rest.Codec,
                        DataFolder = settings.DataFolder,
                        Folders = rest.BrowseRoots is { } roots ? new FolderBrowser(roots) : null,
                        DashboardKey = rest.HasDashboard ? kept.Key : null,
                    },
                    sessions,
                    backends,
                    spool,
                    files,
                    logging
                ));
            if (rest.HasDashboard)
                (kept with { Port = server.Address.Port }).Save(settings.DataFolder);
            var service = new RestService(server, files, spool, identity, settings);
            service.Announce();
            return service;
        }
        catch
        {
            files.Dispose();
            spool.Dispose();
            throw;
        }
    }

    /// <summary>Stops the server gracefully and deletes the token.</summary>
    public async ValueTask DisposeAsync()
    {
        File.Delete(PathOf("rest.json"));
        File.Delete(PathOf("rest.header"));
        if (_settings.Rest.Token is null)
            File.Delete(PathOf("rest.token"));
        await _server.DisposeAsync();
        _files.Dispose();
        _spool.Dispose();
        if (_identity is RestIdentity.ByCertificate(var certificate, _))
            certificate.Dispose();
    }

    /// <summary>
    /// Whether a server is opened for the dashboard although no port is set: on a daemon that is alone on this machine's own address.
    /// </summary>
    internal static bool OpensByItself(ServeSettings settings) =>
        settings.Rest is { HasDashboard: true, Certificate: null } rest
        && settings.Cluster is null
        && (rest.Host == "localhost" || IPAddress.IsLoopback(IPAddress.Parse(rest.Host)));

    /// <summary>Opens the server on the first port that is free.</summary>
    private static async Task<RestServer> OpenOnAsync(IReadOnlyList<int> ports, ILogger log, Func<int, Task<RestServer>> open)
    {
        foreach (var port in ports.SkipLast(1))
        {
            try
            {
                return await open(port);
            }
            catch (GatewayException taken)
            {
                log.LogInformation("{Reason}; another port is tried", taken.Message);
            }
        }

        return await open(ports[^1]);
    }

    private static RestIdentity Identity(RestServeSettings rest)
    {
        if (rest.Certificate is not { } file)
            return new RestIdentity.ByToken(
                rest.Token ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
                ClientName.Of(Environment.UserName) is { Value.Length: > 0 } owner ? owner : new ClientId("client")
            );
        var authority = PemFiles.Authority("rest.authority", rest.Authority!);
        return new RestIdentity.ByCertificate(PemFiles.WithKey("rest.certificate", file), PeerTrust.ClientsOf(authority));
    }

    private void Announce()
    {
        var token = (_identity as RestIdentity.ByToken)?.Token;
        if (token is not null)
        {
            PrivateFile.Write(PathOf("rest.header"), Encoding.ASCII.GetBytes($"Authorization: Bearer {token}\n"));
            if (_settings.Rest.Token is null) // the configured one has its own file
                PrivateFile.Write(PathOf("rest.token"), Encoding.ASCII.GetBytes(token));
        }

        PrivateFile.Write(
            PathOf("rest.json"),
            JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    Url = Address.ToString().TrimEnd('/'),
                    Token = token,
                    Process = Environment.ProcessId,
                },
                Style
            )
        );
    }

    private string PathOf(string name) => Path.Combine(_settings.DataFolder, name);
}
