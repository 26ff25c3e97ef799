namespace ActorColorize.Protocol;

/// <summary>
/// Commands about training runs. Each is answered by one of <see cref="TrainingAnswers"/> after it has been persisted, and may be sent
/// again under the same id.
/// </summary>
public static class TrainingCommands
{
    /// <summary>A command about a run.</summary>
    public interface ITrainingCommand
    {
        /// <summary>Id of the command; the same when it is sent again.</summary>
        CommandId Command { get; }

        /// <summary>The client that sends the command.</summary>
        ClientId Client { get; }
    }

    /// <summary>
    /// Starts a run, or resumes the run in the folder. Answered by <see cref="TrainingAnswers.Submitted"/>; the data is checked afterwards.
    /// </summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Client">The client that sends the command.</param>
    /// <param name="Key">Idempotency key: submissions by a client under the same key are the same run.</param>
    /// <param name="Request">What to train.</param>
    public sealed record Submit(CommandId Command, ClientId Client, string Key, TrainingRequest Request) : ITrainingCommand;

    /// <summary>
    /// Finishes the current step, saves a checkpoint and releases the device until the run is resumed. Answered by
    /// <see cref="TrainingAnswers.Acknowledged"/>.
    /// </summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Client">The client that sends the command.</param>
    /// <param name="Run">The run.</param>
    public sealed record Pause(CommandId Command, ClientId Client, RunId Run) : ITrainingCommand, IWithRunId;

    /// <summary>Resumes a run that is paused, stopped or failed. Answered by <see cref="TrainingAnswers.Acknowledged"/>.</summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Client">The client that sends the command.</param>
    /// <param name="Run">The run.</param>
    public sealed record Resume(CommandId Command, ClientId Client, RunId Run) : ITrainingCommand, IWithRunId;

    /// <summary>
    /// Finishes the current step, saves a checkpoint and ends the run. Answered by <see cref="TrainingAnswers.Acknowledged"/>.
    /// </summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Client">The client that sends the command.</param>
    /// <param name="Run">The run.</param>
    public sealed record Stop(CommandId Command, ClientId Client, RunId Run) : ITrainingCommand, IWithRunId;

    /// <summary>
    /// Publishes a checkpoint as a named model, for jobs that are submitted afterwards. It is first read, verified and run once; if that
    /// fails, the name keeps its current model. Answered by <see cref="TrainingAnswers.Promoted"/>.
    /// </summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Client">The client that sends the command.</param>
    /// <param name="Run">The run.</param>
    /// <param name="Checkpoint">Step of the checkpoint; null: the one with the lowest validation loss, or the newest if none was
    /// validated.</param>
    /// <param name="Model">The model's name; see <see cref="ModelName"/>.</param>
    public sealed record Promote(CommandId Command, ClientId Client, RunId Run, StepNumber? Checkpoint, string Model)
        : ITrainingCommand,
            IWithRunId;

    /// <summary>
    /// Deletes a named model with the files of all its promotions, unless an open job or run needs it. Answered by
    /// <see cref="TrainingAnswers.ModelDeleted"/>.
    /// </summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Client">The client that sends the command.</param>
    /// <param name="Model">The model's name.</param>
    public sealed record DeleteModel(CommandId Command, ClientId Client, string Model) : ITrainingCommand;
}

/// <summary>Answers to <see cref="TrainingCommands"/>.</summary>
public static class TrainingAnswers
{
    /// <summary>An answer to a command.</summary>
    public interface ITrainingAnswer
    {
        /// <summary>Id of the command that is answered.</summary>
        CommandId Command { get; }
    }

    /// <summary>The run has been persisted and will be trained.</summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Run">The run.</param>
    /// <param name="IsNew">False if a run with this key already existed.</param>
    public sealed record Submitted(CommandId Command, RunId Run, bool IsNew) : ITrainingAnswer, IWithRunId;

    /// <summary>The command has taken effect, now or before.</summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Run">The run.</param>
    /// <param name="Phase">The run's phase after the command.</param>
    public sealed record Acknowledged(CommandId Command, RunId Run, TrainingPhase Phase) : ITrainingAnswer, IWithRunId;

    /// <summary>The checkpoint was published under the name.</summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Model">The model.</param>
    public sealed record Promoted(CommandId Command, NamedModel Model) : ITrainingAnswer;

    /// <summary>The named model is deleted.</summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Model">The model's name.</param>
    public sealed record ModelDeleted(CommandId Command, string Model) : ITrainingAnswer;

    /// <summary>The command was refused and has no effect.</summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Kind">What kind of refusal.</param>
    /// <param name="Reason">One line.</param>
    /// <param name="Cause">What makes the command impossible.</param>
    public sealed record Refused(CommandId Command, TrainingRefusal Kind, string Reason, RefusalCause Cause = RefusalCause.Request)
        : ITrainingAnswer;
}

/// <summary>Why a command about a run is refused.</summary>
public enum TrainingRefusal
{
    /// <summary>There is no such run.</summary>
    UnknownRun,

    /// <summary>The client has used this key for a run with another request.</summary>
    KeyInUse,

    /// <summary>The run has ended, or its folder is in use by another open run.</summary>
    NotInThisPhase,

    /// <summary>The command is invalid, or names something that does not exist.</summary>
    Invalid,

    /// <summary>The checkpoint cannot be used as a model.</summary>
    ModelNotUsable,

    /// <summary>The limit of open runs is reached.</summary>
    TooManyRuns,

    /// <summary>There is no such model.</summary>
    UnknownModel,

    /// <summary>An open job or run needs the model.</summary>
    ModelInUse,
}
