using System.Diagnostics;
using System.Diagnostics.Metrics;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Metrics;

/// <summary>What becomes of archive pictures, and how long the stages of their way take.</summary>
internal static class PictureInstruments
{
    private static readonly Counter<long> Settled = ProgramMeter.Instance.CreateCounter<long>(
        "actorcolorize.pictures.settled",
        "{picture}",
        "Pictures of jobs whose outcome is on disk, by outcome"
    );

    private static readonly Histogram<double> StageDuration = ProgramMeter.Instance.CreateHistogram<double>(
        "actorcolorize.picture.stage.duration",
        "s",
        "Time that a stage of a picture takes: read (hash, decode, thumbnail), network (a batch), write (recompose, encode)",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] }
    );

    /// <summary>Counts a settled picture.</summary>
    internal static void Count(ItemOutcome outcome) => Settled.Add(1, new KeyValuePair<string, object?>("outcome", Word(outcome)));

    /// <summary>Measures a stage until it is disposed, and records it as a span of the job's trace.</summary>
    /// <param name="stage"><c>read</c>, <c>network</c> or <c>write</c>.</param>
    /// <param name="traceParent">The job's span; null without tracing.</param>
    /// <param name="picture">The picture's path in the archive; null for a batch.</param>
    internal static Stage Measure(string stage, string? traceParent, string? picture) => new(stage, traceParent, picture);

    private static string Word(ItemOutcome outcome) =>
        outcome switch
        {
            ItemOutcome.Done => "done",
            ItemOutcome.Skipped => "skipped",
            ItemOutcome.Failed => "failed",
            ItemOutcome.Quarantined => "quarantined",
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Unknown outcome."),
        };

    /// <summary>A stage under way.</summary>
    internal readonly struct Stage : IDisposable
    {
        private readonly string _stage;
        private readonly long _began;
        private readonly Activity? _span;

        internal Stage(string stage, string? traceParent, string? picture)
        {
            _stage = stage;
            _span = Tracing.StartUnder(traceParent, $"picture.{stage}");
            if (picture is not null)
                _span?.SetTag("actorcolorize.picture", picture);
            _began = Stopwatch.GetTimestamp();
        }

        public void Dispose()
        {
            StageDuration.Record(Stopwatch.GetElapsedTime(_began).TotalSeconds, new KeyValuePair<string, object?>("stage", _stage));
            _span?.Dispose();
        }
    }
}
