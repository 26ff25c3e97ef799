using ActorColorize.Actors.Device;
using ActorColorize.Actors.Gpu;
using ActorColorize.Data.Datasets;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Gallery;
using ActorColorize.Host.Logging;
using ActorColorize.Host.Nodes;
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

    /// <summary>Runs until every picture is measured.</summary>
    public async Task<ExitCode> RunAsync(EvaluateOptions options)
    {
        var pictures = DatasetLayout.Open(Path.GetFullPath(options.Data), options.Split);
        var priorPictures = options.Split == "train" ? pictures : TrainingSplitOr(pictures);
        LibTorchRuntime.EnsureLoaded();
        var device = DeviceChoice.Resolve(options.Device);
        var (modelPath, modelChoice) = DefaultModel.Choose(options.Model);
        var model = ModelLocator.Resolve(Path.GetFullPath(modelPath));
        var reading = ModelReading.Of(model, options.Temperature, options.Rebalance, options.Saturation, options.FlipAverage);
        if (options.Frontier && model.Colors is null)
            throw new InputException($"{model.Path} does not say which colours it was trained on, so its frontier cannot be measured: use a model that this program trained");
        var threads = Environment.ProcessorCount;
        var precision = PrecisionProbe.Measure(device.ToDevice());

        var log = context.OpenLog(StateFolder.Logs, CommandContext.NewId());
        var ended = new TaskCompletionSource<GpuEvents.Evaluated>(TaskCreationOptions.RunContinuationsAsynchronously);
        GpuEvents.Evaluated evaluated;
        await using (var display = new EvaluationDisplay(context.Screen, context.Time))
        await using (var node = await LocalNode.StartForMeasuringAsync(new DeviceSupervisorSettings(new DeviceSettings(device, precision.Precision, threads)), log.Factory))
        {
            var watcher = node.System.ActorOf(Props.Create(() => new EvaluationWatcher(display, ended)), "evaluation-watcher");
            node.Actors.Get<DeviceSupervisor>().Tell(
                new GpuCommands.Evaluate(model.Path, pictures, priorPictures, Batch, Side, reading.Decoding, reading.Saturation, options.Frontier ? DecodingFrontier.Grid : [], watcher), watcher);
            evaluated = await ended.Task.WaitAsync(context.Stop.Token);
        }

        foreach (var (path, reason) in evaluated.Unreadable) context.Screen.Warn($"{PrintableName.Of(path)} left out: {reason}");
        if (options is { Frontier: true, Report: { } folder }) FrontierFile.Write(folder, evaluated);
        EvaluationDisplay.Show(context.Screen, evaluated, $"{modelChoice} ({model.Network})", options.Split, device, precision.Reason);
        return evaluated.Unreadable.Count > 0 ? ExitCode.CompletedWithErrors : ExitCode.Success;
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
