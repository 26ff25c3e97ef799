using System.Globalization;
using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;

namespace ActorColorize.Host.Displays;

/// <summary>A run's timeline as lines of text.</summary>
internal static class RunTimelineText
{
    private const int NameWidth = 14;
    private const int PicturesShown = 8;

    /// <summary>The lines.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="timeline">The run's timeline.</param>
    /// <param name="now">The current time.</param>
    public static IEnumerable<string> Lines(string folder, RunTimeline timeline, DateTimeOffset now) =>
        [
            .. Summary(folder, timeline, now),
            .. Checkpoints(timeline, now),
            .. Faults(timeline, now),
            .. Adjustments(timeline),
            .. Failure(timeline),
        ];

    private static IEnumerable<string> Summary(string folder, RunTimeline timeline, DateTimeOffset now)
    {
        var (document, configuration) = (timeline.Document, timeline.Document.Configuration);
        yield return Line("run", $"{document.RunId} in {folder}");
        yield return Line(
            "state",
            timeline.End is { } end ? $"{end}: {timeline.EndDetail}"
                : timeline.LastSign is { } sign ? $"running, or terminated unexpectedly; last heartbeat {Quantities.Time(now - sign)} ago"
                : "not started"
        );
        yield return Line(
            "started",
            $"{document.CreatedAt.ToString("u", CultureInfo.InvariantCulture)} by version {document.Program}; opened "
                + $"{Quantities.Count(timeline.Openings, "time")}"
        );
        yield return Line("data", $"{Data(document)}, hash {document.DataHash[..Math.Min(12, document.DataHash.Length)]}");
        yield return Line(
            "configuration",
            $"batch {configuration.BatchSize}, {configuration.ImageSize}x{configuration.ImageSize} pixels, {configuration.Colors.Bins} "
                + $"bins, learning rate {configuration.LearningRate:0.0e-0}, seed {document.Seed}"
        );
        yield return Line(
            "device",
            $"{document.Device}, {document.Precision.ToString().ToLowerInvariant()}, {Quantities.Count(document.Threads, "thread")}"
        );
        if (document.Inject is { } injection)
            yield return Line("fault injection", injection);
        if (timeline.Training is { } training)
            yield return Line(
                "progress",
                $"step {Quantities.Count(training.Step)} of {Quantities.Count(configuration.Steps)}, loss {training.LossMean:0.000}, "
                    + $"learning rate {training.LearningRate:0.0e-0}"
            );
        if (timeline.Validation is { } validation)
            yield return Line(
                "validation",
                $"loss {validation.Loss:0.000} at step {Quantities.Count(validation.Step)} (trivial baseline "
                    + $"{validation.BaselineLoss:0.000})"
            );
    }

    private static IEnumerable<string> Checkpoints(RunTimeline timeline, DateTimeOffset now)
    {
        foreach (var (index, checkpoint) in timeline.Checkpoints.Index())
        {
            var validation = checkpoint.ValidationLoss is { } loss ? $", validation {loss:0.000}" : string.Empty;
            yield return Line(
                index == 0 ? "checkpoints" : string.Empty,
                $"step {Quantities.Count(checkpoint.Step)}, {Quantities.Time(now - checkpoint.Time)} "
                    + $"ago{validation}{(checkpoint.IsBest ? " (the best)" : string.Empty)}"
            );
        }

        if (timeline.CheckpointTroubles > 0)
            yield return Line(
                string.Empty,
                $"{Quantities.Count(timeline.CheckpointTroubles, "checkpoint")} not written or rejected; see the log"
            );
    }

    private static IEnumerable<string> Faults(RunTimeline timeline, DateTimeOffset now)
    {
        var kinds = timeline
            .Faults.CountBy(static fault => fault.Fault)
            .OrderBy(static kind => kind.Key, StringComparer.Ordinal)
            .Select(static kind => $"{kind.Value} {kind.Key}");
        yield return Line(
            "faults",
            timeline.Faults.Count == 0
                ? "none"
                : $"{Quantities.Count(timeline.Faults.Count)} "
                    + $"({string.Join(", ", kinds)}); "
                    + $"{Quantities.Count(timeline.LostSteps)} steps repeated, "
                    + $"{Quantities.Time(TimeSpan.FromSeconds(timeline.LostSeconds))} lost"
        );
        foreach (var fault in timeline.Faults)
        {
            var cost = fault.Seconds is { } seconds ? $"{Quantities.Count(fault.LostSteps)} steps, {seconds:0.0} s" : "not recovered";
            yield return Line(
                string.Empty,
                $"{Quantities.Clock(fault.Time, now)}  step {Quantities.Count(fault.Step)}  {fault.Fault}: {PrintableName.Of(fault.Cause)}"
            );
            yield return Line(string.Empty, $"       {fault.Action} [{cost}]");
        }
    }

    private static IEnumerable<string> Adjustments(RunTimeline timeline)
    {
        foreach (var cut in timeline.Adjustments.LearningRateCuts)
            yield return Line(
                "adjusted",
                $"learning rate times {cut.Factor.ToString("0.####", CultureInfo.InvariantCulture)} from step "
                    + $"{Quantities.Count(cut.FromStep)} on"
            );
        foreach (var step in timeline.Adjustments.QuarantinedSteps)
            yield return Line(
                "quarantine",
                $"the batch of step {Quantities.Count(step)}"
                    + $"{Pictures(timeline.Skipped.LastOrDefault(batch => batch.Step == step)?.Pictures)}"
            );
        if (timeline.Adjustments.MemoryLevel > 0)
            yield return Line(
                "memory",
                MemoryLadder.Describe(timeline.Document.Configuration.MicroBatchSize, timeline.Adjustments.MemoryLevel)
            );
    }

    private static IEnumerable<string> Failure(RunTimeline timeline)
    {
        if (timeline.Failure is not { } failure)
            yield break;
        yield return Line(
            "failure",
            $"{failure.Fault} at step {Quantities.Count(failure.Step)} in attempt {failure.Attempt}: "
                + $"{PrintableName.Of(failure.Cause)}{Pictures(failure.Pictures)}"
        );
    }

    private static string Pictures(IReadOnlyList<string>? pictures) =>
        pictures switch
        {
            null or [] => string.Empty,
            { Count: <= PicturesShown } => $": {string.Join(", ", pictures.Select(PrintableName.Of))}",
            _ => $": {string.Join(", ", pictures.Take(PicturesShown).Select(PrintableName.Of))} and {pictures.Count - PicturesShown} more",
        };

    private static string Data(RunDocument document) =>
        document.Mixture is { } mixture
            ? string.Join(
                " + ",
                mixture.Select(dataset => $"{dataset.Root} ({dataset.Share / mixture.Sum(static other => other.Share):P0})")
            )
            : document.DataRoot;

    private static string Line(string name, string text) => $"{name.PadRight(NameWidth)}{text}";
}
