using ActorColorize.Actors.Device;
using ActorColorize.Actors.Inspection;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Host.Nodes;

/// <summary>
/// All actors in this process, with no remoting and no cluster. The same actors run on a cluster's nodes; only this wiring differs.
/// </summary>
internal sealed class LocalNode : IAsyncDisposable
{
    private readonly IHost _host;

    private LocalNode(IHost host) => _host = host;

    /// <summary>The actors by their type.</summary>
    public IReadOnlyActorRegistry Actors => _host.Services.GetRequiredService<IReadOnlyActorRegistry>();

    /// <summary>The actor system.</summary>
    public ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    /// <summary>A node that trains.</summary>
    public static Task<LocalNode> StartForTrainingAsync(DeviceSupervisorSettings device, ILoggerFactory logging) =>
        StartAsync(logging, akka => akka.AddMetrics().AddDevice(device).AddTrainingSupervisor());

    /// <summary>A node that colours archives.</summary>
    /// <param name="device">The device.</param>
    /// <param name="watcher">Makes the actor that is told of the job's progress.</param>
    /// <param name="logging">Where the actors log.</param>
    public static Task<LocalNode> StartForColorizingAsync(DeviceSupervisorSettings device, Func<ActorSystem, IActorRef> watcher, ILoggerFactory logging) =>
        StartAsync(logging, akka => akka.AddMetrics().AddJobCoordinator(watcher).AddDevice(device));

    /// <summary>A node that measures models.</summary>
    public static Task<LocalNode> StartForMeasuringAsync(DeviceSupervisorSettings device, ILoggerFactory logging) =>
        StartAsync(logging, akka => akka.AddMetrics().AddDevice(device));

    /// <summary>A node that inspects datasets.</summary>
    public static Task<LocalNode> StartForInspectingAsync(InspectionSettings settings, ILoggerFactory logging) =>
        StartAsync(logging, akka => akka.AddInspection(settings));

    /// <summary>Stops all actors, children first, and waits for them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static async Task<LocalNode> StartAsync(ILoggerFactory logging, Action<AkkaConfigurationBuilder> compose)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(logging);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(30));
        builder.Services.AddSingleton<IHostLifetime, SignalsElsewhere>();
        builder.Services.AddAkka("actorcolorize", akka =>
        {
            akka.ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory(logging);
                loggers.LogLevel = Akka.Event.LogLevel.InfoLevel;
            });
            akka.AddHocon(ConfigurationText, HoconAddMode.Prepend);
            compose(akka);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new LocalNode(host);
    }

    private const string ConfigurationText = """
        akka {
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          coordinated-shutdown {
            exit-clr = off
            run-by-clr-shutdown-hook = off
          }
        }
        """;

    /// <summary>The commands listen to signals themselves: a stop has to save first.</summary>
    private sealed class SignalsElsewhere : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
