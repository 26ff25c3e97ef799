using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ActorColorize.Gateway;
using ActorColorize.Protocol;
using ActorColorize.Rest;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Host.Serving;

/// <summary>
/// A daemon's REST server with what belongs to it on disk: the spool for pictures, and where no certificates are configured a token made for
/// this start alone. It is laid into the data
/// folder, where only its owner can read it: <c>rest.json</c> for programs, <c>rest.header</c> for <c>curl -H @FILE</c>, which keeps it out
/// of the list of processes.
/// </summary>
internal sealed class RestService : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Style = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    private readonly RestServer _server;
    private readonly PictureSpool _spool;
    private readonly RestIdentity _identity;
    private readonly ServeSettings _settings;

    private RestService(RestServer server, PictureSpool spool, RestIdentity identity, ServeSettings settings)
    {
        _server = server;
        _spool = spool;
        _identity = identity;
        _settings = settings;
    }

    /// <summary>Where clients reach it.</summary>
    public Uri Address => _server.Address;

    /// <summary>Who may come, in words.</summary>
    public string InWords =>
        _identity is RestIdentity.ByToken ? $"with the token of {Path.Combine(_settings.DataFolder, "rest.header")}" : "with certificates";

    /// <summary>The folder for pictures under way.</summary>
    public static string ScratchOf(ServeSettings settings) => settings.Rest.Scratch ?? Path.Combine(settings.DataFolder, "rest");

    /// <summary>Opens the server where one is configured.</summary>
    /// <param name="settings">The daemon's settings.</param>
    /// <param name="sessions">The way to clients' sessions.</param>
    /// <param name="backends">What lies behind.</param>
    /// <param name="logging">Where it logs.</param>
    /// <returns>Null where no REST is wanted.</returns>
    /// <exception cref="Failures.UsageException">A certificate cannot be used, or the folder for pictures is taken.</exception>
    /// <exception cref="GatewayException">The address cannot be listened on.</exception>
    public static async Task<RestService?> OpenAsync(
        ServeSettings settings,
        IClientSessions sessions,
        GatewayBackends backends,
        ILoggerFactory logging
    )
    {
        if (settings.Rest.Port is not { } port)
            return null;
        var rest = settings.Rest;
        var identity = Identity(rest);
        var spool = PictureSpool.Open(ScratchOf(settings));
        try
        {
            var address = rest.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(rest.Host);
            var server = await RestServer.OpenAsync(
                new RestSettings(address, port, rest.PublicHost, identity)
                {
                    LargestPicture = rest.LargestPicture,
                    PicturesAtOnce = rest.PicturesAtOnce,
                },
                sessions,
                backends,
                spool,
                logging
            );
            var service = new RestService(server, spool, identity, settings);
            service.Announce();
            return service;
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    /// <summary>Closes the server in good order, and takes the token away.</summary>
    public async ValueTask DisposeAsync()
    {
        File.Delete(PathOf("rest.json"));
        File.Delete(PathOf("rest.header"));
        await _server.DisposeAsync();
        _spool.Dispose();
        if (_identity is RestIdentity.ByCertificate(var certificate, _))
            certificate.Dispose();
    }

    private static RestIdentity Identity(RestServeSettings rest)
    {
        if (rest.Certificate is not { } file)
            return new RestIdentity.ByToken(
                Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
                ClientName.Of(Environment.UserName) is { Value.Length: > 0 } owner ? owner : new ClientId("client")
            );
        var authority = PemFiles.Authority("rest.authority", rest.Authority!);
        return new RestIdentity.ByCertificate(PemFiles.WithKey("rest.certificate", file), PeerTrust.ClientsOf(authority));
    }

    private void Announce()
    {
        var token = (_identity as RestIdentity.ByToken)?.Token;
        if (token is not null)
            PrivateFile.Write(PathOf("rest.header"), Encoding.ASCII.GetBytes($"Authorization: Bearer {token}\n"));
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
