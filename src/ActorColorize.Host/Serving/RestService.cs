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
/// A daemon's REST server with its files: the spool for pictures and, without configured certificates, a token generated for each start.
/// The token is stored in the data folder, readable only by its owner: <c>rest.json</c> for programs, <c>rest.header</c> for <c>curl -H
/// @FILE</c>, which keeps it out of process lists.
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

    /// <summary>Its address for clients.</summary>
    public Uri Address => _server.Address;

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
    /// <returns>Null if no REST server is configured.</returns>
    /// <exception cref="Failures.UsageException">A certificate cannot be used, or the folder for pictures is in use.</exception>
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

    /// <summary>Stops the server gracefully and deletes the token.</summary>
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
