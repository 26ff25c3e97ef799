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
/// The way in for clients: an actor system of its own, apart from that of the daemon, which speaks TLS with both ends' certificates, reads
/// only messages of the protocol, and passes
/// them inward. It survives whatever comes over the wire: remoting ends its actor system when an outgoing connection fails in its TLS
/// handshake, and then another one takes its place.
/// </summary>
public sealed class ClientGateway : IClientSessions, IAsyncDisposable
{
    private static readonly TimeSpan BeforeAnother = TimeSpan.FromSeconds(1);

    private readonly GatewaySettings _settings;
    private readonly ILoggerFactory _logging;
    private readonly Func<GatewaySettings, Task<IHost>> _start;
    private readonly CancellationTokenSource _ending = new();
    private IHost _host;
    private Task _keeping = Task.CompletedTask;

    private ClientGateway(GatewaySettings settings, ILoggerFactory logging, Func<GatewaySettings, Task<IHost>> start, IHost host)
    {
        _settings = settings;
        _logging = logging;
        _start = start;
        _host = host;
    }

    /// <summary>The port that it listens on.</summary>
    public int Port => AddressOf(_host).Port!.Value;

    /// <summary>The address of its actor system.</summary>
    public Address Address => AddressOf(_host);

    internal ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    /// <summary>Opens the gateway.</summary>
    /// <param name="settings">Where, and for whom.</param>
    /// <param name="backends">What lies behind it.</param>
    /// <param name="logging">Where it logs who comes, and what is refused.</param>
    /// <exception cref="GatewayException">The address cannot be listened on; the message is one line.</exception>
    public static Task<ClientGateway> OpenAsync(GatewaySettings settings, GatewayBackends backends, ILoggerFactory logging)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return OpenAsync(settings, logging, where => StartAsync(where, backends, logging));
    }

    /// <summary>Opens the gateway with hosts that are started as the caller says.</summary>
    internal static async Task<ClientGateway> OpenAsync(
        GatewaySettings settings,
        ILoggerFactory logging,
        Func<GatewaySettings, Task<IHost>> start
    )
    {
        var gateway = new ClientGateway(settings, logging, start, await start(settings));
        gateway._keeping = gateway.KeepOpenAsync();
        return gateway;
    }

    /// <inheritdoc/>
    public async Task<object> AskAsync(ClientId client, object message, TimeSpan within)
    {
        try
        {
            if (System.WhenTerminated.IsCompleted)
                return OpenedAnew();
            return await System
                .ActorSelection($"/user/{GatewayConfiguration.ConnectionAcceptor}")
                .Ask<object>(new ConnectionAcceptor.LocalRequest(client, message), within);
        }
        catch (Exception absent) when (absent is AskTimeoutException or ObjectDisposedException or TaskCanceledException)
        {
            return OpenedAnew();
        }
    }

    /// <summary>Closes it; clients see that their connections end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _keeping;
        await LeaveAsync(_host, _logging.CreateLogger<ClientGateway>());
        _ending.Dispose();
    }

    private static GatewayAnswers.Refused OpenedAnew() =>
        new(GatewayRefusal.Unavailable, "no answer from the gateway; asking again is safe", BeforeAnother);

    private async Task KeepOpenAsync()
    {
        var log = _logging.CreateLogger<ClientGateway>();
        var settings = _settings with { Port = Port }; // clients know this one
        try
        {
            while (true)
            {
                await System.WhenTerminated.WaitAsync(_ending.Token);
                log.LogError("the gateway's actor system ended by itself; another one takes its place");
                await LeaveAsync(_host, log);
                _host = await AnotherAsync(settings, log);
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            log.LogInformation("the gateway closes");
        }
    }

    private async Task<IHost> AnotherAsync(GatewaySettings settings, ILogger log)
    {
        while (true)
        {
            await Task.Delay(BeforeAnother, _ending.Token);
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
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
        builder.Services.AddSingleton<IHostLifetime, SignalsElsewhere>();
        builder.Services.AddAkka(GuardedRemoting.GatewaySystem, akka => akka.ConfigureLoggers(loggers =>
                {
                    loggers.ClearLoggers();
                    loggers.AddLoggerFactory(logging);
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

/// <summary>The gateway cannot be opened; the message is one line that says why.</summary>
public sealed class GatewayException(string message, Exception? inner = null) : Exception(message, inner);
