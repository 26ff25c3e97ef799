namespace ActorColorize.Protocol;

/// <summary>
/// What may be asked of a job. Every command has an id, is answered by one of <see cref="JobAnswers"/> after its effect is on disk, and may
/// be sent again under the same id when no answer
/// came: repeating it changes nothing.
/// </summary>
public static class JobCommands
{
    /// <summary>A command about jobs.</summary>
    public interface IJobCommand
    {
        /// <summary>This asking.</summary>
        CommandId Command { get; }

        /// <summary>Who asks.</summary>
        ClientId Client { get; }
    }

    /// <summary>Begin the colorizing of an archive. Answered by <see cref="JobAnswers.Submitted"/>.</summary>
    /// <param name="Command">This asking.</param>
    /// <param name="Client">Who asks.</param>
    /// <param name="Key">The client's own name for this piece of work: a second submission under the same key is the same job, however
    /// often it is sent.</param>
    /// <param name="Priority">How urgent.</param>
    /// <param name="Specification">What to do.</param>
    public sealed record Submit(CommandId Command, ClientId Client, string Key, JobPriority Priority, JobSpecification Specification)
        : IJobCommand;

    /// <summary>
    /// Grant nothing more of the job until the pause ends; units that are leased are finished. Answered by <see
    /// cref="JobAnswers.Acknowledged"/>.
    /// </summary>
    /// <param name="Command">This asking.</param>
    /// <param name="Client">Who asks, and then owns the pause.</param>
    /// <param name="Job">The job.</param>
    /// <param name="Reason">One line, for the others.</param>
    /// <param name="For">How long at most: a client that may vanish pauses for a minute and renews. Null: until somebody resumes.</param>
    public sealed record Pause(CommandId Command, ClientId Client, JobId Job, string Reason, TimeSpan? For) : IJobCommand, IWithJobId;

    /// <summary>
    /// End every client's pause; a pause of the service is looked at again at once. Answered by <see cref="JobAnswers.Acknowledged"/>.
    /// </summary>
    /// <param name="Command">This asking.</param>
    /// <param name="Client">Who asks.</param>
    /// <param name="Job">The job.</param>
    public sealed record Resume(CommandId Command, ClientId Client, JobId Job) : IJobCommand, IWithJobId;

    /// <summary>
    /// Grant nothing more; the pictures under way are finished, then the job ends as cancelled. Answered by <see
    /// cref="JobAnswers.Acknowledged"/>.
    /// </summary>
    /// <param name="Command">This asking.</param>
    /// <param name="Client">Who asks.</param>
    /// <param name="Job">The job.</param>
    public sealed record Cancel(CommandId Command, ClientId Client, JobId Job) : IJobCommand, IWithJobId;

    /// <summary>Make the job more or less urgent. Answered by <see cref="JobAnswers.Acknowledged"/>.</summary>
    /// <param name="Command">This asking.</param>
    /// <param name="Client">Who asks.</param>
    /// <param name="Job">The job.</param>
    /// <param name="Priority">How urgent from now on.</param>
    public sealed record SetPriority(CommandId Command, ClientId Client, JobId Job, JobPriority Priority) : IJobCommand, IWithJobId;

    /// <summary>
    /// Take failed pictures up again; a job that completed with errors goes on. Answered by <see cref="JobAnswers.Retried"/>.
    /// </summary>
    /// <param name="Command">This asking.</param>
    /// <param name="Client">Who asks.</param>
    /// <param name="Job">The job.</param>
    /// <param name="Quarantined">Whether also those that workers died of.</param>
    public sealed record RetryFailed(CommandId Command, ClientId Client, JobId Job, bool Quarantined) : IJobCommand, IWithJobId;
}

/// <summary>What is answered to <see cref="JobCommands"/>.</summary>
public static class JobAnswers
{
    /// <summary>An answer to a command.</summary>
    public interface IJobAnswer
    {
        /// <summary>The asking that it answers.</summary>
        CommandId Command { get; }
    }

    /// <summary>The job is on disk and will be done.</summary>
    /// <param name="Command">The asking.</param>
    /// <param name="Job">The job.</param>
    /// <param name="IsNew">False where a job with this key was there before.</param>
    public sealed record Submitted(CommandId Command, JobId Job, bool IsNew) : IJobAnswer, IWithJobId;

    /// <summary>It holds from now on, or did already.</summary>
    /// <param name="Command">The asking.</param>
    /// <param name="Job">The job.</param>
    /// <param name="Phase">Where the job is now.</param>
    public sealed record Acknowledged(CommandId Command, JobId Job, JobPhase Phase) : IJobAnswer, IWithJobId;

    /// <summary>Failed pictures are taken up again.</summary>
    /// <param name="Command">The asking.</param>
    /// <param name="Job">The job.</param>
    /// <param name="TakenUp">How many.</param>
    /// <param name="Left">How many stay as they are, because they are quarantined and that was not asked for.</param>
    public sealed record Retried(CommandId Command, JobId Job, long TakenUp, long Left) : IJobAnswer, IWithJobId;

    /// <summary>The command changes nothing.</summary>
    /// <param name="Command">The asking.</param>
    /// <param name="Kind">What kind of refusal.</param>
    /// <param name="Reason">One line.</param>
    public sealed record Refused(CommandId Command, JobRefusal Kind, string Reason) : IJobAnswer;
}

/// <summary>Why a command is refused.</summary>
public enum JobRefusal
{
    /// <summary>There is no such job.</summary>
    UnknownJob,

    /// <summary>The client has used this key for a job that does something else.</summary>
    KeyInUse,

    /// <summary>The job is over, or not yet there.</summary>
    NotInThisPhase,

    /// <summary>The command itself makes no sense.</summary>
    Invalid,

    /// <summary>The job database cannot be written at the moment; ask again.</summary>
    Unavailable,
}
