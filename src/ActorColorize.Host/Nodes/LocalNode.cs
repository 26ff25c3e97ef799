using ActorColorize.Actors;
using ActorColorize.Actors.Device;
using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Actors.Inspection;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Liveness;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using ActorColorize.Host.Isolation;
using ActorColorize.Host.Training;
using ActorColorize.Protocol.Serialization;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Host.Nodes;

/// <summary>
/// The actors of this process. A standalone process does not communicate with others; a device process and its parent are connected by an
/// IPC endpoint. The same actors run on a cluster's nodes, with other wiring.
/// </summary>
internal sealed class LocalNode : IAsyncDisposable
{
    /// <summary>The time limit of stopping the actors of a node that is not in a cluster.</summary>
    internal static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(30);

    private readonly IHost _host;

    private LocalNode(IHost host) => _host = host;

    /// <summary>The actors by their type.</summary>
    public IReadOnlyActorRegistry Actors => _host.Services.GetRequiredService<IReadOnlyActorRegistry>();

    /// <summary>The actor system.</summary>
    public ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    /// <summary>A node that trains.</summary>
    /// <param name="device">The device.</param>
    /// <param name="supervisor">How runs are supervised.</param>
    /// <param name="journal">Configuration of the supervisor's journal, as HOCON.</param>
    /// <param name="coordinator">Adds a run coordinator, for a dashboard; null without one.</param>
    /// <param name="logging">The actors' loggers.</param>
    public static Task<LocalNode> StartForTrainingAsync(
        DevicePlacement device,
        TrainingSupervisorSettings supervisor,
        string journal,
        Action<AkkaConfigurationBuilder>? coordinator,
        ILoggerFactory logging
    ) => StartAsync(logging, akka =>
        {
            akka.AddHocon(StrictSerialization.Hocon, HoconAddMode.Prepend);
            akka.AddHocon(journal, HoconAddMode.Prepend);
            akka.AddMetrics();
            device.AddTo(akka);
            akka.AddTrainingSupervisor(supervisor);
            coordinator?.Invoke(akka);
        });

    /// <summary>A node that colours archives.</summary>
    /// <param name="device">The device.</param>
    /// <param name="folder">The folder of its jobs; it must exist.</param>
    /// <param name="logging">The actors' loggers.</param>
    public static Task<LocalNode> StartForColorizingAsync(DevicePlacement device, string folder, ILoggerFactory logging)
    {
        var jobs = new JobCoordinatorSettings
        {
            OpenStore = JobDatabase.Sqlite(folder).OpenStore,
            ScratchFolder = folder,
            GoesOnWithUnfinished = false,
            KeepDetailsFor = TimeSpan.Zero,
            KeepPassingFor = TimeSpan.Zero,
        };
        return StartAsync(logging, akka =>
        {
            akka.AddHocon(AkkaHocon.InMemoryJournal, HoconAddMode.Prepend).AddMetrics().AddJobCoordinator(jobs);
            device.AddTo(akka);
        });
    }

    /// <summary>The node of a device process.</summary>
    /// <param name="bootstrap">The bootstrap message from the parent process.</param>
    /// <param name="device">The device.</param>
    /// <param name="leave">Called when the parent requests a graceful stop.</param>
    /// <param name="logging">The actors' loggers.</param>
    public static Task<LocalNode> StartAsDeviceAsync(
        DeviceBootstrap bootstrap,
        DeviceSupervisorSettings device,
        Action leave,
        ILoggerFactory logging
    )
    {
        var endpoint = new DeviceIpcSettings(
            bootstrap.Parent,
            RunPreparation.ProgramVersion,
            TimeSpan.FromSeconds(bootstrap.HeartbeatSeconds),
            device.Progress
        );
        return StartAsync(logging, akka => akka.AddDeviceIpc(bootstrap, endpoint, _ => leave()).AddDevice(device).OpenDeviceIpc());
    }

    /// <summary>A daemon's node: accepted work survives a restart.</summary>
    /// <param name="device">The device.</param>
    /// <param name="database">The database of jobs and of the runs' journal.</param>
    /// <param name="jobs">Settings of the job coordinator.</param>
    /// <param name="training">Adds the training actors.</param>
    /// <param name="logging">The actors' loggers.</param>
    public static Task<LocalNode> StartForServingAsync(
        DevicePlacement device,
        JobDatabase database,
        JobCoordinatorSettings jobs,
        Action<AkkaConfigurationBuilder> training,
        ILoggerFactory logging
    ) => StartAsync(logging, akka =>
        {
            akka.AddHocon(StrictSerialization.Hocon, HoconAddMode.Prepend); // the journals hold protobuf
            akka.AddHocon(database.JournalHocon, HoconAddMode.Prepend).AddMetrics().AddJobCoordinator(jobs);
            device.AddTo(akka);
            training(akka);
        });

    /// <summary>A node that measures models.</summary>
    public static Task<LocalNode> StartForMeasuringAsync(DeviceSupervisorSettings device, ILoggerFactory logging) =>
        StartAsync(logging, akka => akka.AddMetrics().AddDevice(device));

    /// <summary>A node that inspects datasets.</summary>
    public static Task<LocalNode> StartForInspectingAsync(InspectionSettings settings, ILoggerFactory logging) =>
        StartAsync(logging, akka => akka.AddInspection(settings));

    /// <summary>Judges at fixed intervals, until the node stops, whether this process works.</summary>
    /// <param name="settings">What is watched.</param>
    /// <param name="judged">Called with null, or with the reason why this process is considered hung.</param>
    public void WatchLiveness(LivenessSettings settings, Action<string?> judged) =>
        System.ActorOf(Props.Create(() => new LivenessActor(settings, judged)), "liveness");

    /// <summary>Stops all actors, children first, and waits for them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static Task<LocalNode> StartAsync(ILoggerFactory logging, Action<AkkaConfigurationBuilder> compose) =>
        StartAsync(logging, StopWithin, compose);

    /// <summary>A node with the given actors.</summary>
    /// <param name="logging">The actors' loggers.</param>
    /// <param name="shutdownWithin">The time limit of a graceful stop.</param>
    /// <param name="compose">Adds the actors.</param>
    internal static async Task<LocalNode> StartAsync(
        ILoggerFactory logging,
        TimeSpan shutdownWithin,
        Action<AkkaConfigurationBuilder> compose
    )
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true }
        );
        builder.Services.AddSingleton(logging);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = shutdownWithin);
        builder.Services.AddSingleton<IHostLifetime, ExternalSignals>();
        builder.Services.AddAkka("actorcolorize", akka =>
        {
            akka.ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory(logging);
                loggers.LogLevel = Akka.Event.LogLevel.InfoLevel;
                loggers.DeadLetterOptions = new DeadLetterOptions { ShouldLog = TriStateValue.None, LogDuringShutdown = false };
            });
            akka.AddHocon(NodeHocon.AnyNode, HoconAddMode.Prepend);
            compose(akka);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new LocalNode(host);
    }

    /// <summary>The commands handle signals themselves, because a stop must save first.</summary>
    private sealed class ExternalSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
