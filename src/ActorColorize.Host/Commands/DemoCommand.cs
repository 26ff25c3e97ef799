using System.CommandLine;
using ActorColorize.Actors.Training;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Training;
using ActorColorize.Host.Watchers;
using ActorColorize.Imaging.Scenes;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands;

/// <summary>The options of <c>demo</c>.</summary>
/// <param name="Out">Folder for scenes, run, results and the before/after page.</param>
/// <param name="Seconds">How long to train, in seconds.</param>
internal sealed record DemoOptions(string Out, int Seconds);

/// <summary><c>demo</c>: draws scenes, trains on them, colours grey pictures and writes a before/after page.</summary>
internal sealed class DemoCommand(CommandContext context)
    : BoundCommand<DemoOptions>(
        "demo",
        "Run an end-to-end demo: draw scenes, train the tiny network on them, colour unseen grey pictures, and show before and after.",
        new("demo", "about four minutes on two cores"),
        new("demo --out /tmp/colours --seconds 300", "train longer, for better colours")
    )
{
    private const string Preset = "tiny";
    private const int CalibrationSteps = 40;
    private const int FewestSteps = 100;
    private const int MostSteps = 20_000;

    public readonly Option<string> Out = OptionValues.Path(
        "--out",
        "FOLDER",
        "Folder for scenes, run, results and the before/after page [default: demo]"
    );
    public readonly Option<int> Seconds = OptionValues.Number("--seconds", "N", "How long to train", 5, 86_400, 120);
    public readonly Option<bool> Json = OptionValues.Json();

    /// <inheritdoc/>
    protected override DemoOptions Bind(ParseResult parsed) => new(parsed.GetValue(Out) ?? "demo", parsed.GetValue(Seconds));

    /// <summary>Runs the demo; a second run in the same folder resumes the first.</summary>
    public override async Task<ExitCode> RunAsync(DemoOptions options)
    {
        var folder = Path.GetFullPath(options.Out);
        OutputFolder.MakeWritable("--out", folder);
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
                Data = [scenes.Dataset],
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
        context.Screen.Line("3. colouring grey pictures that the network has not been trained on");
        var coloured = await new ColorizeCommand(context).ColorizeAsync(
            new ColorizeOptions { Request = new JobRequest(scenes.Archive, Path.Combine(folder, "coloured"), run), Compare = true }
        );

        context.Screen.Line();
        if (trained.Validation is { } validation)
            context.Screen.Line(
                $"loss on held-out scenes: {validation.Loss:0.000}; best constant prediction: " + $"{validation.Baseline:0.000}"
            );
        if (coloured.Page is { } page)
            context.Screen.Line($"before/after page: {page}");
        context.Screen.Line(
            "next, with your own photographs: actorcolorize train --data PHOTOS --run RUN, then actorcolorize colorize GREY "
                + "--out DIR --model RUN"
        );
        context.Screen.Json(
            new
            {
                Folder = folder,
                Run = run,
                coloured.Page,
                Loss = trained.Validation?.Loss,
                Baseline = trained.Validation?.Baseline,
            }
        );
        return coloured.Code;
    }

    /// <summary>The number of steps that fit into the given time on this machine, measured with a short run that is discarded.</summary>
    private async Task<int> StepsForAsync(int seconds, string dataset, string scratch)
    {
        if (Directory.Exists(scratch))
            Directory.Delete(scratch, recursive: true);
        var prepared = RunPreparation.Prepare(
            new TrainOptions
            {
                Data = [dataset],
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
