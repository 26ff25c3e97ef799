using System.Text.RegularExpressions;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands;

/// <summary>Tells a run's story from its folder, or has a daemon say where its run stands.</summary>
internal sealed partial class RunShowCommand(CommandContext context)
{
    /// <summary>Reads the folder and shows what it holds.</summary>
    public Task<ExitCode> RunAsync(RunShowOptions options)
    {
        if (!Directory.Exists(options.Folder) && Id().IsMatch(options.Folder))
            return new RunCommand(context).ShowAsync(new RunOptions(options.Daemon, new RunId(options.Folder)));
        var folder = new RunFolder(Path.GetFullPath(options.Folder));
        var story = RunStory.Read(folder);
        foreach (var line in RunStoryText.Lines(folder.Path, story, context.Time.GetLocalNow()))
            context.Screen.Line(line);
        context.Screen.Json(
            new
            {
                Run = story.Document.RunId,
                Folder = folder.Path,
                State = story.End ?? "unfinished",
                Detail = story.EndDetail,
                story.Document.CreatedAt,
                story.Document.Program,
                story.LastSign,
                story.Document.DataRoot,
                story.Document.DataHash,
                story.Document.Seed,
                story.Document.Device,
                story.Document.Precision,
                story.Document.Threads,
                ConfigurationHash = story.Document.Configuration.Hash,
                story.Document.Configuration.BatchSize,
                story.Document.Configuration.MicroBatchSize,
                story.Document.Configuration.ImageSize,
                story.Document.Recovery,
                Drill = story.Document.Inject,
                Step = Math.Max(story.Training?.Step ?? 0, story.Checkpoints is [.., var newest] ? newest.Step : 0),
                story.Document.Configuration.Steps,
                Loss = Finite(story.Training?.LossMean),
                LearningRate = Finite(story.Training?.LearningRate),
                Validation = Finite(story.Validation?.Loss),
                Baseline = Finite(story.Validation?.BaselineLoss),
                story.Openings,
                story.Checkpoints,
                story.CheckpointTroubles,
                Faults = story.Faults.Select(static fault => new
                {
                    fault.Step,
                    fault.Time,
                    fault.Fault,
                    fault.Cause,
                    fault.Action,
                    fault.LostSteps,
                    fault.Seconds,
                }),
                story.LostSteps,
                story.LostSeconds,
                story.Adjustments,
                SkippedBatches = story.Skipped,
                story.Failure,
            }
        );
        return Task.FromResult(ExitCode.Success);
    }

    [GeneratedRegex(@"\A[0-9]{8}-[0-9]{6}-[0-9a-f]{6}\z", RegexOptions.None, 1000)]
    private static partial Regex Id();

    /// <summary>JSON has no other numbers.</summary>
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
