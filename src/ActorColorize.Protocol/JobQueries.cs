namespace ActorColorize.Protocol;

/// <summary>What may be asked about jobs. A page never holds more than a small message can carry, whatever limit is asked for.</summary>
public static class JobQueries
{
    /// <summary>A question about jobs.</summary>
    public interface IJobQuery;

    /// <summary>Where a job stands. Answered by <see cref="JobReports.JobStatus"/> or <see cref="JobReports.NoSuchJob"/>.</summary>
    /// <param name="Job">The job.</param>
    public sealed record Show(JobId Job) : IJobQuery, IWithJobId;

    /// <summary>Jobs, the newest first. Answered by <see cref="JobReports.JobPage"/>.</summary>
    /// <param name="Client">Only this client's; null for all.</param>
    /// <param name="Before">The cursor of the page before; null for the first page.</param>
    /// <param name="Limit">Most jobs wanted.</param>
    public sealed record List(ClientId? Client, string? Before, int Limit) : IJobQuery;

    /// <summary>
    /// Pictures of a job in their order. Answered by <see cref="JobReports.ItemPage"/> or <see cref="JobReports.NoSuchJob"/>.
    /// </summary>
    /// <param name="Job">The job.</param>
    /// <param name="State">Only those in this state; null for all.</param>
    /// <param name="After">Number of the last picture seen; −1 for the first page.</param>
    /// <param name="Limit">Most pictures wanted.</param>
    public sealed record Items(JobId Job, ItemState? State, long After, int Limit) : IJobQuery, IWithJobId;

    /// <summary>
    /// Pictures that failed or are quarantined, in their order. Answered by <see cref="JobReports.ErrorPage"/> or <see
    /// cref="JobReports.NoSuchJob"/>.
    /// </summary>
    /// <param name="Job">The job.</param>
    /// <param name="After">Number of the last picture seen; −1 for the first page.</param>
    /// <param name="Limit">Most pictures wanted.</param>
    public sealed record Errors(JobId Job, long After, int Limit) : IJobQuery, IWithJobId;

    /// <summary>
    /// What happened after an event. Where nothing has yet, the answer waits for it, so that a watcher asks again and again and is told at
    /// once.
    /// Answered by <see cref="JobReports.EventPage"/> or <see cref="JobReports.NoSuchJob"/>.
    /// </summary>
    /// <param name="Job">The job.</param>
    /// <param name="After">Sequence number of the last event seen; 0 for all.</param>
    /// <param name="Limit">Most events wanted.</param>
    /// <param name="Wait">How long to wait for the first of them; an empty page after that. At most a minute.</param>
    public sealed record EventsAfter(JobId Job, long After, int Limit, TimeSpan Wait) : IJobQuery, IWithJobId;

    /// <summary>The devices that archive work is leased to. Answered by <see cref="JobReports.WorkerPage"/>.</summary>
    public sealed record Workers : IJobQuery;
}

/// <summary>What is answered to <see cref="JobQueries"/>.</summary>
public static class JobReports
{
    /// <summary>There is no job with this id.</summary>
    /// <param name="Job">The id.</param>
    public sealed record NoSuchJob(JobId Job) : IWithJobId;

    /// <summary>What is asked for cannot be read at the moment: the database is away. Asking again is right.</summary>
    /// <param name="Reason">One line.</param>
    public sealed record NotReadable(string Reason);

    /// <summary>Where a job stands.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Client">Whose it is.</param>
    /// <param name="Key">The client's name for it.</param>
    /// <param name="Specification">What it does.</param>
    /// <param name="Priority">How urgent.</param>
    /// <param name="Phase">Where it is in its life.</param>
    /// <param name="Items">Pictures found so far.</param>
    /// <param name="IsScanned">Whether the archive is walked, so that <paramref name="Items"/> is the total.</param>
    /// <param name="Leased">Pictures at devices now.</param>
    /// <param name="Counts">Pictures in terminal states.</param>
    /// <param name="Pauses">Who keeps it paused.</param>
    /// <param name="WaitsFor">One line: why nothing moves; null where it moves or is over.</param>
    /// <param name="PicturesPerSecond">Settled recently.</param>
    /// <param name="Remaining">Time left; null when it is not known.</param>
    /// <param name="SubmittedAt">When it was accepted.</param>
    /// <param name="EndedAt">When it ended; null before.</param>
    /// <param name="Failure">What kind of failure, where it failed.</param>
    /// <param name="Detail">One line about its end; empty before.</param>
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
    /// <param name="Jobs">The newest first.</param>
    /// <param name="Next">Cursor of the next page; null where there is none.</param>
    public sealed record JobPage(IReadOnlyList<JobSummary> Jobs, string? Next);

    /// <summary>Some pictures of a job.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Items">In their order.</param>
    /// <param name="Next">Number to ask for the next page with; null where there is none.</param>
    public sealed record ItemPage(JobId Job, IReadOnlyList<ItemReport> Items, long? Next) : IWithJobId;

    /// <summary>Some pictures that are not coloured.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Errors">In their order.</param>
    /// <param name="Next">Number to ask for the next page with; null where there is none.</param>
    public sealed record ErrorPage(JobId Job, IReadOnlyList<ItemError> Errors, long? Next) : IWithJobId;

    /// <summary>Some of a job's history.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Events">In their order, without gaps; the first follows the event that was asked for.</param>
    /// <param name="Counts">Pictures in terminal states, at least with all that the page tells.</param>
    /// <param name="Items">Pictures found so far.</param>
    /// <param name="IsScanned">Whether that is the total.</param>
    /// <param name="IsOver">Whether the job has ended and the page holds its last event: there is nothing more to watch, unless failed
    /// pictures are taken up again.</param>
    public sealed record EventPage(
        JobId Job,
        IReadOnlyList<NumberedJobEvent> Events,
        JobCounts Counts,
        long Items,
        bool IsScanned,
        bool IsOver
    ) : IWithJobId;

    /// <summary>The devices that archive work is leased to; the first hundred, where there are more.</summary>
    /// <param name="Workers">By device name.</param>
    public sealed record WorkerPage(IReadOnlyList<WorkerReport> Workers);
}

/// <summary>A job in a list.</summary>
/// <param name="Job">The job.</param>
/// <param name="Client">Whose it is.</param>
/// <param name="Key">The client's name for it.</param>
/// <param name="InputRoot">Its archive.</param>
/// <param name="OutputRoot">Where the results go.</param>
/// <param name="Priority">How urgent.</param>
/// <param name="Phase">Where it is in its life.</param>
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
/// <param name="RelativePath">Which picture.</param>
/// <param name="State">Its state.</param>
/// <param name="Outcome">How it ended; null before.</param>
public sealed record ItemReport(long Number, string RelativePath, ItemState State, ItemOutcome? Outcome);

/// <summary>A picture that is not coloured although it should be.</summary>
/// <param name="Number">Its number within the job.</param>
/// <param name="RelativePath">Which picture.</param>
/// <param name="Outcome">Failed or quarantined, with the reason.</param>
/// <param name="Attempts">How often it was tried.</param>
public sealed record ItemError(long Number, string RelativePath, ItemOutcome Outcome, int Attempts);

/// <summary>A worker as the coordinator knows it.</summary>
/// <param name="Worker">Which device, which life.</param>
/// <param name="Credit">Units that it takes at once.</param>
/// <param name="Units">Units leased to it.</param>
/// <param name="HeardAgo">Since its last word.</param>
public sealed record WorkerReport(WorkerId Worker, int Credit, int Units, TimeSpan HeardAgo);

/// <summary>The state of a picture within a job.</summary>
public enum ItemState
{
    /// <summary>Waits for a device.</summary>
    Pending,

    /// <summary>At a device.</summary>
    Leased,

    /// <summary>Coloured.</summary>
    Done,

    /// <summary>Left as it is, with a reason.</summary>
    Skipped,

    /// <summary>Not coloured, with a reason.</summary>
    Failed,

    /// <summary>Given up because workers died of it.</summary>
    Quarantined,
}
