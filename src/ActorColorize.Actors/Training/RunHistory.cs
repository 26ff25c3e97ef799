using ActorColorize.Actors.Faults;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Training;

/// <summary>
/// The part of a run's state that is journalled: the fold of <see cref="RunHistoryEvents"/>. It outlives the process; the rest of
/// <see cref="RunState"/> is lost with the process and recovered from the run folder.
/// </summary>
/// <param name="Run">The run.</param>
public sealed record RunHistory(RunId Run)
{
    /// <summary>
    /// Largest distance in steps of two faults that count as at the same place: when a process dies, its last step reports may be lost.
    /// </summary>
    private const long SamePlace = 3;

    /// <summary>The run's folder; empty before it was started.</summary>
    public string RunFolder { get; init; } = string.Empty;

    /// <summary>The device's newest incarnation; 0 before the first.</summary>
    public Attempt Attempt { get; init; } = new(0);

    /// <summary>Whether a graceful stop was requested.</summary>
    public bool Stopping { get; init; }

    /// <summary>How the run ended; null while it is unfinished.</summary>
    public RunOutcome? Outcome { get; init; }

    /// <summary>What faults have changed about how it trains.</summary>
    public RunAdjustments Adjustments { get; init; } = RunAdjustments.None;

    /// <summary>Faults in a row at the same place, without progress.</summary>
    public int FaultsAtSamePlace { get; init; }

    /// <summary>The step of the last fault.</summary>
    public StepNumber? LastFault { get; init; }

    /// <summary>The furthest step trained on, as far as known from faults.</summary>
    public StepNumber Furthest { get; init; }

    /// <summary>The rate of faults.</summary>
    public FaultRate Rate { get; init; }

    /// <summary>The range of steps that were not finite before the last rollback.</summary>
    public (StepNumber First, StepNumber Last)? Suspects { get; init; }

    /// <summary>Whether the run was started and has not ended.</summary>
    public bool IsUnfinished => RunFolder.Length > 0 && Outcome is null;

    /// <summary>Whether a step was not finite before the last rollback.</summary>
    public bool IsSuspect(StepNumber step) => Suspects is var (first, last) && step.Value >= first.Value && step.Value <= last.Value;

    /// <summary>The history after one more fact.</summary>
    /// <param name="fact">A fact of this run.</param>
    /// <param name="recovery">Its limit of faults per hour is used.</param>
    public RunHistory Apply(RunHistoryEvents.IFact fact, RecoveryPolicy recovery)
    {
        ArgumentNullException.ThrowIfNull(fact);
        ArgumentNullException.ThrowIfNull(recovery);
        return fact switch
        {
            // A user who starts a run again has looked into the failure: fault counts start over.
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
            ).ClearSuspects(quarantined.Step),
            RunHistoryEvents.MemoryChanged changed => this with { Adjustments = Adjustments with { MemoryLevel = changed.Level } },
            RunHistoryEvents.RunHistoryEnded ended => this with { Outcome = ended.Outcome },
            _ => throw new ArgumentException($"unknown fact {fact.GetType().Name}", nameof(fact)),
        };
    }

    /// <summary>
    /// If each of the suspects was not finite again, the batches were at fault and not the learning rate, which is then restored after
    /// them.
    /// </summary>
    private RunHistory ClearSuspects(StepNumber step)
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
