using ActorColorize.Actors.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Runs;

/// <summary>What there is to do so that a run comes to be where it is wanted.</summary>
public abstract record RunMove
{
    private RunMove() { }

    /// <summary>All is as it should be, or on its way.</summary>
    public sealed record Nothing : RunMove;

    /// <summary>Make its folder ready.</summary>
    public sealed record Prepare : RunMove;

    /// <summary>Ask the supervisor to train it.</summary>
    public sealed record Start : RunMove;

    /// <summary>Ask the supervisor to save and end it.</summary>
    public sealed record Stop : RunMove;

    /// <summary>It is over: write that down.</summary>
    public sealed record Record(TrainingEvents.TrainingEnded End) : RunMove;
}

/// <summary>
/// A run as its clients want it, and what came of that: the fold of <see cref="TrainingEvents"/>. How it fares is the supervisor's affair;
/// the two are brought together by <see cref="MoveFor"/>, which looks at how things are and not at what happened, so that whatever a crash
/// has cut in two is put right by looking again.
/// <code>
///   Submitted ──▶ Preparing ──Prepared──▶ Waiting ⇄ Running ──▶ Completed │ Failed │ Unsaved
///                     │ cannot be            │         │  ▲          │ resume
///                     ▼                      ▼ pause   ▼  │ resume   ▼
///                   Failed                 Pausing ──▶ Paused     Waiting …
///                                          Stopping ─▶ Stopped
/// </code>
/// </summary>
public sealed record RunEntry
{
    private RunEntry(TrainingEvents.Submitted origin) => Origin = origin;

    /// <summary>Who wanted it last, and how.</summary>
    public TrainingEvents.Submitted Origin { get; private init; }

    /// <summary>When it was submitted for the first time.</summary>
    public DateTimeOffset FirstSubmittedAt => Earlier is [var first, ..] ? first.At : Origin.At;

    /// <summary>The run.</summary>
    public RunId Run => Origin.Run;

    /// <summary>What people call it.</summary>
    public string Name => Origin.Request.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Origin.Request.RunFolder));

    /// <summary>Steps of the whole run; null before its folder is ready.</summary>
    public long? TotalSteps => Preparation?.TotalSteps;

    /// <summary>What is wanted of it.</summary>
    public DesiredRunState DesiredState => LastRequest?.DesiredState ?? DesiredRunState.Train;

    /// <summary>Who wants that.</summary>
    public ClientId DesiredBy => LastRequest?.Client ?? Origin.Client;

    /// <summary>How it ended; null while it has not, and after it was resumed.</summary>
    public TrainingEvents.TrainingEnded? End { get; private init; }

    /// <summary>
    /// When it ended last, also where it was resumed since: what the supervisor says of that end or an earlier one is no updates.
    /// </summary>
    public DateTimeOffset LastEndAt => LastEnd?.At ?? DateTimeOffset.MinValue;

    /// <summary>Whether it has ended, and will not go on by itself or by the end of a pause.</summary>
    public bool IsOver => End is { Outcome: not RunOutcome.Stopped } || (End is not null && DesiredState != DesiredRunState.Pause);

    /// <summary>The submissions before <see cref="Origin"/>: the first, and the newest under each key.</summary>
    private IReadOnlyList<TrainingEvents.Submitted> Earlier { get; init; } = [];

    private TrainingEvents.Prepared? Preparation { get; init; }

    private TrainingEvents.DesiredStateChanged? LastRequest { get; init; }

    private TrainingEvents.TrainingEnded? LastEnd { get; init; }

    /// <summary>The fewest facts that make this entry: those of its history that still count.</summary>
    public IReadOnlyList<TrainingEvents.IFact> ToFacts()
    {
        IEnumerable<TrainingEvents.IFact?> facts = (LastEnd, End) switch
        {
            (null, _) => [.. Earlier, Origin, Preparation, LastRequest],
            (_, null) when Earlier.Count == 0 => [Origin, LastEnd, Origin, Preparation, LastRequest], // it was resumed
            (_, null) => [.. Earlier, LastEnd, Origin, Preparation, LastRequest],
            _ => [.. Earlier, Origin, Preparation, LastRequest, End],
        };
        return [.. facts.OfType<TrainingEvents.IFact>()];
    }

    /// <summary>The run after one more fact.</summary>
    /// <param name="entry">The run; null before its first fact.</param>
    /// <param name="fact">The fact.</param>
    public static RunEntry Apply(RunEntry? entry, TrainingEvents.IFact fact) =>
        (entry, fact) switch
        {
            (null, TrainingEvents.Submitted submitted) => new RunEntry(submitted),
            (null, _) => throw new ArgumentException($"{fact} is about a run that nobody has submitted", nameof(fact)),
            (_, TrainingEvents.Submitted again) => entry with
            {
                Earlier = [.. entry.Earlier.Where((earlier, index) => index == 0 || !IsSameKey(earlier, entry.Origin)), entry.Origin],
                Origin = again,
                Preparation = null,
                LastRequest = null,
                End = null,
            },
            (_, TrainingEvents.Prepared prepared) => entry with { Preparation = prepared },
            (_, TrainingEvents.DesiredStateChanged changed) => entry with
            {
                LastRequest = changed,
                End = changed.DesiredState == DesiredRunState.Train ? null : entry.End,
            },
            (_, TrainingEvents.TrainingEnded ended) => entry with { End = ended, LastEnd = ended },
            (_, TrainingEvents.Promoted) => entry,
            _ => throw new ArgumentException($"unknown fact {fact}", nameof(fact)),
        };

    /// <summary>Where the run is.</summary>
    /// <param name="placement">What the supervisor says; null where it does not know the run.</param>
    public TrainingPhase PhaseWith(RunPlacement? placement) =>
        (End, placement?.Stage, DesiredState) switch
        {
            ({ Outcome: RunOutcome.Completed }, _, _) => TrainingPhase.Completed,
            ({ Outcome: RunOutcome.Failed }, _, _) => TrainingPhase.Failed,
            ({ Outcome: RunOutcome.Unsaved }, _, _) => TrainingPhase.Unsaved,
            ({ Outcome: RunOutcome.Stopped }, _, DesiredRunState.Pause) => TrainingPhase.Paused,
            ({ Outcome: RunOutcome.Stopped }, _, _) => TrainingPhase.Stopped,
            (_, RunStage.OnDevice, DesiredRunState.Train) => TrainingPhase.Running,
            (_, RunStage.OnDevice or RunStage.Waiting, DesiredRunState.Pause) => TrainingPhase.Pausing,
            (_, RunStage.OnDevice or RunStage.Waiting, DesiredRunState.Stop) => TrainingPhase.Stopping,
            (_, _, DesiredRunState.Pause) => TrainingPhase.Paused,
            (_, _, DesiredRunState.Stop) => TrainingPhase.Stopping,
            _ => TotalSteps is null ? TrainingPhase.Preparing : TrainingPhase.Waiting,
        };

    /// <summary>What there is to do now.</summary>
    /// <param name="placement">What the supervisor says; null where it does not know the run.</param>
    /// <param name="now">The time, for what is written down.</param>
    public RunMove MoveFor(RunPlacement? placement, DateTimeOffset now)
    {
        if (placement is { Stage: RunStage.OnDevice or RunStage.Waiting })
            return DesiredState == DesiredRunState.Train && End is null ? new RunMove.Nothing() : new RunMove.Stop(); // one that was taken for over as well
        if (End is not null)
            return new RunMove.Nothing();
        // Stopped and wanted: its process was let rest, or it was resumed since
        if (
            placement?.End is { } end
            && AtOf(end) > LastEndAt
            && !(end.Outcome == RunOutcome.Stopped && DesiredState == DesiredRunState.Train)
        )
            return new RunMove.Record(new TrainingEvents.TrainingEnded(Run, end.Outcome, end.Step, end.Detail, AtOf(end)));
        return DesiredState switch
        {
            DesiredRunState.Train => TotalSteps is null ? new RunMove.Prepare() : new RunMove.Start(),
            DesiredRunState.Stop => new RunMove.Record(
                new TrainingEvents.TrainingEnded(Run, RunOutcome.Stopped, default, "stopped before its turn came", now)
            ),
            _ => new RunMove.Nothing(),
        };
    }

    /// <summary>Why a desired is refused now; null where it is not.</summary>
    /// <param name="desired">What is wanted.</param>
    public string? Objection(DesiredRunState desired) =>
        (End?.Outcome, desired) switch
        {
            (null, _) => null,
            (RunOutcome.Completed, DesiredRunState.Train) =>
                $"run {Run} is complete; to train it further, start it again in {Origin.Request.RunFolder} with more steps",
            (_, DesiredRunState.Train) => null,
            (RunOutcome.Stopped, DesiredRunState.Stop) => null,
            (RunOutcome.Stopped, DesiredRunState.Pause) when DesiredState == DesiredRunState.Pause => null,
            (var outcome, _) => $"run {Run} has ended: {outcome.ToString()!.ToLowerInvariant()}",
        };

    private static bool IsSameKey(TrainingEvents.Submitted one, TrainingEvents.Submitted other) =>
        (one.Client, one.Key) == (other.Client, other.Key);

    private static DateTimeOffset AtOf(RunHistoryEvents.RunHistoryEnded end) => DateTimeOffset.FromUnixTimeMilliseconds(end.AtMilliseconds);
}
