namespace ActorColorize.Protocol;

/// <summary>What may be asked about a daemon's runs and models.</summary>
public static class TrainingQueries
{
    /// <summary>A question about runs or models.</summary>
    public interface ITrainingQuery;

    /// <summary>
    /// Where a run stands. Answered by <see cref="TrainingReports.RunStatus"/> or <see cref="TrainingReports.NoSuchRun"/>.
    /// </summary>
    /// <param name="Run">The run.</param>
    public sealed record Show(RunId Run) : ITrainingQuery, IWithRunId;

    /// <summary>Runs, the newest first. Answered by <see cref="TrainingReports.RunPage"/>.</summary>
    /// <param name="Before">The cursor of the page before; null for the first page.</param>
    /// <param name="Limit">Most runs wanted.</param>
    public sealed record List(string? Before, int Limit) : ITrainingQuery;

    /// <summary>
    /// A run's whole checkpoints. Answered by <see cref="TrainingReports.CheckpointPage"/>, <see cref="TrainingReports.NoSuchRun"/> or <see
    /// cref="TrainingReports.NotReadable"/>.
    /// </summary>
    /// <param name="Run">The run.</param>
    public sealed record Checkpoints(RunId Run) : ITrainingQuery, IWithRunId;

    /// <summary>
    /// What is new of a run. Where nothing is, the answer waits for it, so that a watcher asks again and again. Progress is a snapshot: one
    /// that is slow sees fewer of them; notices are numbered.
    /// Answered by <see cref="TrainingReports.RunUpdates"/> or <see cref="TrainingReports.NoSuchRun"/>.
    /// </summary>
    /// <param name="Run">The run.</param>
    /// <param name="After">The sequence number of the last updates seen; 0 for all that is remembered.</param>
    /// <param name="Wait">How long to wait; the same again after that. At most a minute.</param>
    public sealed record UpdatesAfter(RunId Run, long After, TimeSpan Wait) : ITrainingQuery, IWithRunId;

    /// <summary>The models that have names. Answered by <see cref="TrainingReports.ModelPage"/>.</summary>
    public sealed record Models : ITrainingQuery;
}

/// <summary>What is answered to <see cref="TrainingQueries"/>.</summary>
public static class TrainingReports
{
    /// <summary>There is no run with this id.</summary>
    /// <param name="Run">The id.</param>
    public sealed record NoSuchRun(RunId Run) : IWithRunId;

    /// <summary>The daemon's disk does not give the answer.</summary>
    /// <param name="Reason">One line.</param>
    public sealed record NotReadable(string Reason);

    /// <summary>Where a run stands.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Client">Who submitted it.</param>
    /// <param name="Key">The client's name for it.</param>
    /// <param name="Name">What people call it.</param>
    /// <param name="Data">Its pictures.</param>
    /// <param name="RunFolder">Its folder.</param>
    /// <param name="Phase">Where it is in its life.</param>
    /// <param name="Step">Steps completed, as far as is known.</param>
    /// <param name="TotalSteps">Of the whole run; null before it is prepared.</param>
    /// <param name="Progress">The newest window of steps; null before the first.</param>
    /// <param name="Validation">The newest validation; null before the first.</param>
    /// <param name="Checkpoint">Folder of the newest checkpoint that was written; null where none is known.</param>
    /// <param name="Faults">Faults since the daemon's start.</param>
    /// <param name="Doing">One line: what it is at, or waits for; null where the phase says it all.</param>
    /// <param name="SubmittedAt">When it was accepted.</param>
    /// <param name="EndedAt">When it ended; null before.</param>
    /// <param name="Detail">One line about its end; empty before.</param>
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
        string Detail
    ) : IWithRunId;

    /// <summary>Some runs.</summary>
    /// <param name="Runs">The newest first.</param>
    /// <param name="Next">Cursor of the next page; null where there is none.</param>
    public sealed record RunPage(IReadOnlyList<RunSummary> Runs, string? Next);

    /// <summary>A run's whole checkpoints.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Checkpoints">Oldest first; the newest hundred, where there are more.</param>
    public sealed record CheckpointPage(RunId Run, IReadOnlyList<CheckpointReport> Checkpoints) : IWithRunId;

    /// <summary>What is new of a run.</summary>
    /// <param name="Sequence">To ask for the next updates with.</param>
    /// <param name="Status">Where the run stands.</param>
    /// <param name="Notices">What happened since, in order; of much, the newest.</param>
    /// <param name="IsOver">Whether the run has ended and there is nothing more to watch.</param>
    public sealed record RunUpdates(long Sequence, RunStatus Status, IReadOnlyList<RunNotice> Notices, bool IsOver);

    /// <summary>The models that have names; the first hundred, where there are more.</summary>
    /// <param name="Models">By name.</param>
    public sealed record ModelPage(IReadOnlyList<NamedModel> Models);
}

/// <summary>A run in a list.</summary>
/// <param name="Run">The run.</param>
/// <param name="Client">Who submitted it.</param>
/// <param name="Name">What people call it.</param>
/// <param name="RunFolder">Its folder.</param>
/// <param name="Phase">Where it is in its life.</param>
/// <param name="Step">Steps completed, as far as is known.</param>
/// <param name="TotalSteps">Of the whole run; null before it is prepared.</param>
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

/// <summary>What a validation measured.</summary>
/// <param name="Step">Steps completed.</param>
/// <param name="Loss">Weighted cross-entropy per pixel, nats.</param>
/// <param name="Baseline">The same for the best constant distribution.</param>
public sealed record RunValidation(StepNumber Step, double Loss, double Baseline);

/// <summary>A checkpoint of a run.</summary>
/// <param name="Step">Steps completed.</param>
/// <param name="At">When it was written.</param>
/// <param name="ValidationLoss">Measured at this step; null where it was not.</param>
/// <param name="IsBest">Whether it is the best of those that are kept.</param>
/// <param name="Folder">Where it is.</param>
public sealed record CheckpointReport(StepNumber Step, DateTimeOffset At, double? ValidationLoss, bool IsBest, string Folder);

/// <summary>Something worth a line that happened to a run.</summary>
/// <param name="Sequence">Rises with each, also over the daemon's starts.</param>
/// <param name="At">When.</param>
/// <param name="Text">One line.</param>
public sealed record RunNotice(long Sequence, DateTimeOffset At, string Text);
