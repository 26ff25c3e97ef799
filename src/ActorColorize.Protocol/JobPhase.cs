namespace ActorColorize.Protocol;

/// <summary>Where a job is in its life.</summary>
public enum JobPhase
{
    /// <summary>The archive is being walked; what is found already is worked on.</summary>
    Scanning,

    /// <summary>Walked, and no picture of it has been leased yet.</summary>
    Queued,

    /// <summary>Walked, and being worked on.</summary>
    Running,

    /// <summary>Nothing more is leased until whoever paused it lets it go on.</summary>
    Paused,

    /// <summary>Asked to end early; the pictures under way are awaited.</summary>
    Cancelling,

    /// <summary>Every picture is settled; the manifest is brought into its final form.</summary>
    Finalizing,

    /// <summary>Over: every picture is done or skipped.</summary>
    Completed,

    /// <summary>Over: every picture is settled, some failed or were quarantined. Those can be taken up again.</summary>
    CompletedWithErrors,

    /// <summary>Over: it could not go on, and was not to wait.</summary>
    Failed,

    /// <summary>Over: it was asked to end early.</summary>
    Cancelled,
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

/// <summary>Why a whole job cannot go on, whoever works on it.</summary>
public enum JobFailure
{
    /// <summary>The model cannot be loaded.</summary>
    Model,

    /// <summary>Results cannot be written: no space, no permission.</summary>
    Output,

    /// <summary>The devices failed again and again.</summary>
    Device,

    /// <summary>The archive is not there any more.</summary>
    Archive,
}

/// <summary>
/// What a job does about a blocker that every picture meets: a full disk, an archive that was unmounted, a model that is gone.
/// </summary>
public enum BlockerPolicy
{
    /// <summary>It pauses, looks again now and then, and goes on by itself when that is resolved.</summary>
    Wait,

    /// <summary>It ends as failed; what is done stays done.</summary>
    Fail,
}
