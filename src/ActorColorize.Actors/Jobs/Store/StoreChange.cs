using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>
/// A change to the job store. Changes are committed in batches, each whole or not at all, in the order in which they were decided.
/// </summary>
/// <param name="Job">The job.</param>
public abstract record StoreChange(JobId Job)
{
    /// <summary>The state of a job.</summary>
    /// <param name="State">The state.</param>
    /// <param name="JournalSequence">The newest journal record in it; older records need not be applied again.</param>
    public sealed record JobSaved(JobState State, long JournalSequence) : StoreChange(State.Job);

    /// <summary>The progress of a job.</summary>
    public sealed record ProgressSaved(JobId Job, LedgerProgress Progress) : StoreChange(Job);

    /// <summary>An event for watchers.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Sequence">Its place in the job's history.</param>
    /// <param name="At">When.</param>
    /// <param name="Event">The event; not the settlement of a picture.</param>
    public sealed record EventRecorded(JobId Job, long Sequence, DateTimeOffset At, JobEvents.IJobEvent Event) : StoreChange(Job);

    /// <summary>
    /// Results that an earlier job with the same model and options left in the output folder; pictures that are found later get theirs.
    /// </summary>
    public sealed record EarlierResultsFound(JobId Job, IReadOnlyList<EarlierResult> Results) : StoreChange(Job);

    /// <summary>All pictures have been found and have their earlier results.</summary>
    public sealed record EarlierResultsUsed(JobId Job) : StoreChange(Job);

    /// <summary>More pictures of the archive.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="First">Number of the first of them.</param>
    /// <param name="RelativePaths">Their paths, in the order of their numbers.</param>
    public sealed record ItemsFound(JobId Job, long First, IReadOnlyList<string> RelativePaths) : StoreChange(Job);

    /// <summary>A unit is leased, or waits to be leased again.</summary>
    public sealed record UnitSaved(JobId Job, StoredUnit Unit) : StoreChange(Job);

    /// <summary>A unit is closed: all its pictures are settled or belong to other units.</summary>
    public sealed record UnitClosed(JobId Job, long Unit) : StoreChange(Job);

    /// <summary>A picture reached its terminal state.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Sequence">Its place in the job's history.</param>
    /// <param name="At">When.</param>
    /// <param name="Item">The picture.</param>
    /// <param name="Outcome">How it ended.</param>
    /// <param name="Attempts">How often it was tried since it became pending.</param>
    public sealed record ItemSettled(JobId Job, long Sequence, DateTimeOffset At, WorkItem Item, ItemOutcome Outcome, int Attempts)
        : StoreChange(Job);

    /// <summary>All failed pictures are pending again.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Quarantined">Whether quarantined pictures are included.</param>
    public sealed record FailedReopened(JobId Job, bool Quarantined) : StoreChange(Job);

    /// <summary>A decision about results; pictures that are not coloured have none.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Items">Numbers of the pictures.</param>
    /// <param name="Decision">The decision.</param>
    public sealed record ItemsReviewed(JobId Job, IReadOnlyList<long> Items, ReviewDecision Decision) : StoreChange(Job);

    /// <summary>An ended job is deleted with its pictures and its history.</summary>
    public sealed record JobDeleted(JobId Job) : StoreChange(Job);

    /// <summary>
    /// The pictures and the history of jobs that ended long ago are deleted, a part at a time; passing jobs are deleted entirely.
    /// </summary>
    /// <param name="Jobs">The jobs, at least one; each begun when the one before is complete.</param>
    /// <param name="AtMost">Most rows of each kind.</param>
    public sealed record DetailsForgotten(IReadOnlyList<JobId> Jobs, int AtMost) : StoreChange(Jobs[0]);
}

/// <summary>The progress of a job.</summary>
/// <param name="Items">Pictures found so far.</param>
/// <param name="PassedOver">Entries of the archive that are not part of the job.</param>
/// <param name="Cursor">Number of the last picture that was put into a unit in the current pass.</param>
/// <param name="NextUnit">Number of the next unit.</param>
/// <param name="Counts">Pictures in terminal states.</param>
/// <param name="LastSequence">Sequence number of the newest event.</param>
public readonly record struct LedgerProgress(long Items, long PassedOver, long Cursor, long NextUnit, JobCounts Counts, long LastSequence)
{
    /// <summary>The progress of a job that has just been accepted.</summary>
    public static LedgerProgress None { get; } = new(0, 0, -1, 0, default, 0);
}

/// <summary>An open unit.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Epoch">Epoch of its newest lease; 0 before the first.</param>
/// <param name="Holder">The worker that it is leased to; null while it waits.</param>
/// <param name="Items">Numbers of its pictures; those that are already settled are ignored.</param>
/// <param name="IsAlone">Whether its single picture is suspected of killing workers, so that its worker gets no other unit.</param>
/// <param name="Attempt">How often its pictures have been tried, including this time.</param>
/// <param name="Deaths">Workers that died while they held it alone.</param>
/// <param name="Lapses">How often its lease expired.</param>
public sealed record StoredUnit(
    long Number,
    int Epoch,
    WorkerId? Holder,
    IReadOnlyList<long> Items,
    bool IsAlone,
    int Attempt,
    int Deaths,
    int Lapses
);

/// <summary>A result in the output folder that an earlier job recorded.</summary>
/// <param name="RelativePath">The picture.</param>
/// <param name="Result">What was recorded; null if this job cannot use it.</param>
public sealed record EarlierResult(string RelativePath, RecordedResult? Result);
