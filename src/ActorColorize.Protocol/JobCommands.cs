namespace ActorColorize.Protocol;

/// <summary>
/// Commands about jobs. Every command has an id, is answered by one of <see cref="JobAnswers"/> after its effect has been persisted, and
/// may be sent again under the same id when no answer arrives: commands are idempotent.
/// </summary>
public static class JobCommands
{
    /// <summary>A command about jobs.</summary>
    public interface IJobCommand
    {
        /// <summary>Id of the command; the same when it is sent again.</summary>
        CommandId Command { get; }

        /// <summary>The client that sends the command.</summary>
        ClientId Client { get; }
    }

    /// <summary>Submits a job that colours an archive. Answered by <see cref="JobAnswers.Submitted"/>.</summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Client">The client that sends the command.</param>
    /// <param name="Key">Idempotency key: submissions by a client under the same key are the same job.</param>
    /// <param name="Priority">Priority of the job.</param>
    /// <param name="Specification">The work.</param>
    public sealed record Submit(CommandId Command, ClientId Client, string Key, JobPriority Priority, JobSpecification Specification)
        : IJobCommand;

    /// <summary>
    /// Grants no more units of the job until the pause ends; leased units are finished. Answered by <see cref="JobAnswers.Acknowledged"/>.
    /// </summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Client">The client that sends the command and owns the pause.</param>
    /// <param name="Job">The job.</param>
    /// <param name="Reason">One line, shown to other clients.</param>
    /// <param name="For">Longest duration: a client that may disappear pauses for a minute and renews. Null: until the job is
    /// resumed.</param>
    public sealed record Pause(CommandId Command, ClientId Client, JobId Job, string Reason, TimeSpan? For) : IJobCommand, IWithJobId;

    /// <summary>
    /// Ends every client's pause; the cause of a pause by the service is checked again immediately. Answered by
    /// <see cref="JobAnswers.Acknowledged"/>.
    /// </summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Client">The client that sends the command.</param>
    /// <param name="Job">The job.</param>
    public sealed record Resume(CommandId Command, ClientId Client, JobId Job) : IJobCommand, IWithJobId;

    /// <summary>
    /// Grants no more units; pictures in progress are finished, then the job ends as cancelled. Answered by
    /// <see cref="JobAnswers.Acknowledged"/>.
    /// </summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Client">The client that sends the command.</param>
    /// <param name="Job">The job.</param>
    public sealed record Cancel(CommandId Command, ClientId Client, JobId Job) : IJobCommand, IWithJobId;

    /// <summary>Changes the job's priority. Answered by <see cref="JobAnswers.Acknowledged"/>.</summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Client">The client that sends the command.</param>
    /// <param name="Job">The job.</param>
    /// <param name="Priority">The new priority.</param>
    public sealed record SetPriority(CommandId Command, ClientId Client, JobId Job, JobPriority Priority) : IJobCommand, IWithJobId;

    /// <summary>
    /// Retries failed pictures; a job that completed with errors continues. Answered by <see cref="JobAnswers.Retried"/>.
    /// </summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Client">The client that sends the command.</param>
    /// <param name="Job">The job.</param>
    /// <param name="Quarantined">Whether to include pictures that crashed their workers.</param>
    public sealed record RetryFailed(CommandId Command, ClientId Client, JobId Job, bool Quarantined) : IJobCommand, IWithJobId;

    /// <summary>
    /// Records what a person has decided about results. A decision belongs to a result: it is gone when the picture is coloured again.
    /// Answered by <see cref="JobAnswers.Reviewed"/>, when the store and the manifest in the output folder have it.
    /// </summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Client">The client that sends the command.</param>
    /// <param name="Job">The job.</param>
    /// <param name="Items">Numbers of the pictures, at most <see cref="MostReviewed"/>; those that are not coloured are ignored.</param>
    /// <param name="Decision">The decision; <see cref="ReviewDecision.None"/> takes an earlier one back.</param>
    public sealed record Review(CommandId Command, ClientId Client, JobId Job, IReadOnlyList<long> Items, ReviewDecision Decision)
        : IJobCommand,
            IWithJobId;

    /// <summary>Most pictures of one <see cref="Review"/>.</summary>
    public const int MostReviewed = 200;

    /// <summary>
    /// Deletes an ended job with its pictures and its history; results in the output folder stay. Answered by
    /// <see cref="JobAnswers.Deleted"/>.
    /// </summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Client">The client that sends the command.</param>
    /// <param name="Job">The job.</param>
    public sealed record Delete(CommandId Command, ClientId Client, JobId Job) : IJobCommand, IWithJobId;
}

/// <summary>Answers to <see cref="JobCommands"/>.</summary>
public static class JobAnswers
{
    /// <summary>An answer to a command.</summary>
    public interface IJobAnswer
    {
        /// <summary>Id of the command that is answered.</summary>
        CommandId Command { get; }
    }

    /// <summary>The job has been persisted and will be executed.</summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Job">The job.</param>
    /// <param name="IsNew">False if a job with this key already existed.</param>
    public sealed record Submitted(CommandId Command, JobId Job, bool IsNew) : IJobAnswer, IWithJobId;

    /// <summary>The command has taken effect, now or before.</summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Job">The job.</param>
    /// <param name="Phase">The job's phase after the command.</param>
    public sealed record Acknowledged(CommandId Command, JobId Job, JobPhase Phase) : IJobAnswer, IWithJobId;

    /// <summary>Failed pictures are retried.</summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Job">The job.</param>
    /// <param name="TakenUp">Number of pictures that are retried.</param>
    /// <param name="Left">Number of quarantined pictures that were not retried because the command did not include them.</param>
    public sealed record Retried(CommandId Command, JobId Job, long TakenUp, long Left) : IJobAnswer, IWithJobId;

    /// <summary>Decisions about results are recorded.</summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Job">The job.</param>
    /// <param name="Recorded">Pictures of the command that have the decision now.</param>
    /// <param name="Ignored">Pictures of the command that are not coloured.</param>
    public sealed record Reviewed(CommandId Command, JobId Job, int Recorded, int Ignored) : IJobAnswer, IWithJobId;

    /// <summary>The job is deleted.</summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Job">The job.</param>
    public sealed record Deleted(CommandId Command, JobId Job) : IJobAnswer, IWithJobId;

    /// <summary>The command was refused and has no effect.</summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Kind">What kind of refusal.</param>
    /// <param name="Reason">One line.</param>
    /// <param name="Cause">What makes the command impossible.</param>
    public sealed record Refused(CommandId Command, JobRefusal Kind, string Reason, RefusalCause Cause = RefusalCause.Request) : IJobAnswer;
}

/// <summary>Why a command is refused.</summary>
public enum JobRefusal
{
    /// <summary>There is no such job.</summary>
    UnknownJob,

    /// <summary>The client has used this key for a job with another specification.</summary>
    KeyInUse,

    /// <summary>The job has ended, or is not yet in a phase that allows the command.</summary>
    NotInThisPhase,

    /// <summary>The command is invalid.</summary>
    Invalid,

    /// <summary>The job database cannot be written at the moment; retry later.</summary>
    Unavailable,
}
