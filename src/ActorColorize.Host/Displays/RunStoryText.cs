using System.Globalization;
using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Metrics;

namespace ActorColorize.Host.Displays;

/// <summary>A run's story as lines for people.</summary>
internal static class RunStoryText
{
    private const int NameWidth = 14;
    private const int PicturesShown = 8;

    /// <summary>The lines.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="story">What it holds.</param>
    /// <param name="now">The present.</param>
    public static IEnumerable<string> Lines(string folder, RunStory story, DateTimeOffset now) =>
        [.. Summary(folder, story, now), .. Checkpoints(story, now), .. Faults(story, now), .. Adjustments(story), .. Failure(story)];

    private static IEnumerable<string> Summary(string folder, RunStory story, DateTimeOffset now)
    {
        var (document, configuration) = (story.Document, story.Document.Configuration);
        yield return Line("run", $"{document.RunId} in {folder}");
        yield return Line(
            "state",
            story.End is { } end ? $"{end}: {story.EndDetail}"
                : story.LastSign is { } sign ? $"running, or ended without a word; last sign of life {Quantities.Time(now - sign)} ago"
                : "not begun"
        );
        yield return Line(
            "started",
            $"{document.CreatedAt.ToString("u", CultureInfo.InvariantCulture)} by version {document.Program}; opened {Quantities.Count(story.Openings, "time")}"
        );
        yield return Line("data", $"{document.DataRoot}, hash {document.DataHash[..Math.Min(12, document.DataHash.Length)]}");
        yield return Line(
            "configuration",
            $"batch {configuration.BatchSize}, {configuration.ImageSize}x{configuration.ImageSize} pixels, {configuration.Colors.Bins} bins, learning rate {configuration.LearningRate:0.0e-0}, seed {document.Seed}"
        );
        yield return Line(
            "device",
            $"{document.Device}, {document.Precision.ToString().ToLowerInvariant()}, {Quantities.Count(document.Threads, "thread")}"
        );
        if (document.Inject is { } drill)
            yield return Line("drill", drill);
        if (story.Training is { } training)
            yield return Line(
                "progress",
                $"step {Quantities.Count(training.Step)} of {Quantities.Count(configuration.Steps)}, loss {training.LossMean:0.000}, learning rate {training.LearningRate:0.0e-0}"
            );
        if (story.Validation is { } validation)
            yield return Line(
                "validation",
                $"loss {validation.Loss:0.000} at step {Quantities.Count(validation.Step)} (trivial baseline {validation.BaselineLoss:0.000})"
            );
    }

    private static IEnumerable<string> Checkpoints(RunStory story, DateTimeOffset now)
    {
        foreach (var (index, checkpoint) in story.Checkpoints.Index())
        {
            var validation = checkpoint.ValidationLoss is { } loss ? $", validation {loss:0.000}" : string.Empty;
            yield return Line(
                index == 0 ? "checkpoints" : string.Empty,
                $"step {Quantities.Count(checkpoint.Step)}, {Quantities.Time(now - checkpoint.Time)} ago{validation}{(checkpoint.IsBest ? " (the best)" : string.Empty)}"
            );
        }

        if (story.CheckpointTroubles > 0)
            yield return Line(
                string.Empty,
                $"{Quantities.Count(story.CheckpointTroubles, "checkpoint")} not written or set aside; the log says which"
            );
    }

    private static IEnumerable<string> Faults(RunStory story, DateTimeOffset now)
    {
        yield return Line(
            "faults",
            story.Faults.Count == 0
                ? "none"
                : $"{Quantities.Count(story.Faults.Count)} ({string.Join(", ", story.Faults.CountBy(static fault => fault.Fault).OrderBy(static kind => kind.Key, StringComparer.Ordinal).Select(static kind => $"{kind.Value} {kind.Key}"))}); "
                    + $"{Quantities.Count(story.LostSteps)} steps made again, {Quantities.Time(TimeSpan.FromSeconds(story.LostSeconds))} lost"
        );
        foreach (var fault in story.Faults)
        {
            var cost = fault.Seconds is { } seconds ? $"{Quantities.Count(fault.LostSteps)} steps, {seconds:0.0} s" : "not overcome";
            yield return Line(
                string.Empty,
                $"{Quantities.Clock(fault.Time, now)}  step {Quantities.Count(fault.Step)}  {fault.Fault}: {PrintableName.Of(fault.Cause)}"
            );
            yield return Line(string.Empty, $"       {fault.Action} [{cost}]");
        }
    }

    private static IEnumerable<string> Adjustments(RunStory story)
    {
        foreach (var cut in story.Adjustments.LearningRateCuts)
            yield return Line(
                "adjusted",
                $"learning rate times {cut.Factor.ToString("0.####", CultureInfo.InvariantCulture)} from step {Quantities.Count(cut.FromStep)} on"
            );
        foreach (var step in story.Adjustments.QuarantinedSteps)
            yield return Line(
                "quarantine",
                $"the batch of step {Quantities.Count(step)}{Pictures(story.Skipped.LastOrDefault(batch => batch.Step == step)?.Pictures)}"
            );
        if (story.Adjustments.MemoryLevel > 0)
            yield return Line("memory", MemoryLadder.Describe(story.Document.Configuration.MicroBatchSize, story.Adjustments.MemoryLevel));
    }

    private static IEnumerable<string> Failure(RunStory story)
    {
        if (story.Failure is not { } failure)
            yield break;
        yield return Line(
            "failure",
            $"{failure.Fault} at step {Quantities.Count(failure.Step)} in attempt {failure.Attempt}: {PrintableName.Of(failure.Cause)}{Pictures(failure.Pictures)}"
        );
    }

    private static string Pictures(IReadOnlyList<string>? pictures) =>
        pictures switch
        {
            null or [] => string.Empty,
            { Count: <= PicturesShown } => $": {string.Join(", ", pictures.Select(PrintableName.Of))}",
            _ => $": {string.Join(", ", pictures.Take(PicturesShown).Select(PrintableName.Of))} and {pictures.Count - PicturesShown} more",
        };

    private static string Line(string name, string text) => $"{name.PadRight(NameWidth)}{text}";
}
