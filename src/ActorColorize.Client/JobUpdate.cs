using ActorColorize.Protocol;

namespace ActorColorize.Client;

/// <summary>An update of a job's progress.</summary>
/// <param name="Job">The job.</param>
/// <param name="Events">New events in order; over all updates, each event of the job's history occurs exactly once.</param>
/// <param name="Counts">Pictures in terminal states, including at least those that the events report.</param>
/// <param name="Items">Pictures found so far.</param>
/// <param name="IsScanned">Whether <c>Items</c> is the total.</param>
/// <param name="IsOver">Whether the job has ended and this is the last update.</param>
public sealed record JobUpdate(JobId Job, IReadOnlyList<NumberedJobEvent> Events, JobCounts Counts, long Items, bool IsScanned, bool IsOver)
{
    /// <summary>Sequence number of the last event; a watcher that resumes after it misses nothing.</summary>
    public long LastSequence => Events[^1].Sequence;
}

/// <summary>Result of submitting a job.</summary>
/// <param name="Job">The job.</param>
/// <param name="IsNew">False if a job with this key already existed.</param>
public sealed record JobSubmission(JobId Job, bool IsNew);

/// <summary>Result of retrying failed pictures.</summary>
/// <param name="TakenUp">Number of pictures that are retried.</param>
/// <param name="Left">Number of pictures that are left unchanged.</param>
public sealed record JobRetry(long TakenUp, long Left);

/// <summary>Result of recording a decision about results.</summary>
/// <param name="Recorded">Number of pictures that have the decision now.</param>
/// <param name="Ignored">Number of pictures that are not coloured.</param>
public sealed record JobReview(int Recorded, int Ignored);
