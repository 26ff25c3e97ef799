using ActorColorize.Actors.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Runs;

/// <summary>The next action to reconcile a run with its desired state.</summary>
public abstract record RunAction
{
    private RunAction() { }

    /// <summary>Nothing to do: the state is as desired, or an action is in progress.</summary>
    public sealed record Nothing : RunAction;

    /// <summary>Prepare its folder.</summary>
    public sealed record Prepare : RunAction;

    /// <summary>Ask the supervisor to train it.</summary>
    public sealed record Start : RunAction;

    /// <summary>Ask the supervisor to save and stop it.</summary>
    public sealed record Stop : RunAction;

    /// <summary>It has ended: journal that.</summary>
    public sealed record Record(TrainingEvents.TrainingEnded End) : RunAction;
}

/// <summary>
/// The desired state of a run and the outcome: the fold of <see cref="TrainingEvents"/>. The actual state belongs to the supervisor;
/// <see cref="NextAction"/> reconciles the two from their current values and not from events, so that anything that a crash has interrupted
/// is completed by the next call.
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

    /// <summary>The latest submission.</summary>
    public TrainingEvents.Submitted Origin { get; private init; }

    /// <summary>When it was first submitted.</summary>
    public DateTimeOffset FirstSubmittedAt => Earlier is [var first, ..] ? first.At : Origin.At;

    /// <summary>The run.</summary>
    public RunId Run => Origin.Run;

    /// <summary>Its display name.</summary>
    public string Name => Origin.Request.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Origin.Request.RunFolder));

    /// <summary>Total steps; null until its folder is prepared.</summary>
    public long? TotalSteps => Preparation?.TotalSteps;

    /// <summary>Its desired state.</summary>
    public DesiredRunState DesiredState => LastRequest?.DesiredState ?? DesiredRunState.Train;

    /// <summary>The client that requested it.</summary>
    public ClientId DesiredBy => LastRequest?.Client ?? Origin.Client;

    /// <summary>How it ended; null while it has not ended, and after it was resumed.</summary>
    public TrainingEvents.TrainingEnded? End { get; private init; }

    /// <summary>
    /// When it last ended, even if it was resumed since: a report of the supervisor about that end or an earlier one is out of date.
    /// </summary>
    public DateTimeOffset LastEndAt => LastEnd?.At ?? DateTimeOffset.MinValue;

    /// <summary>Whether it has ended for good, and not just for a pause.</summary>
    public bool IsOver => End is { Outcome: not RunOutcome.Stopped } || (End is not null && DesiredState != DesiredRunState.Pause);

    /// <summary>The submissions before <see cref="Origin"/>: the first, and the newest under each key.</summary>
    private IReadOnlyList<TrainingEvents.Submitted> Earlier { get; init; } = [];

    private TrainingEvents.Prepared? Preparation { get; init; }

    private TrainingEvents.DesiredStateChanged? LastRequest { get; init; }

    private TrainingEvents.TrainingEnded? LastEnd { get; init; }

    /// <summary>The shortest list of facts that produces this entry.</summary>
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

    /// <summary>The entry after one more fact.</summary>
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

    /// <summary>The phase of the run.</summary>
    /// <param name="placement">The supervisor's report; null if it does not know the run.</param>
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

    /// <summary>The next action.</summary>
    /// <param name="placement">The supervisor's report; null if it does not know the run.</param>
    /// <param name="now">The current time, for facts.</param>
    public RunAction NextAction(RunPlacement? placement, DateTimeOffset now)
    {
        // A run that has ended for its clients is stopped here as well
        if (placement is { Stage: RunStage.OnDevice or RunStage.Waiting })
            return DesiredState == DesiredRunState.Train && End is null ? new RunAction.Nothing() : new RunAction.Stop();
        if (End is not null)
            return new RunAction.Nothing();
        // Stopped but desired: its process was drained, or it was resumed since
        if (
            placement?.End is { } end
            && AtOf(end) > LastEndAt
            && !(end.Outcome == RunOutcome.Stopped && DesiredState == DesiredRunState.Train)
        )
            return new RunAction.Record(new TrainingEvents.TrainingEnded(Run, end.Outcome, end.Step, end.Detail, AtOf(end)));
        return DesiredState switch
        {
            DesiredRunState.Train => TotalSteps is null ? new RunAction.Prepare() : new RunAction.Start(),
            DesiredRunState.Stop => new RunAction.Record(
                new TrainingEvents.TrainingEnded(Run, RunOutcome.Stopped, default, "stopped before it started", now)
            ),
            _ => new RunAction.Nothing(),
        };
    }

    /// <summary>Why a desired state is refused now; null if it is not.</summary>
    /// <param name="desired">The desired state.</param>
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
