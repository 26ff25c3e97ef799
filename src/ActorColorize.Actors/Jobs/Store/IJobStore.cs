using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>
/// Where jobs, their pictures and their history are kept. One coordinator at a time writes: it becomes the leader, and a commit of an
/// earlier holder is refused. For one thread.
/// </summary>
public interface IJobStore : IDisposable
{
    /// <summary>Takes leadership: commits under earlier terms are refused from now on.</summary>
    /// <returns>The term.</returns>
    /// <exception cref="JobStoreException">The store cannot be written.</exception>
    long BecomeLeader();

    /// <summary>
    /// Commits changes, all of them or none. Where it fails with a fault that may pass, it is not known whether they are committed: the
    /// same commit, made again under its number, is made once.
    /// </summary>
    /// <param name="term">The term that it belongs to.</param>
    /// <param name="number">Its number within the term, from 1; higher than those before.</param>
    /// <param name="changes">The changes.</param>
    /// <exception cref="JobStoreException">The term is over, or the store cannot be written.</exception>
    void Commit(long term, long number, IReadOnlyList<StoreChange> changes);

    /// <summary>The jobs that are not over.</summary>
    IReadOnlyList<StoredJob> OpenJobs();

    /// <summary>A job, also one that is over.</summary>
    StoredJob? Find(JobId job);

    /// <summary>The job that a client submitted under a key.</summary>
    StoredJob? FindByKey(ClientId client, string key);

    /// <summary>The open units of a job.</summary>
    IReadOnlyList<StoredUnit> Units(JobId job);

    /// <summary>Those of some pictures that are not in a terminal state.</summary>
    IReadOnlyList<WorkItem> Unsettled(JobId job, IReadOnlyList<long> numbers);

    /// <summary>Pending pictures of a range of numbers, in their order.</summary>
    IReadOnlyList<WorkItem> Pending(JobId job, long after, long upTo, int limit);

    /// <summary>The path of the last picture that was found, where the walk goes on; null before the first.</summary>
    string? LastPath(JobId job);

    /// <summary>
    /// All settled pictures of a job with when they were, in the order of finding. Read as they are asked for; nothing else may be asked
    /// until all are read.
    /// </summary>
    IEnumerable<SettledPicture> Settled(JobId job);

    /// <summary>Answers <see cref="JobQueries.List"/>.</summary>
    JobReports.JobPage List(JobQueries.List query);

    /// <summary>Answers <see cref="JobQueries.Items"/>, without knowing which of the pending ones are leased.</summary>
    JobReports.ItemPage Items(JobQueries.Items query);

    /// <summary>Answers <see cref="JobQueries.Errors"/>.</summary>
    JobReports.ErrorPage Errors(JobQueries.Errors query);

    /// <summary>The events that <see cref="JobQueries.EventsAfter"/> asks for.</summary>
    IReadOnlyList<NumberedJobEvent> Events(JobId job, long after, int limit);

    /// <summary>Jobs that are to be forgotten, the oldest first, a page of them.</summary>
    /// <param name="time">Those that ended before it and still have their pictures and history.</param>
    /// <param name="passing">And those that ended before it and are passing.</param>
    IReadOnlyList<JobId> EndedBefore(DateTimeOffset time, DateTimeOffset passing);
}

/// <summary>A job as it is kept.</summary>
/// <param name="State">The job as a whole.</param>
/// <param name="JournalSequence">The newest journal record in it.</param>
/// <param name="Progress">Its figures.</param>
public sealed record StoredJob(JobState State, long JournalSequence, LedgerProgress Progress);

/// <summary>A picture in a terminal state.</summary>
/// <param name="RelativePath">Which.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="At">When.</param>
public sealed record SettledPicture(string RelativePath, ItemOutcome Outcome, DateTimeOffset At);

/// <summary>The job store cannot do what was asked.</summary>
/// <param name="fault">What kind of fault.</param>
/// <param name="message">One line.</param>
/// <param name="inner">What the database said.</param>
public sealed class JobStoreException(JobStoreFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What kind of fault.</summary>
    public JobStoreFault Fault { get; } = fault;
}

/// <summary>What kind of fault a job store met.</summary>
public enum JobStoreFault
{
    /// <summary>It may pass: no space left, no permission, no connection. Trying again is right, over a new connection.</summary>
    Passing,

    /// <summary>
    /// The database does not let this program in, or not do what it must: a wrong password, an unknown database, missing rights. As
    /// <see cref="Passing"/>, but a person has to fix it.
    /// </summary>
    Refused,

    /// <summary>Another coordinator has become the leader.</summary>
    Fenced,

    /// <summary>The database is damaged, or not one of ours.</summary>
    Broken,
}
