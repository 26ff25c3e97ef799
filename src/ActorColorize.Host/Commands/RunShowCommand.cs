using System.Text.RegularExpressions;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands;

/// <summary>Tells a run's timeline from its folder, or has a daemon say where its run stands.</summary>
internal sealed partial class RunShowCommand(CommandContext context)
{
    /// <summary>Reads the folder and shows what it holds.</summary>
    public Task<ExitCode> RunAsync(RunShowOptions options)
    {
        if (!Directory.Exists(options.Folder) && Id().IsMatch(options.Folder))
            return new RunCommand(context).ShowAsync(new RunOptions(options.Daemon, new RunId(options.Folder)));
        var folder = new RunFolder(Path.GetFullPath(options.Folder));
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
        return Task.FromResult(ExitCode.Success);
    }

    [GeneratedRegex(@"\A[0-9]{8}-[0-9]{6}-[0-9a-f]{6}\z", RegexOptions.None, 1000)]
    private static partial Regex Id();

    /// <summary>JSON has no other numbers.</summary>
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
