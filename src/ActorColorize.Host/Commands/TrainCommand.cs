using System.Diagnostics;
using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Storage;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Isolation;
using ActorColorize.Host.Nodes;
using ActorColorize.Host.Training;
using ActorColorize.Host.Watchers;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Host.Commands;

/// <summary>Trains a network, or goes on with a run.</summary>
internal sealed class TrainCommand(CommandContext context)
{
    /// <summary>Runs until the run is complete, or saved after a stop signal.</summary>
    public async Task<ExitCode> RunAsync(TrainOptions options)
    {
        var prepared = RunPreparation.Prepare(options, context.Time);
        await using var display = TrainingDisplay.For(context.Screen, context.Time);
        await TrainAsync(prepared, display);
        return ExitCode.Success;
    }

    /// <summary>Trains a prepared run and shows it.</summary>
    /// <exception cref="RunFailedException">The run failed; the message says why.</exception>
    /// <exception cref="OutputException">The run came to its end, but its last state could not be written.</exception>
    public async Task<TrainingResult> TrainAsync(PreparedRun prepared, ITrainingDisplay display)
    {
        var (folder, document) = (prepared.Folder, prepared.Document);
        var run = new RunId(document.RunId);
        using var alone = FolderLock.TryTake(folder.Path)
            ?? throw new UsageException($"another process is training in {folder.Path}: wait for it, or choose another --run folder");
        var log = context.OpenLog(folder.Logs, run.Value);
        var clock = Stopwatch.StartNew();
        var ended = new TaskCompletionSource<TrainingResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var device = DevicePlacement.For(
            prepared.Isolation,
            new DeviceSettings(prepared.Device, document.Precision, document.Threads),
            coloursArchives: false,
            folder.Logs,
            run.Value
        );
        var supervision = new TrainingSupervisorSettings { DeviceIsReplaceable = device.IsReplaceable };
        if (
            document.Inject is { } injection
            && FaultInjectionPlan.Parse(injection).NeedsWatcher is { } fault
            && !supervision.DeviceIsReplaceable
        )
            throw new UsageException($"--inject {fault.Word()} needs a device in a process of its own: add --isolate on");
        await using var node = await LocalNode.StartForTrainingAsync(
            device,
            supervision,
            RunJournal.Prepare(folder.Journal, context.Screen.Warn),
            log.Factory
        );

        var start = new TrainingStart(
            run.Value,
            folder.Path,
            prepared.TrainingPictures,
            Math.Min(prepared.ValidationPictures, document.Configuration.ValidationPictures),
            prepared.Network.ToString(),
            $"{prepared.Device.Name} ({prepared.Device.Reason}), {device.InWords}",
            prepared.PrecisionReason,
            document.Threads,
            document.Configuration.Steps,
            null
        );
        var watcher = node.System.ActorOf(
            Props.Create(() => new TrainingWatcher(start, display, log.Factory.CreateLogger("Run"), ended)),
            "training-watcher"
        );
        var metrics = node.Actors.Get<MetricsActor>();
        metrics.Tell(new MetricsCommands.Watch(watcher));
        var supervisor = node.Actors.Get<TrainingSupervisor>();
        watcher.Tell(new TrainingWatcher.WatchSupervisor(supervisor, folder.Journal));
        supervisor.Tell(new RunCommands.Start(run, folder.Path));
        await using var stop = context.Stop.Token.Register(() => supervisor.Tell(new RunCommands.Stop(run)));

        var result = await device.UntilAsync(ended.Task);
        if (result.End.Outcome == RunOutcome.Unsaved)
            throw new OutputException(
                $"run {run} could not be saved at step {result.End.Step}: {result.End.Detail}; what was saved before is kept, and the same command goes on from it when it can write again"
            );
        if (result.End.Outcome == RunOutcome.Failed)
            throw new RunFailedException($"run {run} failed at step {result.End.Step}: {result.End.Detail}");
        display.Ended(
            new TrainingEnd(
                run.Value,
                folder.Path,
                result.End.Step.Value,
                document.Configuration.Steps,
                clock.Elapsed.TotalSeconds,
                result.Window?.LossMean,
                result.Validation?.Loss,
                result.Validation?.Baseline,
                result.Checkpoint,
                result.Panel,
                result.End.Outcome == RunOutcome.Stopped
            )
        );
        return result;
    }
}
