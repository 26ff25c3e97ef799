using System.CommandLine;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Liveness;
using ActorColorize.Actors.Runs;
using ActorColorize.Data.Storage;
using ActorColorize.Gateway;
using ActorColorize.Host.Clustering;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Isolation;
using ActorColorize.Host.Logging;
using ActorColorize.Host.Nodes;
using ActorColorize.Host.Serving;
using ActorColorize.Host.Training;
using ActorColorize.Interchange;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Host.Commands;

/// <summary>The options of <c>serve</c>.</summary>
/// <param name="Config">A JSON file with settings; null: the defaults.</param>
/// <param name="Data">The daemon's data folder; null: the account's.</param>
internal sealed record ServeOptions(string? Config, string? Data);

/// <summary><c>serve</c>: runs a daemon that accepts jobs and runs from clients until a stop signal.</summary>
internal sealed class ServeCommand(CommandContext context)
    : BoundCommand<ServeOptions>(
        "serve",
        "Run a daemon that colours archives and trains networks for clients. Accepted jobs and runs survive a crash or "
            + "restart. By default it accepts only clients of this account on this machine. With 'cluster' in its "
            + "configuration it is a node of a cluster.",
        new("serve", "default settings; then, from another terminal: job submit old-photos --out coloured"),
        new("serve --config daemon.json --data-folder /srv/actorcolorize", "settings from a file, and another data folder"),
        new(
            "serve --config node.json",
            "a node of a cluster (config/serve/cluster.json, coordinator.json and device.json show its settings)"
        )
    )
{
    public readonly Option<string> Config = OptionValues.Path(
        "--config",
        "FILE",
        $"JSON file with settings (config/serve/single.json lists all); variables {ServeConfiguration.VariablePrefix}… override it"
    );
    public readonly Option<string> Data = DaemonOptions.Data("The daemon's data folder");
    public readonly Option<bool> Json = OptionValues.Json();
    public readonly Option<string> Format = OptionValues.OneOf(
        LogFormat.Option,
        "What standard output holds: lines for people, or the log as one compact JSON object a line; auto: JSON in a container",
        "auto",
        LogFormat.Values
    );

    /// <inheritdoc/>
    protected override ServeOptions Bind(ParseResult parsed) => new(parsed.GetValue(Config), parsed.GetValue(Data));

    /// <summary>Runs until a stop signal; accepted work is resumed at the next start.</summary>
    public override async Task<ExitCode> RunAsync(ServeOptions options)
    {
        var settings = ServeConfiguration.Load(options.Config, options.Data, Environment.GetEnvironmentVariables());
        OutputFolder.CreatePrivate("the data folder", settings.DataFolder);
        using var alone = FolderLock.TryTake(settings.DataFolder)
            ?? throw new UsageException(
                $"another daemon is using the data folder {settings.DataFolder}: stop it, or choose another folder with --data-folder"
            );
        var program = $"actorcolorize {RunPreparation.ProgramVersion}";
        if (DataFormat.Upgrade(settings.DataFolder, program) is { } had && had != DataFormat.Current)
            context.Screen.Line($"the data folder is upgraded from format {had} to {DataFormat.Current}");
        var logs = Path.Combine(settings.DataFolder, "logs");
        var log = context.OpenLog(logs, "serve");
        using var state = new DaemonState(
            settings.DataFolder,
            DaemonState.SystemdOfEnvironment(),
            context.Time,
            log.Factory.CreateLogger("Serve")
        );
        if (settings.Cluster is not null)
        {
            await new NodeProcesses(context, settings, log, state).RunAsync();
            return ExitCode.Success;
        }

        var database = DaemonStore.Database(settings);
        DaemonStore.Try(database, context.Screen);
        using var authentication = GatewayCredentials.For(settings);
        LibTorchRuntime.EnsureLoaded();
        var device = DeviceChoice.Resolve(settings.Device);
        var threads = settings.Threads > 0 ? settings.Threads : Environment.ProcessorCount;
        var precision = PrecisionChoosing.For("auto", device, settings.Isolation.Isolates(device.Name));
        EngineSelection.Require(settings.Engine, device.Name);
        var computing = new DeviceSettings(device, precision.Precision, threads)
        {
            ColouringShare = settings.ColouringShare,
            Engine = settings.Engine,
        };
        var placement = DevicePlacement.For(settings.Isolation, computing, coloursArchives: true, logs, "serve");
        var training = new DaemonTraining(settings, context.Time);

        await using var node = await LocalNode.StartForServingAsync(
            placement,
            database,
            DaemonStore.Jobs(settings, database),
            akka => training.AddTo(akka, computing, placement),
            log.Factory
        );
        var facts = new DaemonFacts(
            program,
            $"{device.Name} ({device.Reason}), {placement.InWords}; {precision.Precision.ToString().ToLowerInvariant()}, "
                + $"engine {settings.Engine.Word()}",
            context.Time.GetUtcNow(),
            settings.FirstToExpire(NodeRoles.Coordinator)
        );
        var backends = new GatewayBackends(
            node.Actors.Get<JobCoordinator>(),
            new JobRequests(training.Models, RestService.ScratchOf(settings), settings.DataFolder, settings.MaxMegapixels),
            facts
        )
        {
            Training = node.Actors.Get<RunCoordinator>(),
        };
        await using var gateway = await ClientGateway.OpenAsync(authentication.Settings(), backends, log.Factory);
        await using var rest = await RestService.OpenAsync(settings, gateway, backends, log.Factory);
        authentication.Announce(gateway.Port);
        try
        {
            Tell(settings, authentication, gateway, rest, facts, log);
            node.WatchLiveness(Watched(settings, placement), state.Judged);
            state.Ready($"serving at {settings.GatewayPublicHost}:{gateway.Port}; device: {facts.Device}");
            await placement.UntilAsync(StoppedAsync());
            state.Stopping();
            log.Factory.CreateLogger("Serve")
                .LogInformation(
                    "stopping: clients are disconnected, leases on pictures are released until the next start, and a run on "
                        + "the device is saved and resumed then"
                );
            if (!await DaemonTraining.RestAsync(node.Actors))
                context.Screen.Warn("the run on the device was not saved in time; the next start resumes it from its newest checkpoint");
        }
        finally
        {
            authentication.Withdraw();
        }

        return ExitCode.Success;
    }

    /// <summary>
    /// A single device call on a busy machine may take as long as a device process is given; only what is far beyond that is a hang.
    /// </summary>
    private static LivenessSettings Watched(ServeSettings settings, DevicePlacement placement) =>
        new([
            "/user/job-coordinator/coordinator",
            "/user/run-coordinator/coordinator",
            "/user/training-supervisor/supervisor",
            "/user/device",
        ])
        {
            Progress = placement.Progress,
            Limits = LivenessSettings.LimitsFor(settings.Isolation.DeadlineSeconds),
        };

    private void Tell(
        ServeSettings settings,
        GatewayCredentials authentication,
        ClientGateway gateway,
        RestService? rest,
        DaemonFacts facts,
        RunLog log
    )
    {
        var address = $"{settings.GatewayPublicHost}:{gateway.Port}";
        context.Screen.Line(
            $"serving at {address}, {authentication.InWords}; data folder "
                + $"{settings.DataFolder}{(settings.Postgres is { } postgres ? $"; jobs in PostgreSQL at {postgres.Place}" : "")}"
                + $"; data format {DataFormat.Current}, job tables {JobDatabase.TablesVersion}"
        );
        if (rest is not null)
            context.Screen.Line($"REST at {rest.Address}v1, {rest.InWords}");
        var dashboard = rest?.NewDashboardLink();
        if (dashboard is not null)
            context.Screen.Line($"dashboard: {dashboard.Url} (works once, within an hour; 'actorcolorize dashboard' prints another)");
        context.Screen.Line($"device: {facts.Device}");
        context.Screen.Line(
            "submit work with 'actorcolorize job submit IN --out OUT' or 'actorcolorize run start --data PHOTOS --run RUN'; "
                + "Ctrl-C or SIGTERM stops gracefully"
        );
        context.Screen.Json(
            new
            {
                Gateway = address,
                Rest = rest?.Address.ToString().TrimEnd('/'),
                Dashboard = dashboard?.Url,
                Data = settings.DataFolder,
                DataFormat = DataFormat.Current,
                JobTables = JobDatabase.TablesVersion,
                Process = Environment.ProcessId,
            }
        );
        log.Factory.CreateLogger("Serve")
            .LogInformation("{Program} serves at {Address}, {Authentication}", facts.Program, address, authentication.InWords);
    }

    private async Task<bool> StoppedAsync()
    {
        var stopped = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stop = context.Stop.Token.Register(() => stopped.TrySetResult(true));
        return await stopped.Task;
    }
}
