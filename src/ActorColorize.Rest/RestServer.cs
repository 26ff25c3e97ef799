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
using OpenTelemetry.Metrics;

namespace ActorColorize.Rest;

/// <summary>
/// The HTTP server: the gateway's commands, job events, and single pictures. It forwards to the same sessions as the gateway, so a client
/// has one name and one quota on both.
/// <code>
///  Kestrel ─▶ ProblemAnswers ─▶ RequestAuthenticator ─▶ endpoint ─▶ ClientSessions ─▶ the client's session in the gateway
/// </code>
/// </summary>
public sealed class RestServer : IAsyncDisposable
{
    private const string ProgramMeter = "ActorColorize"; // what this process does: see ProgramMeter of the actors
    private const string HttpMeter = "Microsoft.AspNetCore.Hosting";
    private const string RuntimeMeter = "System.Runtime";

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

    /// <summary>The base address for clients: <c>http://127.0.0.1:4589</c>.</summary>
    public Uri Address => AddressOf(_web.Services.GetRequiredService<IServer>(), _settings);

    /// <summary>A link to the dashboard that signs in once; null if no dashboard is served. With certificates it carries no code.</summary>
    public DashboardLink? NewDashboardLink() => _web.Services.GetService<DashboardLinks>()?.New();

    internal IServiceProvider Services => _web.Services;

    /// <summary>Opens the server.</summary>
    /// <param name="settings">Address, certificates and limits.</param>
    /// <param name="sessions">Access to clients' sessions.</param>
    /// <param name="backends">The daemon's actors, for health and metrics.</param>
    /// <param name="spool">Storage for pictures while they are coloured.</param>
    /// <param name="files">Files of runs and jobs.</param>
    /// <param name="logging">Logger for refusals.</param>
    /// <exception cref="GatewayException">The address cannot be bound; the message is one line.</exception>
    public static async Task<RestServer> OpenAsync(
        RestSettings settings,
        IClientSessions sessions,
        GatewayBackends backends,
        IPictureSpool spool,
        IDaemonFiles files,
        ILoggerFactory logging
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(backends);
        // Empty builder: no environment variable and no file in the working folder can change what is exposed.
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = typeof(RestServer).Assembly.GetName().Name }
        );
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Listen(kestrel, settings));
        var services = builder.Services;
        services.AddSingleton<ILoggerFactory>(new ThrownStartFailures(logging)).AddSingleton<IHostLifetime, ExternalSignals>();
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
            .AddSingleton(files)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<ProblemAnswers>()
            .AddSingleton<DaemonInstruments>()
            .AddSingleton<StreamSlots>()
            .AddSingleton(provider => new RequestAuthenticator(
                settings,
                provider.GetService<DashboardSignIn>(),
                provider.GetRequiredService<ILogger<RequestAuthenticator>>()
            ))
            .AddSingleton<ClientSessions>()
            .AddSingleton<CoordinatorMonitor>()
            .AddSingleton<EventEndpoint>()
            .AddSingleton<RunEventEndpoint>()
            .AddSingleton<SharedLists>()
            .AddSingleton<LiveEndpoint>()
            .AddSingleton<KeptDistributions>()
            .AddSingleton<PictureRequests>()
            .AddHostedService(provider => provider.GetRequiredService<CoordinatorMonitor>());
        services
            .AddOpenTelemetry()
            .WithMetrics(metrics =>
                metrics
                    .AddMeter([ProgramMeter, HttpMeter, RuntimeMeter, settings.MeterName])
                    // Names that Prometheus keeps for histograms
                    .AddView(named => named.Name.EndsWith(".count", StringComparison.Ordinal) ? MetricStreamConfiguration.Drop : null)
                    .AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0)
            );
        if (settings.DashboardKey is { } key)
            services
                .AddSingleton(new DashboardSignIn(key, TimeProvider.System))
                .AddSingleton<DashboardFiles>()
                .AddSingleton<DashboardLinks>();
        var web = builder.Build();
        web.Services.GetRequiredService<DaemonInstruments>(); // from now on they can be observed
        Map(web, hasDashboard: settings.DashboardKey is not null);
        try
        {
            await web.StartAsync();
            return new RestServer(web, settings);
        }
        catch (Exception failed)
        {
            await web.StopAsync(); // otherwise what has started takes its end for a fault, and logs it
            await web.DisposeAsync();
            throw new GatewayException(
                $"REST cannot listen on {settings.Address}:{settings.Port}: {failed.GetBaseException().Message}",
                failed
            );
        }
    }

    /// <summary>
    /// Closes the server: event streams end, pictures in progress are answered or cancelled, and their files are deleted.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        await _web.StopAsync();
        await _web.Services.GetRequiredService<PictureRequests>().CleanedUpAsync(_settings.CloseWithin);
        await _web.DisposeAsync();
    }

    private static void Map(WebApplication web, bool hasDashboard)
    {
        web.UseRouting();
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
        v1.MapThumbnails();
        v1.MapPictures();
        v1.MapFolders();
        v1.MapRuns();
        RunEventEndpoint.Map(v1);
        v1.MapRunFiles();
        v1.MapService();
        LiveEndpoint.Map(v1);
        if (!hasDashboard)
            return;
        v1.MapSignIn();
        web.MapDashboard();
    }

    private static Uri AddressOf(IServer server, RestSettings settings)
    {
        var bound = new Uri(server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
        return new UriBuilder(bound.Scheme, settings.PublicHost, bound.Port).Uri;
    }

    private static void Listen(KestrelServerOptions kestrel, RestSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LargestJson;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        // Idle connections must not block other clients
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

    /// <summary>Makes links to the dashboard.</summary>
    internal sealed class DashboardLinks(IServer server, RestSettings settings, DashboardSignIn signIn)
    {
        /// <summary>A new link. A page that a certificate signs in needs no code.</summary>
        public DashboardLink New()
        {
            var (code, expiresAt) = signIn.NewCode();
            var address = AddressOf(server, settings);
            return new(settings.Identity is RestIdentity.ByToken ? $"{address}#code={code}" : address.ToString(), expiresAt);
        }
    }
}
