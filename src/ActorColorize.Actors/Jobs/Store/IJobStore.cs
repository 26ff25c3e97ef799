using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>
/// Stores jobs, their pictures and their history. One coordinator at a time writes: it becomes the leader, and commits of an earlier leader
/// are refused. Not thread-safe.
/// </summary>
public interface IJobStore : IDisposable
{
    /// <summary>Takes over leadership: commits under earlier terms are refused from now on.</summary>
    /// <returns>The term.</returns>
    /// <exception cref="JobStoreException">The store cannot be written.</exception>
    long BecomeLeader();

    /// <summary>
    /// Commits changes, all of them or none. After a transient fault it is not known whether they are committed: a commit that is repeated
    /// under its number is applied once.
    /// </summary>
    /// <param name="term">The term that it belongs to.</param>
    /// <param name="number">Its number within the term, from 1; higher than those before.</param>
    /// <param name="changes">The changes.</param>
    /// <exception cref="JobStoreException">The term has ended, or the store cannot be written.</exception>
    void Commit(long term, long number, IReadOnlyList<StoreChange> changes);

    /// <summary>The unfinished jobs.</summary>
    IReadOnlyList<StoredJob> OpenJobs();

    /// <summary>A job, including one that has ended; null if there is none.</summary>
    StoredJob? Find(JobId job);

    /// <summary>The job that a client submitted under a key; null if there is none.</summary>
    StoredJob? FindByKey(ClientId client, string key);

    /// <summary>The open units of a job.</summary>
    IReadOnlyList<StoredUnit> Units(JobId job);

    /// <summary>Of the given pictures, those that are not in a terminal state.</summary>
    IReadOnlyList<WorkItem> Unsettled(JobId job, IReadOnlyList<long> numbers);

    /// <summary>Pending pictures of a range of numbers, in order.</summary>
    IReadOnlyList<WorkItem> Pending(JobId job, long after, long upTo, int limit);

    /// <summary>The path of the last picture that was found, after which the walk continues; null before the first.</summary>
    string? LastPath(JobId job);

    /// <summary>
    /// All settled pictures of a job with the time of settlement, in the order in which they were found. Streamed: the store must not be
    /// used otherwise until all are read.
    /// </summary>
    IEnumerable<SettledPicture> Settled(JobId job);

    /// <summary>Of the given pictures, those that are settled.</summary>
    IReadOnlyList<SettledPicture> Settled(JobId job, IReadOnlyList<long> numbers);

    /// <summary>
    /// The paths of a job's rejected results, in the order in which they were found. Streamed: the store must not be used otherwise until
    /// all are read.
    /// </summary>
    IEnumerable<string> Rejected(JobId job);

    /// <summary>Answers <see cref="JobQueries.Reviews"/>.</summary>
    JobReports.ReviewCounts Reviews(JobId job);

    /// <summary>Answers <see cref="JobQueries.List"/>.</summary>
    JobReports.JobPage List(JobQueries.List query);

    /// <summary>Answers <see cref="JobQueries.Items"/>, without knowing which of the pending ones are leased.</summary>
    JobReports.ItemPage Items(JobQueries.Items query);

    /// <summary>Answers <see cref="JobQueries.Errors"/>.</summary>
    JobReports.ErrorPage Errors(JobQueries.Errors query);

    /// <summary>Answers <see cref="JobQueries.EventsAfter"/>.</summary>
    IReadOnlyList<NumberedJobEvent> Events(JobId job, long after, int limit);

    /// <summary>A page of the jobs whose details are to be deleted, the oldest first.</summary>
    /// <param name="time">Jobs that ended before it and still have their pictures and history.</param>
    /// <param name="passing">Passing jobs that ended before it.</param>
    IReadOnlyList<JobId> EndedBefore(DateTimeOffset time, DateTimeOffset passing);
}

/// <summary>A stored job.</summary>
/// <param name="State">The job as a whole.</param>
/// <param name="JournalSequence">The newest journal record in it.</param>
/// <param name="Progress">Its progress.</param>
public sealed record StoredJob(JobState State, long JournalSequence, LedgerProgress Progress);

/// <summary>A picture in a terminal state.</summary>
/// <param name="RelativePath">Its path.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="At">When.</param>
/// <param name="Review">What a person has decided about its result.</param>
public sealed record SettledPicture(
    string RelativePath,
    ItemOutcome Outcome,
    DateTimeOffset At,
    ReviewDecision Review = ReviewDecision.None
);

/// <summary>An operation of the job store failed.</summary>
/// <param name="fault">The kind of fault.</param>
/// <param name="message">One line.</param>
/// <param name="inner">The database's exception.</param>
public sealed class JobStoreException(JobStoreFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The kind of fault.</summary>
    public JobStoreFault Fault { get; } = fault;
}

/// <summary>Kinds of faults of a job store.</summary>
public enum JobStoreFault
{
    /// <summary>Transient: no space left, no permission, no connection. The operation should be retried over a new connection.</summary>
    Passing,

    /// <summary>
    /// The database denies access or lacks something: a wrong password, an unknown database, missing rights. Like <see cref="Passing"/>,
    /// but a person has to fix it.
    /// </summary>
    Refused,

    /// <summary>Another coordinator has become the leader.</summary>
    Fenced,

    /// <summary>The database is damaged, or not one of this program's.</summary>
    Broken,

    /// <summary>The database was written by a later version of this program.</summary>
    Newer,
}
