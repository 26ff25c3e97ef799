namespace ActorColorize.Protocol;

/// <summary>
/// Events of a job. They are numbered from 1 without gaps and can be queried by number (<see cref="JobQueries.EventsAfter"/>): a watcher
/// that reconnects gives the number of the last event it has seen, and neither misses an event nor sees one twice.
/// </summary>
public static class JobEvents
{
    /// <summary>Something that happened to a job.</summary>
    public interface IJobEvent : IWithJobId;

    /// <summary>A decision about the job as a whole. These events are journalled; the job's state is recovered from them.</summary>
    public interface IJobFact : IJobEvent;

    /// <summary>The job was accepted.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Client">The client that submitted it.</param>
    /// <param name="Key">The client's idempotency key.</param>
    /// <param name="Priority">Priority of the job.</param>
    /// <param name="Specification">The work.</param>
    /// <param name="At">Time of the event.</param>
    public sealed record Submitted(
        JobId Job,
        ClientId Client,
        string Key,
        JobPriority Priority,
        JobSpecification Specification,
        DateTimeOffset At
    ) : IJobFact;

    /// <summary>The archive has been scanned completely.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Items">Pictures found.</param>
    /// <param name="PassedOver">Files and folders that are not part of the job.</param>
    public sealed record ArchiveScanned(JobId Job, long Items, long PassedOver) : IJobFact;

    /// <summary>The first picture was leased to a device.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="At">Time of the event.</param>
    public sealed record Started(JobId Job, DateTimeOffset At) : IJobFact;

    /// <summary>The job was paused.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Pause">Its owner, reason and time.</param>
    public sealed record Paused(JobId Job, JobPause Pause) : IJobFact;

    /// <summary>A pause has ended. The job continues if no other pause is in effect.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Owner">Owner of the pause.</param>
    /// <param name="Reason">One line: who ended it, or that its cause is resolved.</param>
    public sealed record Resumed(JobId Job, PauseOwner Owner, string Reason) : IJobFact;

    /// <summary>The job's priority was changed.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Priority">The new priority.</param>
    public sealed record PriorityChanged(JobId Job, JobPriority Priority) : IJobFact;

    /// <summary>Cancellation of the job was requested.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Client">The client that requested it.</param>
    public sealed record CancelRequested(JobId Job, ClientId Client) : IJobFact;

    /// <summary>Failed pictures are retried.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="TakenUp">Number of pictures that are retried.</param>
    /// <param name="Left">Number of pictures that are left unchanged.</param>
    public sealed record FailedRetried(JobId Job, long TakenUp, long Left) : IJobFact;

    /// <summary>Every picture is settled; only the manifest has to be completed.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Outcome">How the job will end.</param>
    /// <param name="Failure">Kind of failure, if the job failed.</param>
    /// <param name="Detail">One line.</param>
    public sealed record FinalizingBegun(JobId Job, JobOutcome Outcome, JobFailure? Failure, string Detail) : IJobFact;

    /// <summary>The job ended.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Outcome">How it ended.</param>
    /// <param name="Counts">Final counts.</param>
    /// <param name="Failure">Kind of failure, if the job failed.</param>
    /// <param name="Detail">One line.</param>
    /// <param name="At">Time of the event.</param>
    public sealed record JobEnded(JobId Job, JobOutcome Outcome, JobCounts Counts, JobFailure? Failure, string Detail, DateTimeOffset At)
        : IJobFact;

    /// <summary>A picture reached its terminal state.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Item">Number of the picture within the job.</param>
    /// <param name="RelativePath">Path of the picture, relative to the input root.</param>
    /// <param name="Outcome">How it ended.</param>
    public sealed record ItemSettled(JobId Job, long Item, string RelativePath, ItemOutcome Outcome) : IJobEvent;

    /// <summary>
    /// An entry of the archive was passed over and does not become an item (a link, an unreadable name). Only the first ones are reported.
    /// </summary>
    /// <param name="Job">The job.</param>
    /// <param name="Path">Below the input root.</param>
    /// <param name="Reason">One line.</param>
    public sealed record EntryPassedOver(JobId Job, string Path, string Reason) : IJobEvent;
}

/// <summary>An event with its sequence number.</summary>
/// <param name="Sequence">From 1.</param>
/// <param name="At">Time of the event.</param>
/// <param name="Event">The event.</param>
public sealed record NumberedJobEvent(long Sequence, DateTimeOffset At, JobEvents.IJobEvent Event);
