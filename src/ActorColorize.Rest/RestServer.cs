using ActorColorize.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Rest;

/// <summary>
/// The way in over HTTP, for whatever speaks it: the gateway's commands, events, and one picture at a time. It stands beside the gateway
/// and passes everything on to the same sessions, so a
/// client has one name and one quota whichever way it comes.
/// <code>
///  Kestrel ─▶ Figures ─▶ ProblemAnswers ─▶ RequestAuthenticator ─▶ endpoint ─▶ ClientSessions ─▶ the client's session in the gateway
/// </code>
/// </summary>
public sealed class RestServer : IAsyncDisposable
{
    private const int LargestJson = 64 * 1024;
    private const int MostConnections = 512;
    private const int LeastBytesPerSecond = 16 * 1024;

    private readonly WebApplication _web;
    private readonly RestSettings _settings;
    private int _isClosed;

    private RestServer(WebApplication web, RestSettings settings)
    {
        _web = web;
        _settings = settings;
    }

    /// <summary>Where it listens, for clients: <c>http://127.0.0.1:4589</c>.</summary>
    public Uri Address
    {
        get
        {
            var bound = new Uri(
                _web.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()
            );
            return new UriBuilder(bound.Scheme, _settings.PublicHost, bound.Port).Uri;
        }
    }

    internal IServiceProvider Services => _web.Services;

    /// <summary>Opens the server.</summary>
    /// <param name="settings">Where, and for whom.</param>
    /// <param name="sessions">The way to clients' sessions.</param>
    /// <param name="backends">What lies behind, for health and figures.</param>
    /// <param name="spool">Where pictures lie while they are coloured.</param>
    /// <param name="logging">Where it logs what it refuses.</param>
    /// <exception cref="GatewayException">The address cannot be listened on; the message is one line.</exception>
    public static async Task<RestServer> OpenAsync(
        RestSettings settings,
        IClientSessions sessions,
        GatewayBackends backends,
        IPictureSpool spool,
        ILoggerFactory logging
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(backends);
        // Empty: no variable of the environment and no file in the working folder changes what strangers can reach.
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = typeof(RestServer).Assembly.GetName().Name }
        );
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Listen(kestrel, settings));
        var services = builder.Services;
        services.AddSingleton(logging).AddSingleton<IHostLifetime, SignalsElsewhere>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.CloseWithin);
        services.AddRouting();
        services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true); // so that the problem says what is wrong
        services.ConfigureHttpJsonOptions(json => RestJson.With(json.SerializerOptions));
        services.AddOpenApi("v1", document => RestDocument.Complete(document, backends.Daemon, settings.Identity));
        services
            .AddSingleton(settings)
            .AddSingleton(sessions)
            .AddSingleton(backends)
            .AddSingleton(spool)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<ProblemAnswers>()
            .AddSingleton<Figures>()
            .AddSingleton<RequestAuthenticator>()
            .AddSingleton<ClientSessions>()
            .AddSingleton<CoordinatorMonitor>()
            .AddSingleton<EventEndpoint>()
            .AddSingleton<PictureRequests>()
            .AddHostedService(provider => provider.GetRequiredService<CoordinatorMonitor>());
        var web = builder.Build();
        Map(web);
        try
        {
            await web.StartAsync();
            return new RestServer(web, settings);
        }
        catch (Exception failed)
        {
            await web.DisposeAsync();
            throw new GatewayException(
                $"REST cannot listen on {settings.Address}:{settings.Port}: {failed.GetBaseException().Message}",
                failed
            );
        }
    }

    /// <summary>Closes it: watchers are sent away, pictures under way are given up or answered, and what they leave is removed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        await _web.StopAsync();
        await _web.Services.GetRequiredService<PictureRequests>().TidiedAsync(_settings.CloseWithin);
        await _web.DisposeAsync();
    }

    private static void Map(WebApplication web)
    {
        web.UseRouting();
        web.Use(next => context => context.RequestServices.GetRequiredService<Figures>().CountAsync(context, next));
        web.Use(next => context => context.RequestServices.GetRequiredService<ProblemAnswers>().AnswerAsync(context, next));
        web.Use(next => context => context.RequestServices.GetRequiredService<RequestAuthenticator>().AdmitAsync(context, next));
        web.MapMonitoring();
        web.MapOpenApi("/openapi/{documentName}.json");
        var v1 = web.MapGroup("/v1")
            .KnowsItsQuery()
            .RefusesWith(
                StatusCodes.Status401Unauthorized,
                StatusCodes.Status403Forbidden,
                StatusCodes.Status421MisdirectedRequest,
                StatusCodes.Status429TooManyRequests,
                StatusCodes.Status503ServiceUnavailable
            );
        v1.MapJobs();
        EventEndpoint.Map(v1);
        v1.MapPictures();
        v1.MapRuns();
        v1.MapService();
    }

    private static void Listen(KestrelServerOptions kestrel, RestSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LargestJson;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        // Who sends nothing keeps nobody out
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(LeastBytesPerSecond, TimeSpan.FromSeconds(10));
        kestrel.Listen(settings.Address, settings.Port, listen =>
        {
            if (settings.Identity is not RestIdentity.ByCertificate(var certificate, var trust))
            {
                listen.Protocols = HttpProtocols.Http1;
                return;
            }

            listen.UseHttps(
                new HttpsConnectionAdapterOptions
                {
                    ServerCertificate = certificate,
                    ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                    ClientCertificateValidation = (shown, _, _) => trust.Objection(shown) is null,
                }
            );
        });
    }
}
