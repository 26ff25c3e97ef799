using ActorColorize.Protocol;

namespace ActorColorize.Client;

/// <summary>Updates of a job.</summary>
/// <param name="Job">The job.</param>
/// <param name="Events">What happened, in order: each event of the job's history once, none left out.</param>
/// <param name="Counts">Pictures in terminal states, at least with all that the events tell.</param>
/// <param name="Items">Pictures found so far.</param>
/// <param name="IsScanned">Whether that is the total.</param>
/// <param name="IsOver">Whether the job has ended and this is its last updates.</param>
public sealed record JobUpdate(JobId Job, IReadOnlyList<NumberedJobEvent> Events, JobCounts Counts, long Items, bool IsScanned, bool IsOver)
{
    /// <summary>Sequence number of the last event: a watcher that begins again after it misses nothing.</summary>
    public long LastSequence => Events[^1].Sequence;
}

/// <summary>What became of a submission.</summary>
/// <param name="Job">The job.</param>
/// <param name="IsNew">False where a job with this key was there before.</param>
public sealed record JobSubmission(JobId Job, bool IsNew);

/// <summary>What became of asking for failed pictures again.</summary>
/// <param name="TakenUp">How many are tried again.</param>
/// <param name="Left">How many stay as they are.</param>
public sealed record JobRetry(long TakenUp, long Left);
