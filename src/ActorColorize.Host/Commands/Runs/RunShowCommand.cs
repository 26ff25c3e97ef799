using System.CommandLine;
using System.Text.RegularExpressions;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Runs;

/// <summary>The options of <c>run show</c>.</summary>
/// <param name="Run">The run folder, or the id of a daemon's run.</param>
/// <param name="Daemon">The daemon, if an id is given.</param>
internal sealed record RunShowOptions(string Run, ClientOptions Daemon);

/// <summary><c>run show</c>: a run's history from its folder; or a daemon reports the state of one of its runs.</summary>
internal sealed partial class RunShowCommand(CommandContext context)
    : BoundCommand<RunShowOptions>(
        "show",
        "Show a run from its folder: configuration, progress, checkpoints, and each fault with its cause, recovery and "
            + "cost. Reads only, also while the run is in progress. Given an id, ask the daemon for the run's state.",
        new("run show runs/first", "as text"),
        new("run show runs/first --json", "as JSON"),
        new("run show 20260101-120000-abcdef", "a daemon's run")
    )
{
    public readonly Argument<string> Run = new("RUN")
    {
        Description = "The folder that a run was started with (--run), or the id of a daemon's run",
    };
    public readonly Option<bool> Json = OptionValues.Json();
    public readonly DaemonOptions Daemon = new();

    /// <inheritdoc/>
    protected override RunShowOptions Bind(ParseResult parsed) => new(parsed.GetRequiredValue(Run), Daemon.Of(parsed));

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(RunShowOptions options)
    {
        if (!Directory.Exists(options.Run) && Id().IsMatch(options.Run))
        {
            await using var client = await context.ConnectAsync(options.Daemon);
            RunReport.Show(
                context.Screen,
                await client.Runs.ShowAsync(new RunId(options.Run), context.Stop.Token),
                context.Time.GetLocalNow()
            );
        }
        else
        {
            ShowFolder(new RunFolder(Path.GetFullPath(options.Run)));
        }

        return ExitCode.Success;
    }

    private void ShowFolder(RunFolder folder)
    {
        var timeline = RunTimeline.Read(folder);
        foreach (var line in RunTimelineText.Lines(folder.Path, timeline, context.Time.GetLocalNow()))
            context.Screen.Line(line);
        context.Screen.Json(
            new
            {
                Run = timeline.Document.RunId,
                Folder = folder.Path,
                State = timeline.End ?? "unfinished",
                Detail = timeline.EndDetail,
                timeline.Document.CreatedAt,
                timeline.Document.Program,
                timeline.LastSign,
                timeline.Document.DataRoot,
                timeline.Document.Mixture,
                timeline.Document.DataHash,
                timeline.Document.Seed,
                timeline.Document.Device,
                timeline.Document.Precision,
                timeline.Document.Threads,
                ConfigurationHash = timeline.Document.Configuration.Hash,
                timeline.Document.Configuration.BatchSize,
                timeline.Document.Configuration.MicroBatchSize,
                timeline.Document.Configuration.ImageSize,
                timeline.Document.Recovery,
                Injection = timeline.Document.Inject,
                Step = Math.Max(timeline.Training?.Step ?? 0, timeline.Checkpoints is [.., var newest] ? newest.Step : 0),
                timeline.Document.Configuration.Steps,
                Loss = Finite(timeline.Training?.LossMean),
                LearningRate = Finite(timeline.Training?.LearningRate),
                Validation = Finite(timeline.Validation?.Loss),
                Baseline = Finite(timeline.Validation?.BaselineLoss),
                timeline.Openings,
                timeline.Checkpoints,
                timeline.CheckpointTroubles,
                Faults = timeline.Faults.Select(static fault => new
                {
                    fault.Step,
                    fault.Time,
                    fault.Fault,
                    fault.Cause,
                    fault.Action,
                    fault.LostSteps,
                    fault.Seconds,
                }),
                timeline.LostSteps,
                timeline.LostSeconds,
                timeline.Adjustments,
                SkippedBatches = timeline.Skipped,
                timeline.Failure,
            }
        );
    }

    [GeneratedRegex(@"\A[0-9]{8}-[0-9]{6}-[0-9a-f]{6}\z", RegexOptions.None, 1000)]
    private static partial Regex Id();

    /// <summary>Null for a value that is not finite, which JSON cannot represent.</summary>
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
