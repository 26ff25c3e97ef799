using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Training;
using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Actors.Metrics;

/// <summary>A checkpoint of a run.</summary>
/// <param name="Step">Steps completed.</param>
/// <param name="Time">When it was written.</param>
/// <param name="ValidationLoss">Measured at this step; null if it was not.</param>
/// <param name="IsBest">Whether it is the best of those kept.</param>
/// <param name="Folder">Where it is.</param>
public sealed record TimelineCheckpoint(long Step, DateTimeOffset Time, double? ValidationLoss, bool IsBest, string Folder);

/// <summary>The timeline of a run, read from its folder during the run or afterwards. Reading does not change the folder.</summary>
public sealed record RunTimeline
{
    private static readonly string[] Ends = ["completed", "stopped", "failed", "unsaved"];

    /// <summary>What the run was started with.</summary>
    public required RunDocument Document { get; init; }

    /// <summary>How it ended: completed, stopped, failed or unsaved; null while it runs, and if its process ended unexpectedly.</summary>
    public string? End { get; init; }

    /// <summary>The latest detail about its end; null before.</summary>
    public string? EndDetail { get; init; }

    /// <summary>Time of the newest line in its log; null before the first.</summary>
    public DateTimeOffset? LastSign { get; init; }

    /// <summary>The newest line of training metrics.</summary>
    public TrainLine? Training { get; init; }

    /// <summary>The newest validation.</summary>
    public ValidationLine? Validation { get; init; }

    /// <summary>How often training was started or resumed, in any process.</summary>
    public int Openings { get; init; }

    /// <summary>Checkpoints that could not be written or were found damaged.</summary>
    public int CheckpointTroubles { get; init; }

    /// <summary>The complete checkpoints, oldest first.</summary>
    public required IReadOnlyList<TimelineCheckpoint> Checkpoints { get; init; }

    /// <summary>The faults, oldest first.</summary>
    public required IReadOnlyList<FaultLine> Faults { get; init; }

    /// <summary>What faults have changed about how the run trains.</summary>
    public required RunAdjustments Adjustments { get; init; }

    /// <summary>The skipped batches.</summary>
    public required IReadOnlyList<SkippedBatch> Skipped { get; init; }

    /// <summary>The failure report; null if it did not fail, or has been resumed since.</summary>
    public FailureReport? Failure { get; init; }

    /// <summary>Steps that had to be repeated because of faults.</summary>
    public long LostSteps => Faults.Sum(static fault => fault.LostSteps);

    /// <summary>Time lost to faults, seconds.</summary>
    public double LostSeconds => Faults.Sum(static fault => fault.Seconds ?? 0);

    /// <summary>Reads a run's folder.</summary>
    /// <exception cref="RunFolderException">It is not a run folder, or a document in it cannot be read.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static RunTimeline Read(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var document = RunDocument.Load(folder);
        var entries = new CheckpointStore(folder.Path, document.RunId).List();
        var best = CheckpointStore.Best(entries);
        var timeline = new RunTimeline
        {
            Document = document,
            Checkpoints =
            [
                .. entries.Select(entry => new TimelineCheckpoint(
                    entry.Manifest.Step,
                    entry.Manifest.CreatedAt,
                    entry.Manifest.ValidationLoss,
                    entry == best,
                    entry.Folder
                )),
            ],
            Faults = [],
            Adjustments = RunAdjustments.Load(folder),
            Skipped = SkippedBatch.All(folder),
        };
        var faults = new List<FaultLine>();
        foreach (var line in File.Exists(folder.MetricsLog) ? MetricsLog.Read(folder.MetricsLog) : [])
        {
            timeline = timeline.With(line);
            if (line is FaultLine fault)
                faults.Add(fault);
        }

        return timeline with
        {
            Faults = faults,
            Failure = timeline.End == "failed" ? FailureReport.TryLoad(folder) : null,
        };
    }

    private RunTimeline With(MetricsLine line)
    {
        var seen = this with { LastSign = line.Time };
        return line switch
        {
            TrainLine training => seen with { Training = training },
            ValidationLine validation => seen with { Validation = validation },
            EventLine { Event: "started" or "resumed" } => seen with { Openings = Openings + 1, End = null, EndDetail = null },
            EventLine { Event: "checkpoint_failed" or "checkpoint_rejected" } => seen with { CheckpointTroubles = CheckpointTroubles + 1 },
            EventLine end when Ends.Contains(end.Event, StringComparer.Ordinal) => seen with { End = end.Event, EndDetail = end.Message },
            _ => seen,
        };
    }
}
