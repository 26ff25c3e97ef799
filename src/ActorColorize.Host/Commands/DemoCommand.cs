using ActorColorize.Actors.Training;
using ActorColorize.Host.Demo;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Training;
using ActorColorize.Host.Watchers;

namespace ActorColorize.Host.Commands;

/// <summary>Shows the whole way on pictures that it draws: train, watch the loss fall, colour grey pictures, look at them.</summary>
internal sealed class DemoCommand(CommandContext context)
{
    private const string Preset = "tiny";
    private const int CalibrationSteps = 40;
    private const int FewestSteps = 100;
    private const int MostSteps = 20_000;

    /// <summary>Runs the demo; a second run in the same folder goes on from where the first one is.</summary>
    public async Task<ExitCode> RunAsync(DemoOptions options)
    {
        var folder = Path.GetFullPath(options.Out);
        context.OpenLog(Path.Combine(folder, "logs"), "demo");
        context.Screen.Line("1. drawing scenes: sky, sea, hills, trees, houses");
        var scenes = ProceduralScenes.Write(folder, new SceneSetOptions(), null, context.Stop.Token);

        var run = Path.Combine(folder, "run");
        context.Screen.Line($"2. training the {Preset} network for about {Quantities.Time(TimeSpan.FromSeconds(options.Seconds))}");
        var steps = File.Exists(new RunFolder(run).Document)
            ? (int?)null
            : await StepsForAsync(options.Seconds, scenes.Dataset, Path.Combine(folder, "calibration"));
        var prepared = RunPreparation.Prepare(
            new TrainOptions
            {
                Data = scenes.Dataset,
                Run = run,
                Preset = Preset,
                Steps = steps,
            },
            context.Time
        );
        TrainingResult trained;
        await using (var display = TrainingDisplay.For(context.Screen, context.Time))
            trained = await new TrainCommand(context).TrainAsync(prepared, display);

        if (context.Stop.IsStopping)
            return ExitCode.Success;
        context.Screen.Line("3. colouring grey pictures that the network has not seen");
        var coloured = await new ColorizeCommand(context).ColorizeAsync(
            new ColorizeOptions
            {
                Input = scenes.Archive,
                Out = Path.Combine(folder, "coloured"),
                Model = run,
                Compare = true,
            }
        );

        context.Screen.Line();
        if (trained.Validation is { } validation)
            context.Screen.Line(
                $"loss on scenes it never saw: {validation.Loss:0.000}; the best guess that ignores the picture: {validation.Baseline:0.000}"
            );
        if (coloured.Page is { } page)
            context.Screen.Line($"look at before and after: {page}");
        context.Screen.Line(
            "now with your own photographs: actorcolorize train --data PHOTOS --run RUN, then actorcolorize colorize GREY --out DIR --model RUN"
        );
        return coloured.Code;
    }

    /// <summary>How many steps this machine makes in the time given: measured with a short run that is thrown away.</summary>
    private async Task<int> StepsForAsync(int seconds, string dataset, string scratch)
    {
        if (Directory.Exists(scratch))
            Directory.Delete(scratch, recursive: true);
        var prepared = RunPreparation.Prepare(
            new TrainOptions
            {
                Data = dataset,
                Run = scratch,
                Preset = Preset,
                Steps = CalibrationSteps,
            },
            context.Time
        );
        await using var silent = new SilentTrainingDisplay();
        var result = await new TrainCommand(context).TrainAsync(prepared, silent);
        Directory.Delete(scratch, recursive: true);
        var picturesPerSecond = result.Window?.PicturesPerSecond ?? 0;
        return Math.Clamp((int)(seconds * picturesPerSecond / prepared.Document.Configuration.BatchSize), FewestSteps, MostSteps);
    }
}
