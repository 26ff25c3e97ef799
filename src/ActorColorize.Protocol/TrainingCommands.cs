namespace ActorColorize.Protocol;

/// <summary>
/// What clients ask of a daemon's training. Each is answered once it is on disk, by one of <see cref="TrainingAnswers"/>, and may be sent
/// again under the same id.
/// </summary>
public static class TrainingCommands
{
    /// <summary>A command about a run.</summary>
    public interface ITrainingCommand
    {
        /// <summary>This asking.</summary>
        CommandId Command { get; }

        /// <summary>Who asks.</summary>
        ClientId Client { get; }
    }

    /// <summary>
    /// Train, or go on with the run that the folder holds. Answered by <see cref="TrainingAnswers.Submitted"/>; the data is looked at
    /// afterwards.
    /// </summary>
    /// <param name="Command">This asking.</param>
    /// <param name="Client">Who asks.</param>
    /// <param name="Key">The client's own name for this piece of work: a second submission under the same key is the same run.</param>
    /// <param name="Request">What to train.</param>
    public sealed record Submit(CommandId Command, ClientId Client, string Key, TrainingRequest Request) : ITrainingCommand;

    /// <summary>
    /// Finish the step under way, save a checkpoint and leave the device until somebody resumes. Answered by <see
    /// cref="TrainingAnswers.Acknowledged"/>.
    /// </summary>
    /// <param name="Command">This asking.</param>
    /// <param name="Client">Who asks.</param>
    /// <param name="Run">The run.</param>
    public sealed record Pause(CommandId Command, ClientId Client, RunId Run) : ITrainingCommand, IWithRunId;

    /// <summary>
    /// Go on with a run that is paused, was stopped or has failed. Answered by <see cref="TrainingAnswers.Acknowledged"/>.
    /// </summary>
    /// <param name="Command">This asking.</param>
    /// <param name="Client">Who asks.</param>
    /// <param name="Run">The run.</param>
    public sealed record Resume(CommandId Command, ClientId Client, RunId Run) : ITrainingCommand, IWithRunId;

    /// <summary>Finish the step under way, save a checkpoint and end. Answered by <see cref="TrainingAnswers.Acknowledged"/>.</summary>
    /// <param name="Command">This asking.</param>
    /// <param name="Client">Who asks.</param>
    /// <param name="Run">The run.</param>
    public sealed record Stop(CommandId Command, ClientId Client, RunId Run) : ITrainingCommand, IWithRunId;

    /// <summary>
    /// Make a checkpoint the model of a name, for the jobs that are submitted from then on. It is read, checked and run once before; where
    /// that fails, the name keeps the model that it has.
    /// Answered by <see cref="TrainingAnswers.Promoted"/>.
    /// </summary>
    /// <param name="Command">This asking.</param>
    /// <param name="Client">Who asks.</param>
    /// <param name="Run">The run.</param>
    /// <param name="Checkpoint">The step of the checkpoint; null: the best by validation loss, or the newest where none was
    /// measured.</param>
    /// <param name="Model">The name: see <see cref="ModelName"/>.</param>
    public sealed record Promote(CommandId Command, ClientId Client, RunId Run, StepNumber? Checkpoint, string Model)
        : ITrainingCommand,
            IWithRunId;
}

/// <summary>What is answered to <see cref="TrainingCommands"/>.</summary>
public static class TrainingAnswers
{
    /// <summary>An answer to a command.</summary>
    public interface ITrainingAnswer
    {
        /// <summary>The asking that it answers.</summary>
        CommandId Command { get; }
    }

    /// <summary>The run is on disk and will be trained.</summary>
    /// <param name="Command">The asking.</param>
    /// <param name="Run">The run.</param>
    /// <param name="IsNew">False where it was submitted before under this key.</param>
    public sealed record Submitted(CommandId Command, RunId Run, bool IsNew) : ITrainingAnswer, IWithRunId;

    /// <summary>It holds from now on, or did already.</summary>
    /// <param name="Command">The asking.</param>
    /// <param name="Run">The run.</param>
    /// <param name="Phase">Where the run is now.</param>
    public sealed record Acknowledged(CommandId Command, RunId Run, TrainingPhase Phase) : ITrainingAnswer, IWithRunId;

    /// <summary>The name has this model from now on.</summary>
    /// <param name="Command">The asking.</param>
    /// <param name="Model">The model.</param>
    public sealed record Promoted(CommandId Command, NamedModel Model) : ITrainingAnswer;

    /// <summary>The command changes nothing.</summary>
    /// <param name="Command">The asking.</param>
    /// <param name="Kind">What kind of refusal.</param>
    /// <param name="Reason">One line.</param>
    public sealed record Refused(CommandId Command, TrainingRefusal Kind, string Reason) : ITrainingAnswer;
}

/// <summary>Why a command about a run is refused.</summary>
public enum TrainingRefusal
{
    /// <summary>There is no such run.</summary>
    UnknownRun,

    /// <summary>The client has used this key for a run that does something else.</summary>
    KeyInUse,

    /// <summary>The run is over, or its folder is in use by one that is not.</summary>
    NotInThisPhase,

    /// <summary>The command itself makes no sense, or names what is not there.</summary>
    Invalid,

    /// <summary>The checkpoint cannot be used as a model.</summary>
    ModelNotUsable,

    /// <summary>As many runs as the daemon takes are open.</summary>
    TooManyRuns,
}
