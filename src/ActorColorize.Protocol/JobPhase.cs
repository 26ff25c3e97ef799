namespace ActorColorize.Protocol;

/// <summary>Phase of a job.</summary>
public enum JobPhase
{
    /// <summary>The archive is being scanned; pictures found so far are already processed.</summary>
    Scanning,

    /// <summary>Scanned; no picture has been leased yet.</summary>
    Queued,

    /// <summary>Scanned and being processed.</summary>
    Running,

    /// <summary>No more units are leased until all pauses have ended.</summary>
    Paused,

    /// <summary>Cancellation requested; pictures in progress are awaited.</summary>
    Cancelling,

    /// <summary>Every picture is settled; the manifest is being completed.</summary>
    Finalizing,

    /// <summary>Ended: every picture is done or skipped.</summary>
    Completed,

    /// <summary>Ended: every picture is settled, some failed or were quarantined. Those can be retried.</summary>
    CompletedWithErrors,

    /// <summary>Ended: a blocker stopped it, and its policy is to fail.</summary>
    Failed,

    /// <summary>Ended: it was cancelled.</summary>
    Cancelled,
}

/// <summary>How a job ended.</summary>
public enum JobOutcome
{
    /// <summary>Every picture is done or skipped.</summary>
    Completed,

    /// <summary>Every picture is settled, some failed.</summary>
    CompletedWithErrors,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>It could not continue.</summary>
    Failed,
}

/// <summary>Why a whole job cannot continue on any device.</summary>
public enum JobFailure
{
    /// <summary>The model cannot be loaded.</summary>
    Model,

    /// <summary>Results cannot be written: no space, no permission.</summary>
    Output,

    /// <summary>The devices failed repeatedly.</summary>
    Device,

    /// <summary>The archive no longer exists.</summary>
    Archive,
}

/// <summary>What a job does about a blocker that affects all pictures: a full disk, an unmounted archive, a missing model.</summary>
public enum BlockerPolicy
{
    /// <summary>It pauses, checks the blocker periodically, and continues when it is cleared.</summary>
    Wait,

    /// <summary>It ends as failed; finished pictures are kept.</summary>
    Fail,
}
