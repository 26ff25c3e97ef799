using ActorColorize.Actors.Faults;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Training;

/// <summary>
/// What is known of a run's life from its journal alone: the fold of <see cref="RunHistoryEvents"/>. It outlives every process; whatever
/// <see cref="RunState"/> knows beside it is lost with the process and found again in the run folder.
/// </summary>
/// <param name="Run">The run.</param>
public sealed record RunHistory(RunId Run)
{
    /// <summary>
    /// Steps that a fault may be away from the one before and still count as at the same place: a process that dies takes the last word
    /// about its steps with it.
    /// </summary>
    private const long SamePlace = 3;

    /// <summary>Where the run's files are; empty before it was started.</summary>
    public string RunFolder { get; init; } = string.Empty;

    /// <summary>The device's newest incarnation; 0 before the first.</summary>
    public Attempt Attempt { get; init; } = new(0);

    /// <summary>Whether an orderly end has been asked for.</summary>
    public bool Stopping { get; init; }

    /// <summary>How the run ended; null while it should be running.</summary>
    public RunOutcome? Outcome { get; init; }

    /// <summary>What faults have changed about how it trains.</summary>
    public RunAdjustments Adjustments { get; init; } = RunAdjustments.None;

    /// <summary>Faults in a row at the same place, without a step gained.</summary>
    public int FaultsAtSamePlace { get; init; }

    /// <summary>Where the last fault was.</summary>
    public StepNumber? LastFault { get; init; }

    /// <summary>The furthest step that was learned from, as far as faults have told.</summary>
    public StepNumber Furthest { get; init; }

    /// <summary>How often faults come.</summary>
    public FaultRate Rate { get; init; }

    /// <summary>Steps that were not finite before the run last went back because of such.</summary>
    public (StepNumber First, StepNumber Last)? Suspects { get; init; }

    /// <summary>Whether the run was started and has not ended.</summary>
    public bool IsUnfinished => RunFolder.Length > 0 && Outcome is null;

    /// <summary>Whether a step was not finite before the run last went back.</summary>
    public bool IsSuspect(StepNumber step) => Suspects is var (first, last) && step.Value >= first.Value && step.Value <= last.Value;

    /// <summary>The history after one more fact.</summary>
    /// <param name="fact">A fact of this run.</param>
    /// <param name="recovery">Says how many faults an hour may have.</param>
    public RunHistory Apply(RunHistoryEvents.IFact fact, RecoveryPolicy recovery)
    {
        ArgumentNullException.ThrowIfNull(fact);
        ArgumentNullException.ThrowIfNull(recovery);
        return fact switch
        {
            // Whoever starts a run again has looked at what went wrong: it is judged anew.
            RunHistoryEvents.Started started => new RunHistory(Run)
            {
                RunFolder = started.RunFolder,
                Attempt = Attempt.Next,
                Adjustments = Adjustments,
                Suspects = Suspects,
            },
            RunHistoryEvents.Resumed resumed => this with
            {
                Attempt = resumed.Attempt,
                Rate = Rate.Add(resumed.AtMilliseconds, recovery.FaultsPerHour),
            },
            RunHistoryEvents.StopAsked => this with { Stopping = true },
            RunHistoryEvents.Faulted faulted => Faulted(faulted, recovery),
            RunHistoryEvents.RolledBack back => this with
            {
                Adjustments = Adjustments.Cut(back.BackTo.Value, back.LearningRateFactor),
                Suspects = (back.FirstStep, back.LastStep),
            },
            RunHistoryEvents.Quarantined quarantined => (
                this with
                {
                    Adjustments = Adjustments.Quarantine(quarantined.Step.Value),
                }
            ).Acquitted(quarantined.Step),
            RunHistoryEvents.MemoryChanged changed => this with { Adjustments = Adjustments with { MemoryLevel = changed.Level } },
            RunHistoryEvents.RunHistoryEnded ended => this with { Outcome = ended.Outcome },
            _ => throw new ArgumentException($"unknown fact {fact.GetType().Name}", nameof(fact)),
        };
    }

    /// <summary>
    /// Where each of the suspects was not finite again, the batches were to blame and not the learning rate: it goes up again behind them.
    /// </summary>
    private RunHistory Acquitted(StepNumber step)
    {
        if (Suspects is not var (first, last) || step != last || Adjustments.LearningRateCuts is not [.., var cut])
            return this;
        for (var suspect = first.Value; suspect <= last.Value; suspect++)
        {
            if (!Adjustments.IsQuarantined(suspect))
                return this;
        }

        return this with
        {
            Adjustments = Adjustments.Cut(last.Value, 1 / cut.Factor),
        };
    }

    private RunHistory Faulted(RunHistoryEvents.Faulted faulted, RecoveryPolicy recovery)
    {
        var gained = faulted.Furthest > Furthest;
        var isSamePlace = LastFault is not { } last || Math.Abs(faulted.Step.Value - last.Value) <= SamePlace;
        return this with
        {
            Attempt = faulted.Attempt.Next,
            FaultsAtSamePlace = gained ? 1 : FaultsAtSamePlace + (isSamePlace ? 1 : 0),
            LastFault = faulted.Step,
            Furthest = gained ? faulted.Furthest : Furthest,
            Rate = Rate.Add(faulted.AtMilliseconds, recovery.FaultsPerHour),
        };
    }
}
