using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Akka.Remote.Transport.DotNetty;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Gateway;

/// <summary>
/// The endpoint for clients: an actor system separate from the daemon's, which uses mutual TLS, accepts only messages of the protocol and
/// forwards them to the daemon. It survives any input from the network: remoting terminates its actor system when an outgoing connection
/// fails in the TLS handshake, and the gateway then starts a new one.
/// </summary>
public sealed class ClientGateway : IClientSessions, IAsyncDisposable
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    /// <summary>The time limit of closing the gateway.</summary>
    public static TimeSpan CloseWithin { get; } = TimeSpan.FromSeconds(10);

    private readonly GatewaySettings _settings;
    private readonly ILoggerFactory _logging;
    private readonly Func<GatewaySettings, Task<IHost>> _start;
    private readonly CancellationTokenSource _ending = new();
    private IHost _host;
    private Task _supervision = Task.CompletedTask;

    private ClientGateway(GatewaySettings settings, ILoggerFactory logging, Func<GatewaySettings, Task<IHost>> start, IHost host)
    {
        _settings = settings;
        _logging = logging;
        _start = start;
        _host = host;
    }

    /// <summary>The TCP port that the gateway listens on.</summary>
    public int Port => AddressOf(_host).Port!.Value;

    /// <summary>Address of the gateway's actor system.</summary>
    public Address Address => AddressOf(_host);

    internal ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    /// <summary>Opens the gateway.</summary>
    /// <param name="settings">Address, certificates and limits.</param>
    /// <param name="backends">The daemon's actors that requests are forwarded to.</param>
    /// <param name="logging">Logger for connections and refusals.</param>
    /// <exception cref="GatewayException">The address cannot be bound; the message is one line.</exception>
    public static Task<ClientGateway> OpenAsync(GatewaySettings settings, GatewayBackends backends, ILoggerFactory logging)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return OpenAsync(settings, logging, where => StartAsync(where, backends, logging));
    }

    /// <summary>Opens the gateway; the caller starts its hosts.</summary>
    internal static async Task<ClientGateway> OpenAsync(
        GatewaySettings settings,
        ILoggerFactory logging,
        Func<GatewaySettings, Task<IHost>> start
    )
    {
        var gateway = new ClientGateway(settings, logging, start, await start(settings));
        gateway._supervision = gateway.SuperviseAsync();
        return gateway;
    }

    /// <inheritdoc/>
    public async Task<object> AskAsync(ClientId client, object message, TimeSpan within)
    {
        try
        {
            if (System.WhenTerminated.IsCompleted)
                return Restarting();
            return await System
                .ActorSelection($"/user/{GatewayConfiguration.ConnectionAcceptor}")
                .Ask<object>(new ConnectionAcceptor.LocalRequest(client, message), within);
        }
        catch (Exception absent) when (absent is AskTimeoutException or ObjectDisposedException or TaskCanceledException)
        {
            return Restarting();
        }
    }

    /// <summary>Closes the gateway and its connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _supervision;
        await LeaveAsync(_host, _logging.CreateLogger<ClientGateway>());
        _ending.Dispose();
    }

    private static GatewayAnswers.Refused Restarting() =>
        new(GatewayRefusal.Unavailable, "no answer from the gateway; the request can be retried", RestartDelay);

    private async Task SuperviseAsync()
    {
        var log = _logging.CreateLogger<ClientGateway>();
        var settings = _settings with { Port = Port }; // clients already know this port
        try
        {
            while (true)
            {
                await System.WhenTerminated.WaitAsync(_ending.Token);
                log.LogError("the gateway's actor system terminated unexpectedly; starting a new one");
                await LeaveAsync(_host, log);
                _host = await RestartAsync(settings, log);
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            log.LogInformation("closing the gateway");
        }
    }

    private async Task<IHost> RestartAsync(GatewaySettings settings, ILogger log)
    {
        while (true)
        {
            await Task.Delay(RestartDelay, _ending.Token);
            try
            {
                return await _start(settings);
            }
            catch (GatewayException e)
            {
                log.LogError("{Reason}", e.Message);
            }
        }
    }

    /// <summary>Stops a host. One that cannot stop in time keeps nobody from closing the gateway, or from opening it again.</summary>
    private static async Task LeaveAsync(IHost host, ILogger log)
    {
        try
        {
            using (host)
                await host.StopAsync();
        }
        catch (Exception failed)
        {
            log.LogError(failed, "the gateway's host did not stop cleanly");
        }
    }

    /// <summary>A host with an actor system that clients can reach.</summary>
    /// <exception cref="GatewayException">The address cannot be listened on; the message is one line.</exception>
    internal static async Task<IHost> StartAsync(GatewaySettings settings, GatewayBackends backends, ILoggerFactory logging)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(logging);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = CloseWithin);
        builder.Services.AddSingleton<IHostLifetime, ExternalSignals>();
        builder.Services.AddAkka(GuardedRemoting.GatewaySystem, akka => akka.ConfigureLoggers(loggers =>
                {
                    loggers.ClearLoggers();
                    loggers.AddLoggerFactory(new LimitedLogging(logging, TimeProvider.System));
                    loggers.LogLevel = Akka.Event.LogLevel.InfoLevel;
                })
                .AddHocon(GatewayConfiguration.Hocon(settings.Host, settings.PublicHost, settings.Port), HoconAddMode.Prepend)
                .AddSetup(
                    new DotNettySslSetup(
                        settings.Certificate,
                        suppressValidation: false,
                        requireMutualAuthentication: true,
                        customValidator: (certificate, _, peer, _, log) =>
                        {
                            if (settings.Trust.Objection(certificate) is not { } objection)
                                return true;
                            log.Warning("{0} is refused: {1}", peer, objection);
                            return false;
                        }
                    )
                )
                .WithActors(
                    (system, _) =>
                        system.ActorOf(
                            Props.Create(() => new ConnectionAcceptor(backends, settings.Trust, settings.Limits, TimeProvider.System)),
                            GatewayConfiguration.ConnectionAcceptor
                        )
                ));
        var host = builder.Build();
        try
        {
            await host.StartAsync();
            return host;
        }
        catch (Exception failed)
        {
            host.Dispose();
            throw new GatewayException(
                $"the gateway cannot listen on {settings.Host}:{settings.Port}: {failed.GetBaseException().Message}",
                failed
            );
        }
    }

    private static Address AddressOf(IHost host) =>
        ((ExtendedActorSystem)host.Services.GetRequiredService<ActorSystem>()).Provider.DefaultAddress;
}

/// <summary>The gateway cannot be opened; the message is one line with the cause.</summary>
public sealed class GatewayException(string message, Exception? inner = null) : Exception(message, inner);
