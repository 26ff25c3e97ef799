using System.CommandLine;
using ActorColorize.Actors.Device;
using ActorColorize.Actors.Gpu;
using ActorColorize.Data.Datasets;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Logging;
using ActorColorize.Host.Nodes;
using ActorColorize.Host.Reports;
using ActorColorize.Host.Watchers;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Evaluation;
using ActorColorize.Model.Inference;
using Akka.Actor;

namespace ActorColorize.Host.Commands;

/// <summary>The options of <c>evaluate</c>.</summary>
internal sealed record EvaluateOptions
{
    /// <summary>Folder of pictures: MiniPlaces kit or plain folder.</summary>
    public required string Data { get; init; }

    /// <summary>Which pictures of it: <c>train</c>, <c>val</c>, <c>test</c> or <c>all</c>.</summary>
    public string Split { get; init; } = "val";

    /// <summary>A <c>.safetensors</c> file, checkpoint folder or run folder; null: see <see cref="DefaultModel"/>.</summary>
    public string? Model { get; init; }

    /// <summary>A second model to compare with; null: none.</summary>
    public string? CompareWith { get; init; }

    /// <summary>Temperature of the annealed mean; null: the model's own.</summary>
    public double? Temperature { get; init; }

    /// <summary>Weight of rare colours; null: the model's own.</summary>
    public double? Rebalance { get; init; }

    /// <summary>Average the answers for a picture and its mirror image.</summary>
    public bool FlipAverage { get; init; }

    /// <summary>Factor on the chroma; null: the model's own.</summary>
    public double? Saturation { get; init; }

    /// <summary>Entropy in nats up to which a distribution counts as certain; null: the model's own.</summary>
    public double? SureEntropy { get; init; }

    /// <summary>The colour that stands for a distribution; null: the model's own.</summary>
    public ColorEstimator? Estimator { get; init; }

    /// <summary>Lightness below which chroma falls towards black, and half as far from white; null: the model's own.</summary>
    public double? Taper { get; init; }

    /// <summary>Factor on the sides of a second forward pass; null: the model's own.</summary>
    public double? SecondScale { get; init; }

    /// <summary>Measure the model a second time, with the lightness of the same pictures as old film records it.</summary>
    public bool Aged { get; init; }

    /// <summary>Measure many temperatures and rebalancings, and draw them.</summary>
    public bool Frontier { get; init; }

    /// <summary>Folder for pages and pictures; null: none.</summary>
    public string? Report { get; init; }

    /// <summary>Pictures on the report's page of pictures at even distances; 0: no such page.</summary>
    public int Gallery { get; init; }

    /// <summary>The measure by which the report's best and worst pictures are chosen.</summary>
    public RankingMeasure RankBy { get; init; } = RankingMeasure.AucOverGrey;

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Threads for tensor work; null: all cores.</summary>
    public int? Threads { get; init; }
}

/// <summary><c>evaluate</c>: measures a model on pictures whose colours are known.</summary>
internal sealed class EvaluateCommand : BoundCommand<EvaluateOptions>
{
    private const int Batch = 16;
    private const int Side = 128;

    private const int BestPictures = 24;
    private const int WorstPictures = 24;

    /// <summary>Pictures of the gallery are held in memory until the report is written.</summary>
    private const int LargestGallery = 400;

    private static readonly Dictionary<string, RankingMeasure> Rankings = new(StringComparer.Ordinal)
    {
        ["over-grey"] = RankingMeasure.AucOverGrey,
        ["ciede2000"] = RankingMeasure.Ciede2000,
        ["psnr"] = RankingMeasure.Psnr,
        ["rebalanced"] = RankingMeasure.AucRebalanced,
    };

    public readonly Option<string> Data = OptionValues.Path(
        "--data",
        "FOLDER",
        "Colour pictures: a MiniPlaces kit, or any folder of pictures",
        required: true
    );
    public readonly Option<string> Split = OptionValues.Path("--split", "NAME", "Which of them: train, val, test or all [default: val]");
    public readonly Option<string> Model = OptionValues.Model();
    public readonly Option<string> CompareWith = OptionValues.Path(
        "--compare-with",
        "MODEL",
        "A second model, measured on the same pictures with the same options"
    );
    public readonly Option<double?> Temperature = OptionValues.Temperature();
    public readonly Option<double?> Rebalance = OptionValues.Rebalance();
    public readonly Option<bool> FlipAverage = OptionValues.FlipAverage();
    public readonly Option<double?> Saturation = OptionValues.Saturation();
    public readonly Option<string> Estimator = OptionValues.Estimator();
    public readonly Option<double?> SureEntropy = OptionValues.SureEntropy();
    public readonly Option<double?> Taper = OptionValues.Taper();
    public readonly Option<double?> SecondScale = OptionValues.SecondScale();
    public readonly Option<bool> Aged = OptionValues.Switch(
        "--aged",
        "Measure the model a second time on artificially aged copies: other films, grain, fading, scratches; "
            + "the difference is the loss due to ageing"
    );
    public readonly Option<bool> Frontier = OptionValues.Switch(
        "--frontier",
        "Also measure a grid of temperatures and rebalancings; with --report, plot them"
    );
    public readonly Option<string> Report = OptionValues.Path(
        "--report",
        "FOLDER",
        "Write a page with tables, curves, best and worst pictures into this folder, and per-picture measures as CSV and JSON"
    );
    public readonly Option<int?> Gallery = OptionValues.Number(
        "--gallery",
        "N",
        "With --report: also write a page of N evenly spaced pictures of the set, the same for every model",
        1,
        LargestGallery
    );
    public readonly Option<string> RankBy = OptionValues.OneOf(
        "--rank-by",
        "With --report: the measure that ranks best and worst pictures",
        "over-grey",
        [.. Rankings.Keys]
    );
    public readonly Option<string> Device = OptionValues.Device();
    public readonly Option<int?> Threads = OptionValues.Threads();
    public readonly Option<bool> Json = OptionValues.Json();

    private readonly CommandContext _context;

    /// <summary>Builds the command; options that affect the report require <c>--report</c>.</summary>
    public EvaluateCommand(CommandContext context)
        : base(
            "evaluate",
            "Measure a model on colour pictures (AuC, rebalanced AuC, PSNR, CIEDE2000, colorfulness) against grey, random "
                + "and mean-colour baselines.",
            new("evaluate --data photos --split val --model runs/first", "the pictures held out from training"),
            new("evaluate --data photos --split val --model runs/first --json", "the same measures as JSON"),
            new("evaluate --data photos --model runs/first --report report --frontier --gallery 48", "a report page: report/index.html"),
            new(
                "evaluate --data photos --model runs/with-scenes --compare-with runs/without",
                "two models side by side, with their differences"
            )
        )
    {
        _context = context;
        Validators.Add(result =>
        {
            if (result.GetValue(Aged) && result.GetValue(CompareWith) is not null)
                result.AddError("--aged compares the model with itself: omit --compare-with.");
            if (result.GetValue(Report) is not null)
                return;
            foreach (var option in new Option[] { Gallery, RankBy })
                if (result.GetResult(option) is { Implicit: false })
                    result.AddError($"{option.Name} requires --report.");
        });
    }

    /// <inheritdoc/>
    protected override EvaluateOptions Bind(ParseResult parsed) =>
        new()
        {
            Data = parsed.GetRequiredValue(Data),
            Split = parsed.GetValue(Split) ?? "val",
            Model = parsed.GetValue(Model),
            CompareWith = parsed.GetValue(CompareWith),
            Temperature = parsed.GetValue(Temperature),
            Rebalance = parsed.GetValue(Rebalance),
            FlipAverage = parsed.GetValue(FlipAverage),
            Saturation = parsed.GetValue(Saturation),
            Estimator = parsed.GetValue(Estimator) is { } estimator ? ModelDefaults.Estimators[estimator] : null,
            SureEntropy = parsed.GetValue(SureEntropy),
            Taper = parsed.GetValue(Taper),
            SecondScale = parsed.GetValue(SecondScale),
            Aged = parsed.GetValue(Aged),
            Frontier = parsed.GetValue(Frontier),
            Report = parsed.GetValue(Report),
            Gallery = parsed.GetValue(Gallery) ?? 0,
            RankBy = Rankings[parsed.GetRequiredValue(RankBy)],
            Device = parsed.GetRequiredValue(Device),
            Threads = parsed.GetValue(Threads),
        };

    /// <summary>Runs until every picture is measured.</summary>
    public override async Task<ExitCode> RunAsync(EvaluateOptions options)
    {
        var pictures = DatasetLayout.Open(Path.GetFullPath(options.Data), options.Split);
        var priorPictures = options.Split == "train" ? pictures : TrainingSplitOr(pictures);
        if (options.Report is { } folder)
            EvaluationReportFolder.Prepare(folder, pictures.Root);
        LibTorchRuntime.EnsureLoaded();
        var device = DeviceChoice.Resolve(options.Device);
        var models = Models(options);
        var precision = PrecisionProbe.Measure(device.ToDevice());
        var show = options.Report is null
            ? PictureSelection.None
            : new PictureSelection(BestPictures, WorstPictures, options.Gallery, options.RankBy);

        var evaluated = await MeasureAsync(
            new DeviceSettings(device, precision.Precision, options.Threads ?? Environment.ProcessorCount),
            watcher => new GpuCommands.Evaluate(
                [.. models.Select(model => model.Reading)],
                pictures,
                priorPictures,
                Batch,
                Side,
                options.Frontier ? DecodingFrontier.GridWith(models[0].Reading.Decoding.SecondScale) : [],
                show,
                watcher
            )
        );

        foreach (var (path, reason) in evaluated.Unreadable)
            _context.Screen.Warn($"{PrintableName.Of(path)} left out: {reason}");
        var outcome = new EvaluationOutcome
        {
            Data = options.Data,
            Pictures = pictures,
            Models = models,
            Side = Side,
            Device = $"{device.Name}, {precision.Reason}",
            Evaluated = evaluated,
            RankBy = options.RankBy,
            Made = _context.Time.GetLocalNow(),
        };
        var page = options.Report is null ? null : EvaluationReportFolder.Write(options.Report, outcome);
        EvaluationDisplay.Show(_context.Screen, outcome, page);
        return evaluated.Unreadable.Count > 0 ? ExitCode.CompletedWithErrors : ExitCode.Success;
    }

    private async Task<GpuEvents.Evaluated> MeasureAsync(DeviceSettings device, Func<IActorRef, GpuCommands.Evaluate> command)
    {
        var log = _context.OpenLog(StateFolder.Logs, CommandContext.NewId());
        var ended = new TaskCompletionSource<GpuEvents.Evaluated>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var display = new EvaluationDisplay(_context.Screen, _context.Time);
        await using var node = await LocalNode.StartForMeasuringAsync(new DeviceSupervisorSettings(device), log.Factory);
        var watcher = node.System.ActorOf(Props.Create(() => new EvaluationWatcher(display, ended)), "evaluation-watcher");
        node.Actors.Get<DeviceSupervisor>().Tell(command(watcher), watcher);
        return await ended.Task.WaitAsync(_context.Stop.Token);
    }

    /// <summary>
    /// The model and the model it is compared with, which may be the same model on aged pictures. Options apply to both; where an option is
    /// not given, each model uses its own recommendation.
    /// </summary>
    private static List<ModelName> Models(EvaluateOptions options)
    {
        var (path, choice) = DefaultModel.Choose(options.Model);
        var models = new List<ModelName> { Named(path, choice, options, isFirst: true) };
        if (options.CompareWith is { } other)
            models.Add(Named(DefaultModel.Choose(other).Path, other, options, isFirst: false));
        if (options.Aged)
            models.Add(models[0] with { Reading = models[0].Reading with { IsAged = true } });
        return models;
    }

    private static ModelName Named(string path, string choice, EvaluateOptions options, bool isFirst)
    {
        var model = ModelLocator.Resolve(Path.GetFullPath(path));
        if (isFirst && options.Frontier && model.Colors is null)
            throw new InputException(
                $"{model.Path} does not record its training colours, so its frontier cannot be measured: use a model "
                    + "that this program trained"
            );
        var reading = ModelReading.Of(model, options.Temperature, options.Rebalance, options.Saturation, options.FlipAverage);
        var decoding = reading.Decoding with
        {
            Estimator = options.Estimator ?? reading.Decoding.Estimator,
            SureEntropy = options.SureEntropy ?? reading.Decoding.SureEntropy,
            Taper = options.Taper ?? reading.Decoding.Taper,
            SecondScale = options.SecondScale ?? reading.Decoding.SecondScale,
        };
        return new ModelName(choice, model.Network.ToString(), new EvaluatedModel(model.Path, decoding, reading.Saturation));
    }

    private static PictureSet TrainingSplitOr(PictureSet pictures)
    {
        try
        {
            return DatasetLayout.Open(pictures.Root, "train");
        }
        catch (DatasetException)
        {
            return pictures; // without a training split, rarity is estimated from the measured pictures themselves
        }
    }
}
