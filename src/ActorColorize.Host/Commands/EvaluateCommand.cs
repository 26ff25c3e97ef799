using ActorColorize.Actors.Device;
using ActorColorize.Actors.Gpu;
using ActorColorize.Data.Datasets;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Logging;
using ActorColorize.Host.Nodes;
using ActorColorize.Host.Reports;
using ActorColorize.Host.Watchers;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Evaluation;
using Akka.Actor;

namespace ActorColorize.Host.Commands;

/// <summary>Measures a model on pictures whose colours are known.</summary>
internal sealed class EvaluateCommand(CommandContext context)
{
    private const int Batch = 16;
    private const int Side = 128;

    private const int BestPictures = 24;
    private const int WorstPictures = 24;

    /// <summary>Runs until every picture is measured.</summary>
    public async Task<ExitCode> RunAsync(EvaluateOptions options)
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
            new DeviceSettings(device, precision.Precision, Environment.ProcessorCount),
            watcher => new GpuCommands.Evaluate(
                [.. models.Select(model => model.Reading)],
                pictures,
                priorPictures,
                Batch,
                Side,
                options.Frontier ? DecodingFrontier.Grid : [],
                show,
                watcher
            )
        );

        foreach (var (path, reason) in evaluated.Unreadable)
            context.Screen.Warn($"{PrintableName.Of(path)} left out: {reason}");
        var outcome = new EvaluationOutcome
        {
            Data = options.Data,
            Pictures = pictures,
            Models = models,
            Side = Side,
            Device = $"{device.Name}, {precision.Reason}",
            Evaluated = evaluated,
            RankBy = options.RankBy,
            Made = context.Time.GetLocalNow(),
        };
        var page = options.Report is null ? null : EvaluationReportFolder.Write(options.Report, outcome);
        EvaluationDisplay.Show(context.Screen, outcome, page);
        return evaluated.Unreadable.Count > 0 ? ExitCode.CompletedWithErrors : ExitCode.Success;
    }

    private async Task<GpuEvents.Evaluated> MeasureAsync(DeviceSettings device, Func<IActorRef, GpuCommands.Evaluate> command)
    {
        var log = context.OpenLog(StateFolder.Logs, CommandContext.NewId());
        var ended = new TaskCompletionSource<GpuEvents.Evaluated>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var display = new EvaluationDisplay(context.Screen, context.Time);
        await using var node = await LocalNode.StartForMeasuringAsync(new DeviceSupervisorSettings(device), log.Factory);
        var watcher = node.System.ActorOf(Props.Create(() => new EvaluationWatcher(display, ended)), "evaluation-watcher");
        node.Actors.Get<DeviceSupervisor>().Tell(command(watcher), watcher);
        return await ended.Task.WaitAsync(context.Stop.Token);
    }

    /// <summary>
    /// The model, and the one that it is compared with, which may be itself on aged pictures; both are read with what the user asked for, else each as it recommends itself.
    /// </summary>
    private static List<ModelName> Models(EvaluateOptions options)
    {
        var (path, choice) = DefaultModel.Choose(options.Model);
        var models = new List<ModelName> { Named(path, choice, options, isFirst: true) };
        if (options.CompareWith is { } other)
            models.Add(Named(other, other, options, isFirst: false));
        if (options.Aged)
            models.Add(models[0] with { Reading = models[0].Reading with { IsAged = true } });
        return models;
    }

    private static ModelName Named(string path, string choice, EvaluateOptions options, bool isFirst)
    {
        var model = ModelLocator.Resolve(Path.GetFullPath(path));
        if (isFirst && options.Frontier && model.Colors is null)
            throw new InputException(
                $"{model.Path} does not say which colours it was trained on, so its frontier cannot be measured: use a model that this program trained"
            );
        var reading = ModelReading.Of(model, options.Temperature, options.Rebalance, options.Saturation, options.FlipAverage);
        var decoding = reading.Decoding with
        {
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
            return pictures; // no training split here: rarity is judged by the measured pictures themselves
        }
    }
}
