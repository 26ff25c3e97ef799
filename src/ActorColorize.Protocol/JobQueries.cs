namespace ActorColorize.Protocol;

/// <summary>Queries about jobs. A page never exceeds the size limit of a message, whatever limit is requested.</summary>
public static class JobQueries
{
    /// <summary>A query about jobs.</summary>
    public interface IJobQuery;

    /// <summary>Status of a job. Answered by <see cref="JobReports.JobStatus"/> or <see cref="JobReports.NoSuchJob"/>.</summary>
    /// <param name="Job">The job.</param>
    public sealed record Show(JobId Job) : IJobQuery, IWithJobId;

    /// <summary>Jobs, newest first. Answered by <see cref="JobReports.JobPage"/>.</summary>
    /// <param name="Client">Only this client's; null for all.</param>
    /// <param name="Before">Cursor from the previous page; null for the first page.</param>
    /// <param name="Limit">Largest number of jobs.</param>
    public sealed record List(ClientId? Client, string? Before, int Limit) : IJobQuery;

    /// <summary>Pictures of a job, in order. Answered by <see cref="JobReports.ItemPage"/> or <see cref="JobReports.NoSuchJob"/>.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="State">Only those in this state; null for all.</param>
    /// <param name="After">Number of the last picture seen; −1 for the first page.</param>
    /// <param name="Limit">Largest number of pictures.</param>
    /// <param name="Review">Only results with this decision; null for all.</param>
    public sealed record Items(JobId Job, ItemState? State, long After, int Limit, ReviewDecision? Review = null) : IJobQuery, IWithJobId;

    /// <summary>
    /// How many results are approved and rejected. Answered by <see cref="JobReports.ReviewCounts"/> or
    /// <see cref="JobReports.NoSuchJob"/>.
    /// </summary>
    /// <param name="Job">The job.</param>
    public sealed record Reviews(JobId Job) : IJobQuery, IWithJobId;

    /// <summary>
    /// Pictures that failed or are quarantined, in order. Answered by <see cref="JobReports.ErrorPage"/> or
    /// <see cref="JobReports.NoSuchJob"/>.
    /// </summary>
    /// <param name="Job">The job.</param>
    /// <param name="After">Number of the last picture seen; −1 for the first page.</param>
    /// <param name="Limit">Largest number of pictures.</param>
    public sealed record Errors(JobId Job, long After, int Limit) : IJobQuery, IWithJobId;

    /// <summary>
    /// Events after a given one. If there are none yet, the answer is delayed until there are (long polling), so that a watcher is notified
    /// immediately. Answered by <see cref="JobReports.EventPage"/> or <see cref="JobReports.NoSuchJob"/>.
    /// </summary>
    /// <param name="Job">The job.</param>
    /// <param name="After">Sequence number of the last event seen; 0 for all.</param>
    /// <param name="Limit">Largest number of events.</param>
    /// <param name="Wait">How long to wait for the first event before answering with an empty page; at most a minute.</param>
    public sealed record EventsAfter(JobId Job, long After, int Limit, TimeSpan Wait) : IJobQuery, IWithJobId;

    /// <summary>The devices that archive work is leased to. Answered by <see cref="JobReports.WorkerPage"/>.</summary>
    public sealed record Workers : IJobQuery;

    /// <summary>The open jobs whose model is a file of a folder. Answered by <see cref="JobReports.ModelUsers"/>.</summary>
    /// <param name="Folder">The folder of a named model; absolute.</param>
    public sealed record UsersOfModel(string Folder) : IJobQuery;
}

/// <summary>Answers to <see cref="JobQueries"/>.</summary>
public static class JobReports
{
    /// <summary>There is no job with this id.</summary>
    /// <param name="Job">The id.</param>
    public sealed record NoSuchJob(JobId Job) : IWithJobId;

    /// <summary>The database is unavailable at the moment; the query can be retried.</summary>
    /// <param name="Reason">One line.</param>
    public sealed record NotReadable(string Reason);

    /// <summary>Status of a job.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Client">The client that submitted it.</param>
    /// <param name="Key">The client's idempotency key.</param>
    /// <param name="Specification">The work.</param>
    /// <param name="Priority">Priority of the job.</param>
    /// <param name="Phase">Its phase.</param>
    /// <param name="Items">Pictures found so far.</param>
    /// <param name="IsScanned">Whether the archive is completely scanned, so that <paramref name="Items"/> is the total.</param>
    /// <param name="Leased">Pictures currently leased to devices.</param>
    /// <param name="Counts">Pictures in terminal states.</param>
    /// <param name="Pauses">The pauses in effect.</param>
    /// <param name="WaitsFor">One line: why the job makes no progress; null if it does or has ended.</param>
    /// <param name="PicturesPerSecond">Recent rate of settled pictures.</param>
    /// <param name="Remaining">Estimated time left; null if unknown.</param>
    /// <param name="SubmittedAt">When it was accepted.</param>
    /// <param name="EndedAt">When it ended; null while it has not.</param>
    /// <param name="Failure">Kind of failure, if the job failed.</param>
    /// <param name="Detail">One line about its end; empty while it has not ended.</param>
    /// <param name="LastSequence">Sequence number of its newest event.</param>
    public sealed record JobStatus(
        JobId Job,
        ClientId Client,
        string Key,
        JobSpecification Specification,
        JobPriority Priority,
        JobPhase Phase,
        long Items,
        bool IsScanned,
        long Leased,
        JobCounts Counts,
        IReadOnlyList<JobPause> Pauses,
        string? WaitsFor,
        double PicturesPerSecond,
        TimeSpan? Remaining,
        DateTimeOffset SubmittedAt,
        DateTimeOffset? EndedAt,
        JobFailure? Failure,
        string Detail,
        long LastSequence
    ) : IWithJobId;

    /// <summary>Some jobs.</summary>
    /// <param name="Jobs">Newest first.</param>
    /// <param name="Next">Cursor of the next page; null on the last page.</param>
    public sealed record JobPage(IReadOnlyList<JobSummary> Jobs, string? Next);

    /// <summary>Some pictures of a job.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Items">In order.</param>
    /// <param name="Next">Cursor of the next page; null on the last page.</param>
    public sealed record ItemPage(JobId Job, IReadOnlyList<ItemReport> Items, long? Next) : IWithJobId;

    /// <summary>Decisions about a job's results.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Approved">Approved results.</param>
    /// <param name="Rejected">Rejected results.</param>
    public sealed record ReviewCounts(JobId Job, long Approved, long Rejected) : IWithJobId;

    /// <summary>Some pictures that are not coloured.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Errors">In order.</param>
    /// <param name="Next">Cursor of the next page; null on the last page.</param>
    public sealed record ErrorPage(JobId Job, IReadOnlyList<ItemError> Errors, long? Next) : IWithJobId;

    /// <summary>Some of a job's history.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Events">In order, without gaps; the first follows the requested event.</param>
    /// <param name="Counts">Pictures in terminal states, including at least those that the page reports.</param>
    /// <param name="Items">Pictures found so far.</param>
    /// <param name="IsScanned">Whether <c>Items</c> is the total.</param>
    /// <param name="IsOver">Whether the job has ended and the page contains its last event: no more events follow, unless failed pictures
    /// are retried.</param>
    public sealed record EventPage(
        JobId Job,
        IReadOnlyList<NumberedJobEvent> Events,
        JobCounts Counts,
        long Items,
        bool IsScanned,
        bool IsOver
    ) : IWithJobId;

    /// <summary>The devices that archive work is leased to; at most the first hundred.</summary>
    /// <param name="Workers">By device name.</param>
    public sealed record WorkerPage(IReadOnlyList<WorkerReport> Workers);

    /// <summary>The open jobs that use a model; at most the first twenty.</summary>
    /// <param name="Jobs">Their ids, oldest first.</param>
    public sealed record ModelUsers(IReadOnlyList<JobId> Jobs);
}

/// <summary>A job in a list.</summary>
/// <param name="Job">The job.</param>
/// <param name="Client">The client that submitted it.</param>
/// <param name="Key">The client's idempotency key.</param>
/// <param name="InputRoot">Its archive.</param>
/// <param name="OutputRoot">Where the results go.</param>
/// <param name="Priority">Priority of the job.</param>
/// <param name="Phase">Its phase.</param>
/// <param name="Items">Pictures found so far.</param>
/// <param name="Counts">Pictures in terminal states.</param>
/// <param name="SubmittedAt">When it was accepted.</param>
public sealed record JobSummary(
    JobId Job,
    ClientId Client,
    string Key,
    string InputRoot,
    string OutputRoot,
    JobPriority Priority,
    JobPhase Phase,
    long Items,
    JobCounts Counts,
    DateTimeOffset SubmittedAt
);

/// <summary>A picture in a list.</summary>
/// <param name="Number">Its number within the job.</param>
/// <param name="RelativePath">Path of the picture, relative to the input root.</param>
/// <param name="State">Its state.</param>
/// <param name="Outcome">How it ended; null while it has not.</param>
/// <param name="Review">What a person has decided about its result.</param>
public sealed record ItemReport(
    long Number,
    string RelativePath,
    ItemState State,
    ItemOutcome? Outcome,
    ReviewDecision Review = ReviewDecision.None
);

/// <summary>A picture that could not be coloured.</summary>
/// <param name="Number">Its number within the job.</param>
/// <param name="RelativePath">Path of the picture, relative to the input root.</param>
/// <param name="Outcome">Failed or quarantined, with the reason.</param>
/// <param name="Attempts">Number of attempts.</param>
public sealed record ItemError(long Number, string RelativePath, ItemOutcome Outcome, int Attempts);

/// <summary>A worker as the coordinator knows it.</summary>
/// <param name="Worker">Device and incarnation.</param>
/// <param name="Credit">Units that it can hold concurrently.</param>
/// <param name="Units">Units leased to it.</param>
/// <param name="HeardAgo">Time since its last message.</param>
public sealed record WorkerReport(WorkerId Worker, int Credit, int Units, TimeSpan HeardAgo);

/// <summary>The state of a picture within a job.</summary>
public enum ItemState
{
    /// <summary>Waiting for a device.</summary>
    Pending,

    /// <summary>Leased to a device.</summary>
    Leased,

    /// <summary>Coloured.</summary>
    Done,

    /// <summary>Skipped, with a reason.</summary>
    Skipped,

    /// <summary>Not coloured, with a reason.</summary>
    Failed,

    /// <summary>Abandoned because it crashed workers.</summary>
    Quarantined,
}
