using System.ComponentModel;
using ActorColorize.Protocol;

namespace ActorColorize.Rest;

/// <summary>A request to train. Paths are those of the daemon's machine.</summary>
internal sealed record RunSubmission(
    [property: Description("Folder of training pictures; absolute.")] string Data,
    [property: Description("The run folder, created or resumed; absolute.")] string Folder,
    [property: Description("Display name of the run; absent: the folder's name.")] string? Name = null,
    [property: Description("Name of a preset; absent: that of the run in the folder, or the default.")] string? Preset = null,
    [property: Description("A configuration file in place of a preset; absolute.")] string? Configuration = null,
    [property: Description("A published profile of colour bins and weights.")] string? Profile = null,
    [property: Description("Optimizer steps of the whole run.")] int? Steps = null,
    [property: Description("Pictures per optimizer step.")] int? Batch = null,
    [property: Description("Seed of every random choice of the run.")] ulong? Seed = null,
    [property: Description("A checkpoint folder of another run to begin from; absolute.")] string? Checkpoint = null,
    [property: Description("Number format of the activations: fp32 or bf16; absent: what pays on the daemon's device.")]
        string? Precision = null,
    [property: Description("Other values of the recovery policy: name=value,name=value.")] string? Recovery = null,
    [property: Description("Further folders of training pictures, mixed with the first; absolute.")] IReadOnlyList<string>? MoreData = null,
    [property: Description("With further folders: the share of each folder in the samples, the first one's first.")]
        IReadOnlyList<double>? Shares = null,
    [property: Description("A model whose weights a new run starts from; absolute.")] string? InitialWeights = null,
    [property: Description("Whether a folder that already holds a run is refused instead of resumed.")] bool StartsAnew = false
)
{
    /// <summary>Converts it to the gateway's request.</summary>
    public TrainingRequest ToRequest() =>
        new(
            Data,
            Folder,
            Name,
            Preset,
            Configuration,
            Profile,
            Steps,
            Batch,
            Seed,
            Checkpoint,
            Precision,
            Recovery,
            MoreData,
            Shares,
            InitialWeights,
            StartsAnew
        );
}

/// <summary>The run has been persisted and will be trained.</summary>
internal sealed record RunAccepted(
    string Run,
    [property: Description("False if a run with this idempotency key already existed.")] bool IsNew
);

/// <summary>Result of a command.</summary>
internal sealed record RunMoved(string Run, [property: Description("The run's phase after the command.")] TrainingPhase Phase);

/// <summary>Which checkpoint gets which name.</summary>
internal sealed record PromoteRequest(
    [property: Description("The model's name.")] string Model,
    [property: Description("Step of the checkpoint; absent: the one with the lowest validation loss, or the newest if none was validated.")]
        long? Step = null
);

/// <summary>A page of runs, newest first.</summary>
internal sealed record RunList(
    IReadOnlyList<RunLine> Runs,
    [property: Description("Cursor of the next page; null on the last page.")] string? Next
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

/// <summary>Status of a run.</summary>
internal sealed record RunView(
    string Run,
    string Client,
    string Key,
    string Name,
    string Data,
    string Folder,
    TrainingPhase Phase,
    long Step,
    [property: Description("Steps of the whole run; null before it is prepared.")] long? TotalSteps,
    [property: Description("The newest metrics; null before the first step.")] RunMetrics? Progress,
    [property: Description("The newest validation; null before the first.")] ValidationView? Validation,
    [property: Description("Folder of the newest checkpoint; null if there is none.")] string? Checkpoint,
    [property: Description("Faults since the daemon's start.")] int Faults,
    [property: Description("Current activity, or what it waits for; null if the phase says enough.")] string? Doing,
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
            run.Progress is { } progress ? RunMetrics.Of(progress) : null,
            run.Validation is { } validation ? new ValidationView(validation.Step.Value, validation.Loss, validation.Baseline) : null,
            run.Checkpoint,
            run.Faults,
            run.Doing,
            run.SubmittedAt,
            run.EndedAt,
            run.Detail
        );
}

/// <summary>The newest metrics of a run.</summary>
internal sealed record RunMetrics(
    [property: Description("From 0.")] int Epoch,
    [property: Description("Mean training loss per pixel since the previous metrics, weighted nats; null if not finite.")] double? LossMean,
    double? LossMaximum,
    double LearningRate,
    double? PicturesPerSecond,
    [property: Description("Share of the time in which the device waited for pictures, 0 to 1.")] double DataWaitShare,
    long ResidentBytes,
    double? RemainingSeconds
)
{
    /// <summary>Of a window of steps.</summary>
    public static RunMetrics Of(StepWindow progress) =>
        new(
            progress.Epoch,
            Finite(progress.LossMean),
            Finite(progress.LossMaximum),
            progress.LearningRate,
            Finite(progress.PicturesPerSecond),
            progress.DataWaitShare,
            progress.ResidentBytes,
            progress.Remaining?.TotalSeconds
        );

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}

/// <summary>Result of a validation.</summary>
internal sealed record ValidationView(
    long Step,
    double Loss,
    [property: Description("The same for the best constant distribution.")] double Baseline
);

/// <summary>The complete checkpoints of a run, oldest first.</summary>
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

/// <summary>A model that jobs can use by name.</summary>
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
