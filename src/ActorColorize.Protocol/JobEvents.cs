namespace ActorColorize.Protocol;

/// <summary>
/// What happened to a job. Every event of a job has a sequence number, from 1 without gaps, under which it can be asked for (<see
/// cref="JobQueries.EventsAfter"/>): a watcher that comes
/// back says what it has seen, and misses nothing and sees nothing twice.
/// </summary>
public static class JobEvents
{
    /// <summary>Something that happened to a job.</summary>
    public interface IJobEvent : IWithJobId;

    /// <summary>
    /// Something that was decided about the job as a whole. These are journalled, and the job's state is what they make of it.
    /// </summary>
    public interface IJobFact : IJobEvent;

    /// <summary>The job was accepted.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Client">Whose it is.</param>
    /// <param name="Key">The client's name for it.</param>
    /// <param name="Priority">How urgent.</param>
    /// <param name="Specification">What to do.</param>
    /// <param name="At">When.</param>
    public sealed record Submitted(
        JobId Job,
        ClientId Client,
        string Key,
        JobPriority Priority,
        JobSpecification Specification,
        DateTimeOffset At
    ) : IJobFact;

    /// <summary>The archive has been walked to its end.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Items">Pictures found.</param>
    /// <param name="PassedOver">Files and folders that are no part of the job.</param>
    public sealed record ArchiveScanned(JobId Job, long Items, long PassedOver) : IJobFact;

    /// <summary>The first picture was leased to a device.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="At">When.</param>
    public sealed record Started(JobId Job, DateTimeOffset At) : IJobFact;

    /// <summary>Somebody pauses the job.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Pause">Who, why, since when.</param>
    public sealed record Paused(JobId Job, JobPause Pause) : IJobFact;

    /// <summary>A pause is over. The job goes on if nobody else pauses it.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Owner">Whose pause.</param>
    /// <param name="Reason">One line: who ended it, or that it is resolved.</param>
    public sealed record Resumed(JobId Job, PauseOwner Owner, string Reason) : IJobFact;

    /// <summary>The job is more or less urgent.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Priority">From now on.</param>
    public sealed record PriorityChanged(JobId Job, JobPriority Priority) : IJobFact;

    /// <summary>The job is to end early.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Client">Who asked.</param>
    public sealed record CancelRequested(JobId Job, ClientId Client) : IJobFact;

    /// <summary>Failed pictures are taken up again.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="TakenUp">How many.</param>
    /// <param name="Left">How many stay as they are.</param>
    public sealed record FailedRetried(JobId Job, long TakenUp, long Left) : IJobFact;

    /// <summary>Nothing is left to do but the manifest.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Outcome">How the job will end.</param>
    /// <param name="Failure">What kind of failure, where it failed.</param>
    /// <param name="Detail">One line.</param>
    public sealed record FinalizingBegun(JobId Job, JobOutcome Outcome, JobFailure? Failure, string Detail) : IJobFact;

    /// <summary>The job ended.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Outcome">How.</param>
    /// <param name="Counts">Final counts.</param>
    /// <param name="Failure">What kind of failure, where it failed.</param>
    /// <param name="Detail">One line.</param>
    /// <param name="At">When.</param>
    public sealed record JobEnded(JobId Job, JobOutcome Outcome, JobCounts Counts, JobFailure? Failure, string Detail, DateTimeOffset At)
        : IJobFact;

    /// <summary>A picture reached its terminal state.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Item">The picture's number within the job.</param>
    /// <param name="RelativePath">Which picture.</param>
    /// <param name="Outcome">How it ended.</param>
    public sealed record ItemSettled(JobId Job, long Item, string RelativePath, ItemOutcome Outcome) : IJobEvent;

    /// <summary>
    /// Something in the archive is passed over and never becomes an item (a link, a name that cannot be read). Only the first of them are
    /// told.
    /// </summary>
    /// <param name="Job">The job.</param>
    /// <param name="Path">Below the input root.</param>
    /// <param name="Reason">One line.</param>
    public sealed record EntryPassedOver(JobId Job, string Path, string Reason) : IJobEvent;
}

/// <summary>An event with its place in the job's history.</summary>
/// <param name="Sequence">From 1.</param>
/// <param name="At">When.</param>
/// <param name="Event">What.</param>
public sealed record NumberedJobEvent(long Sequence, DateTimeOffset At, JobEvents.IJobEvent Event);
