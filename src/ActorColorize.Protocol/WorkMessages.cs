namespace ActorColorize.Protocol;

/// <summary>What a device says to the job coordinator. Work is pulled: a device asks when it has room.</summary>
public static class WorkCommands
{
    /// <summary>The device has room for so many more units.</summary>
    /// <param name="Credit">At least 1.</param>
    public sealed record RequestWork(int Credit);

    /// <summary>One picture of a unit reached its terminal state.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Unit">The unit's number.</param>
    /// <param name="Epoch">Of the grant.</param>
    /// <param name="Item">The picture's number.</param>
    /// <param name="Outcome">How it ended.</param>
    public sealed record SettleItem(JobId Job, long Unit, LeaseEpoch Epoch, long Item, ItemOutcome Outcome) : IWithJobId;

    /// <summary>The device dropped all its units (it crashed and is empty again); grant them anew.</summary>
    /// <param name="Cause">One line.</param>
    public sealed record ReturnAllWork(string Cause);

    /// <summary>The job cannot go on, whoever works on it (the model cannot be loaded, the disk is full).</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Failure">What kind.</param>
    /// <param name="Reason">One line.</param>
    public sealed record AbandonJob(JobId Job, JobFailure Failure, string Reason) : IWithJobId;
}

/// <summary>What the job coordinator answers to a device.</summary>
public static class WorkEvents
{
    /// <summary>A unit is lent.</summary>
    public sealed record WorkGranted(WorkUnit Unit);
}

/// <summary>Why a whole job cannot go on.</summary>
public enum JobFailure
{
    /// <summary>The model cannot be loaded.</summary>
    Model,

    /// <summary>Results cannot be written: no space, no permission.</summary>
    Output,

    /// <summary>The device failed again and again.</summary>
    Device,
}
