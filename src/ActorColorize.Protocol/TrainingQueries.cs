namespace ActorColorize.Protocol;

/// <summary>Queries about runs and models.</summary>
public static class TrainingQueries
{
    /// <summary>A query about runs or models.</summary>
    public interface ITrainingQuery;

    /// <summary>Status of a run. Answered by <see cref="TrainingReports.RunStatus"/> or <see cref="TrainingReports.NoSuchRun"/>.</summary>
    /// <param name="Run">The run.</param>
    public sealed record Show(RunId Run) : ITrainingQuery, IWithRunId;

    /// <summary>Runs, newest first. Answered by <see cref="TrainingReports.RunPage"/>.</summary>
    /// <param name="Before">Cursor from the previous page; null for the first page.</param>
    /// <param name="Limit">Largest number of runs.</param>
    public sealed record List(string? Before, int Limit) : ITrainingQuery;

    /// <summary>
    /// The complete checkpoints of a run. Answered by <see cref="TrainingReports.CheckpointPage"/>, <see cref="TrainingReports.NoSuchRun"/>
    /// or <see cref="TrainingReports.NotReadable"/>.
    /// </summary>
    /// <param name="Run">The run.</param>
    public sealed record Checkpoints(RunId Run) : ITrainingQuery, IWithRunId;

    /// <summary>
    /// Updates of a run. If there are none yet, the answer is delayed until there are (long polling). Progress is a snapshot: a slow
    /// watcher sees fewer of them. Notices are numbered and not dropped. Answered by <see cref="TrainingReports.RunUpdates"/> or
    /// <see cref="TrainingReports.NoSuchRun"/>.
    /// </summary>
    /// <param name="Run">The run.</param>
    /// <param name="After">Sequence number of the last update seen; 0 for all that have been kept.</param>
    /// <param name="Wait">How long to wait before answering without updates; at most a minute.</param>
    public sealed record UpdatesAfter(RunId Run, long After, TimeSpan Wait) : ITrainingQuery, IWithRunId;

    /// <summary>The named models. Answered by <see cref="TrainingReports.ModelPage"/>.</summary>
    public sealed record Models : ITrainingQuery;
}

/// <summary>Answers to <see cref="TrainingQueries"/>.</summary>
public static class TrainingReports
{
    /// <summary>There is no run with this id.</summary>
    /// <param name="Run">The id.</param>
    public sealed record NoSuchRun(RunId Run) : IWithRunId;

    /// <summary>The daemon's disk cannot be read.</summary>
    /// <param name="Reason">One line.</param>
    public sealed record NotReadable(string Reason);

    /// <summary>Status of a run.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Client">The client that submitted it.</param>
    /// <param name="Key">The client's idempotency key.</param>
    /// <param name="Name">Display name.</param>
    /// <param name="Data">Folder of its training pictures.</param>
    /// <param name="RunFolder">Its folder.</param>
    /// <param name="Phase">Its phase.</param>
    /// <param name="Step">Steps completed, as last reported.</param>
    /// <param name="TotalSteps">Steps of the whole run; null before it is prepared.</param>
    /// <param name="Progress">The newest window of steps; null before the first.</param>
    /// <param name="Validation">The newest validation; null before the first.</param>
    /// <param name="Checkpoint">Folder of the newest checkpoint; null if there is none.</param>
    /// <param name="Faults">Faults since the daemon's start.</param>
    /// <param name="Doing">One line: current activity, or what it waits for; null if the phase says enough.</param>
    /// <param name="SubmittedAt">When it was accepted.</param>
    /// <param name="EndedAt">When it ended; null while it has not.</param>
    /// <param name="Detail">One line about its end; empty while it has not ended.</param>
    /// <param name="Cause">What made the run impossible before its first step; null if nothing did.</param>
    public sealed record RunStatus(
        RunId Run,
        ClientId Client,
        string Key,
        string Name,
        string Data,
        string RunFolder,
        TrainingPhase Phase,
        StepNumber Step,
        long? TotalSteps,
        StepWindow? Progress,
        RunValidation? Validation,
        string? Checkpoint,
        int Faults,
        string? Doing,
        DateTimeOffset SubmittedAt,
        DateTimeOffset? EndedAt,
        string Detail,
        RefusalCause? Cause = null
    ) : IWithRunId;

    /// <summary>Some runs.</summary>
    /// <param name="Runs">Newest first.</param>
    /// <param name="Next">Cursor of the next page; null on the last page.</param>
    public sealed record RunPage(IReadOnlyList<RunSummary> Runs, string? Next);

    /// <summary>The complete checkpoints of a run.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Checkpoints">Oldest first; at most the newest hundred.</param>
    public sealed record CheckpointPage(RunId Run, IReadOnlyList<CheckpointReport> Checkpoints) : IWithRunId;

    /// <summary>Updates of a run.</summary>
    /// <param name="Sequence">Sequence number for querying the next updates.</param>
    /// <param name="Status">Current status.</param>
    /// <param name="Notices">Notices since the given one, in order; if there are too many, the newest.</param>
    /// <param name="IsOver">Whether the run has ended and no more updates follow.</param>
    public sealed record RunUpdates(long Sequence, RunStatus Status, IReadOnlyList<RunNotice> Notices, bool IsOver);

    /// <summary>The named models; at most the first hundred.</summary>
    /// <param name="Models">By name.</param>
    public sealed record ModelPage(IReadOnlyList<NamedModel> Models);
}

/// <summary>A run in a list.</summary>
/// <param name="Run">The run.</param>
/// <param name="Client">The client that submitted it.</param>
/// <param name="Name">Display name.</param>
/// <param name="RunFolder">Its folder.</param>
/// <param name="Phase">Its phase.</param>
/// <param name="Step">Steps completed, as last reported.</param>
/// <param name="TotalSteps">Steps of the whole run; null before it is prepared.</param>
/// <param name="SubmittedAt">When it was accepted.</param>
public sealed record RunSummary(
    RunId Run,
    ClientId Client,
    string Name,
    string RunFolder,
    TrainingPhase Phase,
    StepNumber Step,
    long? TotalSteps,
    DateTimeOffset SubmittedAt
);

/// <summary>Result of a validation.</summary>
/// <param name="Step">Steps completed.</param>
/// <param name="Loss">Weighted cross-entropy per pixel, nats.</param>
/// <param name="Baseline">The same for the best constant distribution.</param>
public sealed record RunValidation(StepNumber Step, double Loss, double Baseline);

/// <summary>A checkpoint of a run.</summary>
/// <param name="Step">Steps completed.</param>
/// <param name="At">When it was written.</param>
/// <param name="ValidationLoss">Validation loss at this step; null if it was not measured.</param>
/// <param name="IsBest">Whether it is the best of those that are kept.</param>
/// <param name="Folder">Folder of the checkpoint.</param>
public sealed record CheckpointReport(StepNumber Step, DateTimeOffset At, double? ValidationLoss, bool IsBest, string Folder);

/// <summary>A notice about a run.</summary>
/// <param name="Sequence">Increases with each notice, also across restarts of the daemon.</param>
/// <param name="At">Time of the event.</param>
/// <param name="Text">One line.</param>
public sealed record RunNotice(long Sequence, DateTimeOffset At, string Text);
