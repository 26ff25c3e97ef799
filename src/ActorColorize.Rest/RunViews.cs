using System.ComponentModel;
using ActorColorize.Protocol;

namespace ActorColorize.Rest;

/// <summary>What is to be trained, and where. Paths are those of the daemon's machine.</summary>
internal sealed record RunSubmission(
    [property: Description("Folder of training pictures; absolute.")] string Data,
    [property: Description("The run's folder: made, or gone on with; absolute.")] string Folder,
    [property: Description("What people call the run; absent: the folder's name.")] string? Name = null,
    [property: Description("Name of a preset; absent: of the run that the folder holds, or the usual one.")] string? Preset = null,
    [property: Description("A configuration file in place of a preset; absolute.")] string? Configuration = null,
    [property: Description("A published profile of colour bins and weights.")] string? Profile = null,
    [property: Description("Optimizer steps of the whole run.")] int? Steps = null,
    [property: Description("Pictures per optimizer step.")] int? Batch = null,
    [property: Description("Seed of every random choice of the run.")] ulong? Seed = null,
    [property: Description("A checkpoint folder of another run to begin from; absolute.")] string? Checkpoint = null,
    [property: Description("Number format of the activations: fp32 or bf16; absent: what pays on the daemon's device.")]
        string? Precision = null,
    [property: Description("Other values of the recovery policy: name=value,name=value.")] string? Recovery = null
)
{
    /// <summary>As the gateway takes it.</summary>
    public TrainingRequest ToRequest() =>
        new(Data, Folder, Name, Preset, Configuration, Profile, Steps, Batch, Seed, Checkpoint, Precision, Recovery);
}

/// <summary>The run is on the daemon's disk and will be trained.</summary>
internal sealed record RunAccepted(
    string Run,
    [property: Description("False where it was submitted before under this idempotency key.")] bool IsNew
);

/// <summary>What a command did.</summary>
internal sealed record RunMoved(string Run, [property: Description("Where the run is now.")] TrainingPhase Phase);

/// <summary>Which checkpoint gets which name.</summary>
internal sealed record PromoteRequest(
    [property: Description("The model's name.")] string Model,
    [property: Description("The step of the checkpoint; absent: the best by validation loss, or the newest where none was measured.")]
        long? Step = null
);

/// <summary>A page of runs, the newest first.</summary>
internal sealed record RunList(
    IReadOnlyList<RunLine> Runs,
    [property: Description("Cursor of the next page; null where there is none.")] string? Next
);

/// <summary>A run in a list.</summary>
internal sealed record RunLine(
    string Run,
    string Client,
    string Name,
    string Folder,
    TrainingPhase Phase,
    long Step,
    long? TotalSteps,
    DateTimeOffset SubmittedAt
)
{
    /// <summary>Of a summary.</summary>
    public static RunLine Of(RunSummary run) =>
        new(run.Run.Value, run.Client.Value, run.Name, run.RunFolder, run.Phase, run.Step.Value, run.TotalSteps, run.SubmittedAt);
}

/// <summary>Where a run stands.</summary>
internal sealed record RunView(
    string Run,
    string Client,
    string Key,
    string Name,
    string Data,
    string Folder,
    TrainingPhase Phase,
    long Step,
    [property: Description("Of the whole run; null before it is prepared.")] long? TotalSteps,
    [property: Description("The newest figures; null before the first.")] RunFigures? Progress,
    [property: Description("The newest validation; null before the first.")] ValidationView? Validation,
    [property: Description("Folder of the newest checkpoint; null where none is known.")] string? Checkpoint,
    [property: Description("Faults since the daemon's start.")] int Faults,
    [property: Description("What it is at, or waits for; null where the phase says it all.")] string? Doing,
    DateTimeOffset SubmittedAt,
    DateTimeOffset? EndedAt,
    string Detail
)
{
    /// <summary>Of a status.</summary>
    public static RunView Of(TrainingReports.RunStatus run) =>
        new(
            run.Run.Value,
            run.Client.Value,
            run.Key,
            run.Name,
            run.Data,
            run.RunFolder,
            run.Phase,
            run.Step.Value,
            run.TotalSteps,
            run.Progress is { } progress ? RunFigures.Of(progress) : null,
            run.Validation is { } validation ? new ValidationView(validation.Step.Value, validation.Loss, validation.Baseline) : null,
            run.Checkpoint,
            run.Faults,
            run.Doing,
            run.SubmittedAt,
            run.EndedAt,
            run.Detail
        );
}

/// <summary>The newest figures of a run.</summary>
internal sealed record RunFigures(
    [property: Description("From 0.")] int Epoch,
    [property: Description("Mean training loss per pixel since the figures before, weighted nats.")] double LossMean,
    double LossMaximum,
    double LearningRate,
    double PicturesPerSecond,
    [property: Description("Share of the time in which the device waited for pictures, 0 to 1.")] double DataWaitShare,
    long ResidentBytes,
    double? RemainingSeconds
)
{
    /// <summary>Of a window of steps.</summary>
    public static RunFigures Of(StepWindow progress) =>
        new(
            progress.Epoch,
            progress.LossMean,
            progress.LossMaximum,
            progress.LearningRate,
            progress.PicturesPerSecond,
            progress.DataWaitShare,
            progress.ResidentBytes,
            progress.Remaining?.TotalSeconds
        );
}

/// <summary>What a validation measured.</summary>
internal sealed record ValidationView(
    long Step,
    double Loss,
    [property: Description("The same for the best constant distribution.")] double Baseline
);

/// <summary>A run's whole checkpoints, the oldest first.</summary>
internal sealed record CheckpointList(IReadOnlyList<CheckpointLine> Checkpoints);

/// <summary>A checkpoint.</summary>
internal sealed record CheckpointLine(long Step, DateTimeOffset At, double? ValidationLoss, bool IsBest, string Folder)
{
    /// <summary>Of a report.</summary>
    public static CheckpointLine Of(CheckpointReport checkpoint) =>
        new(checkpoint.Step.Value, checkpoint.At, checkpoint.ValidationLoss, checkpoint.IsBest, checkpoint.Folder);
}

/// <summary>The models that have names.</summary>
internal sealed record ModelList(IReadOnlyList<ModelLine> Models);

/// <summary>A model that jobs are submitted with by its name.</summary>
internal sealed record ModelLine(
    string Name,
    string File,
    string Sha256,
    string Run,
    long Step,
    double? ValidationLoss,
    DateTimeOffset PromotedAt
)
{
    /// <summary>Of a model.</summary>
    public static ModelLine Of(NamedModel model) =>
        new(model.Name, model.File, model.Sha256, model.Run.Value, model.Step.Value, model.ValidationLoss, model.PromotedAt);
}
