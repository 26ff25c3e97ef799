using System.CommandLine;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Data.Storage;
using ActorColorize.Gateway;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Gallery;
using ActorColorize.Host.Isolation;
using ActorColorize.Host.Nodes;
using ActorColorize.Host.Serving;
using ActorColorize.Host.Watchers;
using ActorColorize.Interchange;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Host.Commands;

/// <summary>The options of <c>colorize</c>.</summary>
internal sealed record ColorizeOptions
{
    /// <summary>The pictures, the folder for the results, and how they are coloured; paths as typed.</summary>
    public required JobRequest Request { get; init; }

    /// <summary>Also write a before/after page.</summary>
    public bool Compare { get; init; }

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Threads for tensor work; null: all cores.</summary>
    public int? Threads { get; init; }

    /// <summary>What runs the network.</summary>
    public EngineChoice Engine { get; init; } = EngineChoice.Torch;

    /// <summary>Which process hosts the device.</summary>
    public IsolationOptions Isolation { get; init; } = new();

    /// <summary>A dashboard for the job; null for none.</summary>
    public UiChoice? Ui { get; init; }
}

/// <summary><c>colorize</c>: colours a picture or a tree of pictures.</summary>
internal sealed class ColorizeCommand(CommandContext context)
    : BoundCommand<ColorizeOptions>(
        "colorize",
        "Colour grey pictures at full size. Originals are never modified; a second run skips finished pictures.",
        new("colorize old-photos --out coloured", "a whole folder, with the default model"),
        new("colorize portrait.jpg --out coloured --model runs/first --saturation 1.2", "one picture, stronger colours"),
        new("colorize old-photos --out coloured --ui", "watch the job and its results in a browser"),
        new("colorize holidays --out redone --recolor --compare", "discard existing colours and recolour, with a before/after page")
    )
{
    private const string ComparePageName = "before-after";
    private const string StateFolderName = ".actorcolorize";
    private static readonly TimeSpan FolderDeadline = TimeSpan.FromMinutes(1);
    private static readonly ClientId Client = new("colorize");

    public readonly Argument<string> Input = new("IN")
    {
        Description = "A picture (JPEG, PNG, WebP, TIFF, BMP, TGA, PBM, PGM, PPM, GIF), or a folder of them with its sub-folders",
    };
    public readonly Option<string> Out = OptionValues.Path(
        "--out",
        "FOLDER",
        "Folder for the results; it must be outside an input folder",
        required: true
    );
    public readonly Option<string> Model = OptionValues.Model();
    public readonly ColoringOptions Coloring = new();
    public readonly Option<bool> Compare = OptionValues.Switch(
        "--compare",
        "Also write a before/after page (compare.html) into the output folder"
    );
    public readonly Option<int?> Batch = OptionValues.Number(
        "--batch",
        "N",
        "Pictures per forward pass [default: chosen for the device]",
        1,
        1024
    );
    public readonly Option<string> Device = OptionValues.Device();
    public readonly Option<int?> Threads = OptionValues.Threads();
    public readonly Option<string> Engine = OptionValues.Engine();
    public readonly IsolationOptionGroup Isolation = new();
    public readonly Option<int?> Ui = OptionValues.Ui();
    public readonly Option<bool> Json = OptionValues.Json();

    /// <inheritdoc/>
    protected override ColorizeOptions Bind(ParseResult parsed) =>
        new()
        {
            Request = Coloring.Request(
                parsed,
                parsed.GetRequiredValue(Input),
                parsed.GetRequiredValue(Out),
                parsed.GetValue(Model),
                parsed.GetValue(Batch)
            ),
            Compare = parsed.GetValue(Compare),
            Device = parsed.GetRequiredValue(Device),
            Threads = parsed.GetValue(Threads),
            Engine = OptionValues.EngineOf(parsed.GetRequiredValue(Engine)),
            Isolation = Isolation.Of(parsed),
            Ui = OptionValues.UiOf(parsed, Ui),
        };

    /// <summary>Runs until every picture is settled or a stop signal cancels the job.</summary>
    public override async Task<ExitCode> RunAsync(ColorizeOptions options) => (await ColorizeAsync(options)).Code;

    /// <summary>The same; also returns the path of the before/after page, if one was requested.</summary>
    public async Task<(ExitCode Code, string? Page)> ColorizeAsync(ColorizeOptions options)
    {
        var request = options.Request;
        var (inputRoot, single, outputRoot) = await FoldersAsync(request);
        LibTorchRuntime.EnsureLoaded();
        var device = DeviceChoice.Resolve(options.Device);
        var (modelPath, modelChoice) = DefaultModel.Choose(request.Model);
        var model = ModelLocator.Resolve(Path.GetFullPath(modelPath));
        var specification = ArchiveRequest.Specification(request, inputRoot, outputRoot, single, model, BlockerPolicy.Fail);
        var threads = options.Threads ?? Environment.ProcessorCount;
        var precision = PrecisionChoosing.For("auto", device, options.Isolation.Isolates(device.Name));
        var engine = EngineSelection.Decide(options.Engine, model, device.Name, precision.Precision, threads, cacheFolder: null);

        OutputFolder.MakeWritable("--out", outputRoot); // before the first picture is coloured
        var state = Path.Combine(outputRoot, StateFolderName);
        using var alone = FolderLock.TryTake(state)
            ?? throw new UsageException($"another process is writing to {outputRoot}: wait for it, or choose another --out folder");
        var key = CommandContext.NewId();
        var logs = Path.Combine(state, "logs");
        var log = context.OpenLog(logs, key);
        var placement = DevicePlacement.For(
            options.Isolation,
            new DeviceSettings(device, precision.Precision, threads) { Engine = options.Engine },
            coloursArchives: true,
            logs,
            key
        );
        await using var display = ColorizeDisplay.For(context.Screen, context.Time);
        JobResult result;
        await using (var node = await LocalNode.StartForColorizingAsync(placement, state, log.Factory))
        {
            var coordinator = node.Actors.Get<JobCoordinator>();
            var submit = new JobCommands.Submit(CommandId.New(), Client, key, JobPriority.Normal, specification);
            var progress = new JobCompletion();
            node.System.ActorOf(
                Props.Create(() => new JobWatcher(coordinator, submit, display, log.Factory.CreateLogger("Job"), progress)),
                "job-watcher"
            );
            var job = await progress.Submitted.Task;
            await using var served = options.Ui is not { } ui
                ? null
                : await CommandDashboard.OpenAsync(
                    context,
                    ui,
                    Path.Combine(state, CommandDashboard.FolderName),
                    node.System,
                    new OwnCommand("colorize", job.Value),
                    $"{device.Name} ({device.Reason}), {placement.InWords}",
                    jobs: coordinator,
                    training: ActorRefs.Nobody,
                    log.Factory
                );
            display.Started(
                new ColorizeStart(
                    job.Value,
                    request.Input,
                    request.Output,
                    $"{modelChoice} ({model.Network})",
                    $"{device.Name} ({device.Reason}), {placement.InWords}",
                    precision.Precision.ToString().ToLowerInvariant(),
                    engine.Engine.Word()
                )
            );
            await using var stop = context.Stop.Token.Register(() =>
                coordinator.Tell(new JobCommands.Cancel(CommandId.New(), Client, job))
            );
            result = await placement.UntilAsync(progress.Ended.Task);
        }

        var manifest = Path.Combine(outputRoot, JobManifest.FileName);
        var page = options.Compare && result.End.Counts.Settled > 0 ? ComparePageOf(inputRoot, outputRoot, manifest) : null;
        display.Ended(Summary(result, manifest, page));
        return (ExitCodeOf(result), page);
    }

    /// <summary>The input's folder, the name of a single picture in it, and the output folder.</summary>
    /// <exception cref="InputException">There is no picture, or the drive does not answer.</exception>
    private static async Task<(string InputRoot, string? Single, string OutputRoot)> FoldersAsync(JobRequest request)
    {
        try
        {
            return await new IoWatch(FolderDeadline).Run(request.Input, progress =>
            {
                var (inputRoot, single) = ArchiveRequest.Input(request.Input);
                var outputRoot = ArchiveRequest.Output(request.Output, inputRoot, single);
                ArchiveRequest.RequirePictures(request.Input, request.IncludeHidden, progress.Report);
                return (inputRoot, single, outputRoot);
            });
        }
        catch (StalledIoException stalled)
        {
            throw new InputException($"{request.Input}: {stalled.Message}", stalled);
        }
    }

    private string? ComparePageOf(string inputRoot, string outputRoot, string manifest)
    {
        var newest = new Dictionary<string, JobManifestLine>(StringComparer.Ordinal);
        foreach (var line in JobManifest.Read(manifest))
            newest[line.Path] = line;
        var pairs = newest
            .Values.Where(line => line.Status == JobManifestLine.Done && Files.Exists(Path.Combine(inputRoot, line.Path)))
            .OrderBy(line => line.Path, StringComparer.Ordinal)
            .Select(line => new ComparePair(line.Path, Path.Combine(inputRoot, line.Path), Path.Combine(outputRoot, line.Path)))
            .ToList();
        return pairs.Count == 0
            ? null
            : ComparePages.Write(
                outputRoot,
                pairs,
                new ComparePageOptions { Name = ComparePageName },
                (pair, reason) => context.Screen.Warn($"{pair.Title} is not on the page: {reason}"),
                context.Stop.Token
            );
    }

    private static ColorizeEnd Summary(JobResult result, string manifest, string? page)
    {
        var counts = result.End.Counts;
        return new ColorizeEnd(
            new ColorizeTotals(counts.Settled, counts.Done, counts.Skipped, counts.Unfinished, result.Elapsed.TotalSeconds),
            SkippedPictures.ByReason(counts),
            result.Failures,
            manifest,
            page,
            result.End.Outcome is JobOutcome.Cancelled or JobOutcome.Failed,
            result.Hidden
        );
    }

    private static ExitCode ExitCodeOf(JobResult result) =>
        result.End switch
        {
            { Outcome: JobOutcome.CompletedWithErrors } => ExitCode.CompletedWithErrors,
            { Outcome: JobOutcome.Failed, Failure: JobFailure.Model or JobFailure.Archive } => throw new InputException(result.End.Detail),
            { Outcome: JobOutcome.Failed, Failure: JobFailure.Output } => throw new OutputException(result.End.Detail),
            { Outcome: JobOutcome.Failed } => throw new RunFailedException(result.End.Detail),
            _ => ExitCode.Success,
        };
}
