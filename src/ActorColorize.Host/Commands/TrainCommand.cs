using System.CommandLine;
using System.Diagnostics;
using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Runs;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Storage;
using ActorColorize.Gateway;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Isolation;
using ActorColorize.Host.Nodes;
using ActorColorize.Host.Serving;
using ActorColorize.Host.Training;
using ActorColorize.Host.Watchers;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Host.Commands;

/// <summary>Where a run starts from.</summary>
internal enum ResumeMode
{
    /// <summary>From the run folder's newest good checkpoint, or from the beginning when there is none.</summary>
    Auto,

    /// <summary>From the beginning; a run folder that already holds a run is refused.</summary>
    Never,

    /// <summary>From the given checkpoint.</summary>
    Checkpoint,
}

/// <summary>The value of <c>--resume</c>.</summary>
/// <param name="Mode">Where the run starts from.</param>
/// <param name="Checkpoint">The checkpoint folder for <see cref="ResumeMode.Checkpoint"/>, otherwise null.</param>
internal readonly record struct ResumeChoice(ResumeMode Mode, string? Checkpoint)
{
    /// <summary>Reads <c>auto</c>, <c>never</c> or a folder; a folder that is really called "auto" is written <c>./auto</c>.</summary>
    public static ResumeChoice Parse(string text) =>
        text switch
        {
            "auto" => new(ResumeMode.Auto, null),
            "never" => new(ResumeMode.Never, null),
            _ => new(ResumeMode.Checkpoint, text),
        };
}

/// <summary>The options of <c>train</c>. Null: the value of the preset or configuration file.</summary>
internal sealed record TrainOptions
{
    /// <summary>Folders of training pictures, each a MiniPlaces kit or plain folder; one at least.</summary>
    public required IReadOnlyList<string> Data { get; init; }

    /// <summary>The share of each folder in the samples; null: in proportion to its pictures.</summary>
    public IReadOnlyList<double>? Shares { get; init; }

    /// <summary>Run folder: created, or resumed.</summary>
    public required string Run { get; init; }

    /// <summary>
    /// Name of a preset in <c>config/training</c>; null when <see cref="Config"/> is given, or for the default: the run's own
    /// configuration, or <c>quarter</c>.
    /// </summary>
    public string? Preset { get; init; }

    /// <summary>A configuration file; null when a preset is used.</summary>
    public string? Config { get; init; }

    /// <summary>A published profile of colour bins and weights, in place of the preset's.</summary>
    public string? Profile { get; init; }

    /// <summary>Optimizer steps of the whole run.</summary>
    public int? Steps { get; init; }

    /// <summary>Pictures per optimizer step.</summary>
    public int? Batch { get; init; }

    /// <summary>Seed of every random choice of the run.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Where the run starts from.</summary>
    public ResumeChoice Resume { get; init; } = new(ResumeMode.Auto, null);

    /// <summary>A model whose weights a new run starts from; null for fresh weights.</summary>
    public string? InitialWeights { get; init; }

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary><c>auto</c> (measured at start), <c>fp32</c> or <c>bf16</c>.</summary>
    public string Precision { get; init; } = "auto";

    /// <summary>Threads for tensor work; a resumed run is bit-exact only with the same number. Null: all cores.</summary>
    public int? Threads { get; init; }

    /// <summary>Which process hosts the device.</summary>
    public IsolationOptions Isolation { get; init; } = new();

    /// <summary>Values that replace those of the run's recovery policy: <c>name=value,name=value</c>; null for none.</summary>
    public string? Recovery { get; init; }

    /// <summary>Faults to inject; null for none.</summary>
    public string? Inject { get; init; }

    /// <summary>A dashboard for the run; null for none.</summary>
    public UiChoice? Ui { get; init; }
}

/// <summary><c>train</c>: trains a network, or resumes a run.</summary>
internal sealed class TrainCommand(CommandContext context)
    : BoundCommand<TrainOptions>(
        "train",
        "Train a network on colour pictures.",
        new("train --data photos --run runs/first", "train on a folder of photos; the same command resumes an interrupted run"),
        new("train --data miniplaces --run runs/full --preset full --device cuda:0", "the full network on the first GPU"),
        new(
            "train --data family --run runs/family --preset quarter --initial-weights runs/first",
            "fine-tune a trained model on other pictures"
        ),
        new("train --data miniplaces --data family --shares 4,1 --run runs/mixed", "four of five pictures from the first folder"),
        new("train --data photos --run runs/first --ui", "watch the run in a browser"),
        new("train --data photos --run runs/short --steps 400 --batch 16 --seed 7", "a short, reproducible run"),
        new(
            "train --data photos --run runs/injected --steps 400 --inject oom@120,nan@200,crash@250",
            "fault injection: shows how a run recovers from faults"
        )
    )
{
    public readonly Option<string[]> Data = OptionValues.TrainingData();
    public readonly Option<double[]?> Shares = OptionValues.DataShares();
    public readonly Option<string> Run = OptionValues.RunFolder();
    public readonly RunConfigurationOptions Configuration = new();
    public readonly Option<string> Resume = OptionValues.Resume();
    public readonly Option<string> InitialWeights = OptionValues.InitialWeights();
    public readonly Option<string> Device = OptionValues.Device();
    public readonly Option<string> Precision = OptionValues.Precision();
    public readonly Option<int?> Threads = OptionValues.Threads();
    public readonly IsolationOptionGroup Isolation = new();
    public readonly Option<string> Recovery = RunConfigurationOptions.Recovery();
    public readonly Option<string> Inject = OptionValues.Path(
        "--inject",
        "FAULT@STEP,...",
        $"Fault injection: inject each of these faults once. Faults: "
            + $"{string.Join(", ", FaultKinds.Words.Select(static pair => pair.Word))}; "
            + "FAULT@STEP*TIMES also fails retries of the step; soak:SEED:COUNT[:FAULT+FAULT] draws faults at random"
    );
    public readonly Option<int?> Ui = OptionValues.Ui();
    public readonly Option<bool> Json = OptionValues.Json();

    /// <inheritdoc/>
    protected override TrainOptions Bind(ParseResult parsed) =>
        new()
        {
            Data = parsed.GetRequiredValue(Data),
            Shares = parsed.GetValue(Shares) is { Length: > 0 } shares ? shares : null,
            Run = parsed.GetRequiredValue(Run),
            Preset = parsed.GetValue(Configuration.Preset),
            Config = parsed.GetValue(Configuration.Config),
            Profile = parsed.GetValue(Configuration.Profile),
            Steps = parsed.GetValue(Configuration.Steps),
            Batch = parsed.GetValue(Configuration.Batch),
            Seed = parsed.GetValue(Configuration.Seed),
            Resume = ResumeChoice.Parse(parsed.GetValue(Resume) ?? "auto"),
            InitialWeights = parsed.GetValue(InitialWeights),
            Device = parsed.GetRequiredValue(Device),
            Precision = parsed.GetRequiredValue(Precision),
            Threads = parsed.GetValue(Threads),
            Isolation = Isolation.Of(parsed),
            Recovery = parsed.GetValue(Recovery),
            Inject = parsed.GetValue(Inject),
            Ui = OptionValues.UiOf(parsed, Ui),
        };

    /// <summary>Runs until the run is complete, or saved after a stop signal.</summary>
    public override async Task<ExitCode> RunAsync(TrainOptions options)
    {
        var prepared = RunPreparation.Prepare(options, context.Time);
        await using var display = TrainingDisplay.For(context.Screen, context.Time);
        await TrainAsync(prepared, display, options.Ui);
        return ExitCode.Success;
    }

    /// <summary>Trains a prepared run and shows it.</summary>
    /// <exception cref="RunFailedException">The run failed; the message says why.</exception>
    /// <exception cref="OutputException">The run ended, but its last state could not be written.</exception>
    public async Task<TrainingResult> TrainAsync(PreparedRun prepared, ITrainingDisplay display, UiChoice? ui = null)
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
            throw new UsageException($"--inject {fault.Word()} needs the device in a separate process: add --isolate on");
        var own = new OwnCommand("train", run.Value);
        var dashboard = Path.Combine(folder.Path, CommandDashboard.FolderName);
        var coordination = new RunCoordinatorSettings
        {
            Models = new ModelRegistry(Path.Combine(dashboard, "models"), context.Time),
            PromotionObjection = "a run of 'train' is used by its folder: name it with --model",
            JournalPlugin = "akka.persistence.journal.inmem", // the supervisor's journal holds the run
            Clock = context.Time,
        };
        var preparation = new CommandDashboard.PreparedRunOnly(run, folder.Path, document.Configuration.Steps, own);
        await using var node = await LocalNode.StartForTrainingAsync(
            device,
            supervision,
            RunJournal.Prepare(folder.Journal, context.Screen.Warn),
            ui is null ? null : akka => akka.AddRunCoordinator(coordination, preparation),
            log.Factory
        );
        var coordinator = ui is null ? ActorRefs.Nobody : node.Actors.Get<RunCoordinator>();
        await using var served = ui is null
            ? null
            : await CommandDashboard.OpenAsync(
                context,
                ui,
                dashboard,
                node.System,
                own,
                $"{prepared.Device.Name} ({prepared.Device.Reason}), {device.InWords}",
                jobs: ActorRefs.Nobody,
                training: coordinator,
                log.Factory
            );

        var start = new TrainingStart(
            run.Value,
            folder.Path,
            prepared.TrainingPictures,
            Math.Min(prepared.ValidationPictures, document.Configuration.ValidationPictures),
            prepared.Network.ToString(),
            $"{prepared.Device.Name} ({prepared.Device.Reason}), {device.InWords}",
            document.Precision.ToString().ToLowerInvariant(),
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
        if (ui is null)
            supervisor.Tell(new RunCommands.Start(run, folder.Path));
        else
            await CommandDashboard.SubmitAsync(coordinator, own, document.DataRoot, folder.Path);
        // A coordinator would resume a run that was stopped behind its back
        await using var stop = context.Stop.Token.Register(() =>
        {
            if (ui is null)
                supervisor.Tell(new RunCommands.Stop(run));
            else
                coordinator.Tell(new SupervisorMessages.Drain());
        });

        var result = await device.UntilAsync(ended.Task);
        if (result.End.Outcome == RunOutcome.Unsaved)
            throw new OutputException(
                $"run {run} could not be saved at step {result.End.Step}: {result.End.Detail}; earlier checkpoints are kept, "
                    + "and the same command resumes from the newest once the folder is writable"
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
