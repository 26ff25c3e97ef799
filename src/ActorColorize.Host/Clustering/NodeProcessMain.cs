using System.Runtime.InteropServices;
using ActorColorize.Actors.Device;
using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Liveness;
using ActorColorize.Actors.Runs;
using ActorColorize.Gateway;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Isolation;
using ActorColorize.Host.Logging;
using ActorColorize.Host.Nodes;
using ActorColorize.Host.Serving;
using ActorColorize.Host.Training;
using ActorColorize.Interchange;
using ActorColorize.Model.Devices;
using ActorColorize.Protocol;
using Akka;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Host.Clustering;

/// <summary>
/// A process of a clustered daemon: a coordinator with its gateway, or a device. SIGTERM from its parent drains it; Ctrl-C, which reaches
/// every process of a terminal's group, is handled by the parent. When it can no longer serve the cluster it exits, and its parent starts
/// another.
/// </summary>
internal static class NodeProcessMain
{
    /// <summary>The internal command that runs the program as a node. The node's name follows, so that it shows in process lists.</summary>
    public const string Command = "node-process";

    private static readonly TimeSpan SavingWithin = TimeSpan.FromSeconds(15);

    /// <summary>Runs until SIGTERM, or until this process can no longer serve the cluster.</summary>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync()
    {
        var stop = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stop.TrySetResult(true);
        });
        var screen = new Screen(
            Console.Out,
            Console.Error,
            LogFormat.IsJsonInherited ? OutputStyle.Events : OutputStyle.Plain,
            errorIsTerminal: false
        );
        try
        {
            var bootstrap = ParentWatchdog.Accept(Console.OpenStandardInput(), NodeBootstrap.Parse, parsed => parsed.ParentProcess);
            using var log = RunLog.Open(bootstrap.LogFolder, bootstrap.Name, screen, verbose: false);
            using var member = new ClusterMember(bootstrap.Settings.Cluster!, bootstrap.Port);
            if (bootstrap.Role == NodeRoles.Coordinator)
                await CoordinateAsync(bootstrap, member, screen, log, stop.Task);
            else
                await ComputeAsync(bootstrap, member, screen, log, stop.Task);
            return (int)ExitCode.Success;
        }
        catch (Exception exception)
        {
            var failure = FailureMapping.Of(exception);
            screen.Error(failure.Message);
            return (int)failure.Code;
        }
    }

    private static async Task CoordinateAsync(NodeBootstrap bootstrap, ClusterMember member, Screen screen, RunLog log, Task<bool> stop)
    {
        var settings = bootstrap.Settings;
        using var authentication = GatewayCredentials.For(settings);
        var database = DaemonStore.Database(settings);
        DaemonStore.Try(database, screen);
        var training = new DaemonTraining(settings, TimeProvider.System);
        var statuses = StatusesOf(settings, NodeRoles.Coordinator, "the devices of its cluster");
        await using var node = await member.StartCoordinatorAsync(
            DaemonStore.Jobs(settings, database),
            training.Singleton(),
            database.JournalHocon,
            log.Factory,
            statuses
        );
        var facts = new DaemonFacts(statuses.Own.Program, statuses.Own.Device, statuses.Own.StartedAt, statuses.Own.Certificate);
        var backends = new GatewayBackends(
            node.Actors.Get<JobCoordinator>(),
            new JobRequests(training.Models, RestService.ScratchOf(settings), settings.DataFolder, settings.MaxMegapixels),
            facts
        )
        {
            Training = node.Actors.Get<TrainingSingleton>(),
            Nodes = () => ClusterView.Of(node.System, statuses, settings.Cluster!),
        };
        await using var gateway = await ClientGateway.OpenAsync(authentication.Settings(), backends, log.Factory);
        await using var rest = await RestService.OpenAsync(settings, gateway, backends, log.Factory);
        authentication.Announce(gateway.Port);
        screen.Line(
            $"serving at {settings.GatewayPublicHost}:{gateway.Port}, "
                + $"{authentication.InWords}{(rest is null ? "" : $"; REST at {rest.Address}v1, {rest.InWords}")}"
        );
        member.WatchLiveness(
            node,
            new LivenessSettings([
                "/user/cluster-watch",
                "/user/job-coordinator/singleton/coordinator", // where this process has it
                "/user/training/singleton/run-coordinator/coordinator",
                "/user/training/singleton/training-supervisor/supervisor",
            ])
            {
                Limits = LivenessSettings.LimitsFor(settings.Isolation.DeadlineSeconds),
            }
        );
        await UntilAsync(stop, node, member, log);
        authentication.Withdraw();
    }

    private static async Task ComputeAsync(NodeBootstrap bootstrap, ClusterMember member, Screen screen, RunLog log, Task<bool> stop)
    {
        var settings = bootstrap.Settings;
        LibTorchRuntime.EnsureLoaded();
        var device = DeviceChoice.Resolve(bootstrap.Device!);
        var threads = settings.Threads > 0 ? settings.Threads : Environment.ProcessorCount;
        var precision = PrecisionChoosing.For("auto", device, settings.Isolation.Isolates(device.Name));
        EngineSelection.Require(settings.Engine, device.Name);
        var computing = new DeviceSettings(device, precision.Precision, threads)
        {
            ColouringShare = settings.ColouringShare,
            Engine = settings.Engine,
        };
        var description = DaemonTraining.Describe(computing, $"{settings.Cluster!.PublicHost}:{bootstrap.Port}");
        var placement = DevicePlacement.For(
            settings.Isolation,
            computing,
            coloursArchives: true,
            bootstrap.LogFolder,
            bootstrap.Name,
            member: description.Name
        );
        var statuses = StatusesOf(settings, NodeRoles.Device, device.Name);
        await using var node = await member.StartDeviceAsync(placement, description, log.Factory, statuses);
        screen.Line($"{device.Name} ({device.Reason}), {placement.InWords}; {precision.Reason}");
        member.WatchLiveness(
            node,
            new LivenessSettings(["/user/cluster-watch", "/user/device"])
            {
                Progress = placement.Progress,
                Limits = LivenessSettings.LimitsFor(settings.Isolation.DeadlineSeconds),
            }
        );
        if (await placement.UntilAsync(UntilAsync(stop, node, member, log)))
            await LetRunGoAsync(node, log);
    }

    private static MemberStatuses StatusesOf(ServeSettings settings, NodeRoles role, string device) =>
        new(
            new GatewayAnswers.DaemonStatus(
                $"actorcolorize {RunPreparation.ProgramVersion}",
                Environment.ProcessId,
                TimeProvider.System.GetUtcNow(),
                Clients: 0,
                device,
                settings.FirstToExpire(role)
            )
        );

    /// <summary>
    /// Saves the run on the device, so that another device can resume it; a run that is not saved in time resumes from an older checkpoint.
    /// </summary>
    private static async Task LetRunGoAsync(LocalNode node, RunLog log)
    {
        try
        {
            await node.Actors.Get<DeviceAgent>().Ask<Done>(DeviceAgent.Leave.Instance, SavingWithin);
        }
        catch (AskTimeoutException)
        {
            log.Factory.CreateLogger("Node")
                .LogWarning(
                    "the run on the device was not saved within {Seconds} s; it will resume from its newest checkpoint",
                    SavingWithin.TotalSeconds
                );
        }
    }

    /// <summary>
    /// Waits for a graceful stop. Any other end exits immediately: a coordinated shutdown would only wait for peers that do not answer, and
    /// this process holds no state that is not stored elsewhere.
    /// </summary>
    private static async Task<bool> UntilAsync(Task<bool> stop, LocalNode node, ClusterMember member, RunLog log)
    {
        var first = await Task.WhenAny(stop, node.System.WhenTerminated, member.IsOfNoUse);
        var logger = log.Factory.CreateLogger("Node");
        if (first == stop)
        {
            logger.LogInformation("stopping: work in progress is finished or released, then this process leaves the cluster");
            return true;
        }

        var reason =
            first == member.IsOfNoUse
                ? await member.IsOfNoUse
                : "its actor system has terminated: it was in the minority of a network partition, other members quarantined it, or the "
                    + "TLS handshake of an outgoing connection failed";
        logger.LogWarning("this process exits and will be replaced: {Reason}", reason);
        log.Dispose();
        ParentWatchdog.Leave((int)ExitCode.RunFailed);
        return false;
    }
}
