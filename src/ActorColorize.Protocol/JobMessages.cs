namespace ActorColorize.Protocol;

/// <summary>What may be asked of a job.</summary>
public static class JobCommands
{
    /// <summary>Begin, or go on with, the colorizing of an archive.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Specification">What to do.</param>
    /// <param name="SinglePicture">Relative path of the one picture wanted; null for the whole tree.</param>
    public sealed record Submit(JobId Job, JobSpecification Specification, string? SinglePicture) : IWithJobId;

    /// <summary>Grant nothing more; pictures under way are finished, then the job ends as cancelled.</summary>
    public sealed record Cancel(JobId Job) : IWithJobId;
}

/// <summary>What happened to a job, for whoever watches it.</summary>
public static class JobEvents
{
    /// <summary>The archive has been counted.</summary>
    public sealed record ArchiveCounted(JobId Job, long Items) : IWithJobId;

    /// <summary>A picture reached its terminal state.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="RelativePath">Which picture.</param>
    /// <param name="Outcome">How it ended.</param>
    /// <param name="Counts">Of the whole job, with this one.</param>
    public sealed record ItemSettled(JobId Job, string RelativePath, ItemOutcome Outcome, JobCounts Counts) : IWithJobId;

    /// <summary>Something in the archive is passed over and never becomes an item (a link, a name that cannot be read).</summary>
    public sealed record EntryPassedOver(JobId Job, string Path, string Reason) : IWithJobId;

    /// <summary>The job ended.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Outcome">How.</param>
    /// <param name="Counts">Final counts.</param>
    /// <param name="Failure">What kind of failure, where it failed.</param>
    /// <param name="Detail">One line.</param>
    public sealed record Ended(JobId Job, JobOutcome Outcome, JobCounts Counts, JobFailure? Failure, string Detail) : IWithJobId;
}

/// <summary>How many pictures of a job are in which terminal state.</summary>
/// <param name="Done">Coloured by this run.</param>
/// <param name="AlreadyDone">Coloured by an earlier run.</param>
/// <param name="AlreadyColour">Left alone because they have colour.</param>
/// <param name="Failed">Not coloured; the reason is with each.</param>
public readonly record struct JobCounts(long Done, long AlreadyDone, long AlreadyColour, long Failed)
{
    /// <summary>Pictures left as they are, for either reason.</summary>
    public long Skipped => AlreadyDone + AlreadyColour;

    /// <summary>Pictures in a terminal state.</summary>
    public long Settled => Done + Skipped + Failed;

    /// <summary>The counts with one more picture settled.</summary>
    public JobCounts With(ItemOutcome outcome) => outcome switch
    {
        ItemOutcome.Done => this with { Done = Done + 1 },
        ItemOutcome.Skipped { Reason: SkipReason.AlreadyDone } => this with { AlreadyDone = AlreadyDone + 1 },
        ItemOutcome.Skipped => this with { AlreadyColour = AlreadyColour + 1 },
        _ => this with { Failed = Failed + 1 },
    };
}

/// <summary>How a job ended.</summary>
public enum JobOutcome
{
    /// <summary>Every picture is done or skipped.</summary>
    Completed,

    /// <summary>Every picture is settled, some failed.</summary>
    CompletedWithErrors,

    /// <summary>It was asked to end early.</summary>
    Cancelled,

    /// <summary>It cannot go on.</summary>
    Failed,
}
