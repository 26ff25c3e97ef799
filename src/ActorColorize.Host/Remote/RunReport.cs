using ActorColorize.Host.Displays;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Remote;

/// <summary>Run and model reports of a daemon, as text and as JSON objects.</summary>
internal static class RunReport
{
    /// <summary>The state of a run, line by line.</summary>
    public static IEnumerable<string> Text(TrainingReports.RunStatus run, DateTimeOffset now)
    {
        yield return $"run {run.Run} '{PrintableName.Of(run.Name)}': {Word(run.Phase)}, "
            + $"{Steps(run.Step, run.TotalSteps)}{(run.Doing is { } doing ? $"; {PrintableName.Of(doing)}" : string.Empty)}";
        yield return $"  {PrintableName.Of(run.Data)} -> {PrintableName.Of(run.RunFolder)}";
        yield return $"  submitted {Quantities.Clock(run.SubmittedAt.ToLocalTime(), now)} by {run.Client} as '{PrintableName.Of(run.Key)}'";
        if (run.Progress is { } progress)
        {
            var end = progress.Remaining is { } remaining
                ? $", {Quantities.Time(remaining)} left, ends {Quantities.Clock(now + remaining, now)}"
                : string.Empty;
            yield return $"  loss {progress.LossMean:0.000} (max {progress.LossMaximum:0.000}), lr {progress.LearningRate:0.0e-0}, "
                + $"{Quantities.Rate(progress.PicturesPerSecond)} img/s{end}";
        }

        if (run.Validation is { } validation)
            yield return $"  validation at step {Quantities.Count(validation.Step.Value)}: loss {validation.Loss:0.000}, baseline "
                + $"{validation.Baseline:0.000}";
        if (run.Checkpoint is { } checkpoint)
            yield return $"  newest checkpoint: {PrintableName.Of(checkpoint)}";
        if (run.Faults > 0)
            yield return $"  {Quantities.Count(run.Faults, "fault")}; 'actorcolorize run show {PrintableName.Of(run.RunFolder)}' "
                + "lists them";
        if (run.EndedAt is { } ended)
            yield return $"  ended {Quantities.Clock(ended.ToLocalTime(), now)}"
                + $"{(run.Detail.Length > 0 ? $": {PrintableName.Of(run.Detail)}" : string.Empty)}";
    }

    /// <summary>Writes the report, as text or JSON.</summary>
    public static void Show(Screen screen, TrainingReports.RunStatus run, DateTimeOffset now)
    {
        foreach (var line in Text(run, now))
            screen.Line(line);
        screen.Json(Json(run));
    }

    /// <summary>The same as a JSON object.</summary>
    public static object Json(TrainingReports.RunStatus run) =>
        new
        {
            Run = run.Run.Value,
            run.Name,
            run.Phase,
            Step = run.Step.Value,
            run.TotalSteps,
            run.Doing,
            Loss = Finite(run.Progress?.LossMean),
            LearningRate = Finite(run.Progress?.LearningRate),
            run.Progress?.PicturesPerSecond,
            run.Progress?.DataWaitShare,
            RemainingSeconds = run.Progress?.Remaining?.TotalSeconds,
            Validation = Finite(run.Validation?.Loss),
            Baseline = Finite(run.Validation?.Baseline),
            ValidatedStep = run.Validation?.Step.Value,
            run.Checkpoint,
            run.Faults,
            Client = run.Client.Value,
            run.Key,
            run.Data,
            Folder = run.RunFolder,
            run.SubmittedAt,
            run.EndedAt,
            run.Detail,
        };

    /// <summary>A run in a list, on one line.</summary>
    public static string Text(RunSummary run, DateTimeOffset now) =>
        $"{run.Run}  {Word(run.Phase), -9}  {Steps(run.Step, run.TotalSteps)}  '{PrintableName.Of(run.Name)}' in "
        + $"{PrintableName.Of(run.RunFolder)}  ({run.Client}, {Quantities.Clock(run.SubmittedAt.ToLocalTime(), now)})";

    /// <summary>The same as a JSON object.</summary>
    public static object Json(RunSummary run) =>
        new
        {
            Run = run.Run.Value,
            run.Name,
            run.Phase,
            Step = run.Step.Value,
            run.TotalSteps,
            Client = run.Client.Value,
            Folder = run.RunFolder,
            run.SubmittedAt,
        };

    /// <summary>A checkpoint on one line.</summary>
    public static string Text(CheckpointReport checkpoint, DateTimeOffset now) =>
        $"step {Quantities.Count(checkpoint.Step.Value)}{Validation(checkpoint.ValidationLoss)}"
        + $"{(checkpoint.IsBest ? " (best)" : string.Empty)}, "
        + $"{Quantities.Clock(checkpoint.At.ToLocalTime(), now)}: {PrintableName.Of(checkpoint.Folder)}";

    /// <summary>The same as a JSON object.</summary>
    public static object Json(CheckpointReport checkpoint) =>
        new
        {
            Step = checkpoint.Step.Value,
            checkpoint.At,
            ValidationLoss = Finite(checkpoint.ValidationLoss),
            checkpoint.IsBest,
            checkpoint.Folder,
        };

    private static string Validation(double? loss) => loss is { } value ? $", validation loss {value:0.000}" : string.Empty;

    /// <summary>A model on one line.</summary>
    public static string Text(NamedModel model, DateTimeOffset now) =>
        $"model {model.Name}: run {model.Run}, step {Quantities.Count(model.Step.Value)}{Validation(model.ValidationLoss)}, "
        + $"promoted {Quantities.Clock(model.PromotedAt.ToLocalTime(), now)}: {PrintableName.Of(model.File)}";

    /// <summary>The same as a JSON object.</summary>
    public static object Json(NamedModel model) =>
        new
        {
            Model = model.Name,
            model.File,
            model.Sha256,
            Run = model.Run.Value,
            Step = model.Step.Value,
            ValidationLoss = Finite(model.ValidationLoss),
            model.PromotedAt,
        };

    /// <summary>A phase in words.</summary>
    public static string Word(TrainingPhase phase) =>
        phase switch
        {
            TrainingPhase.Unsaved => "not saved",
            _ => phase.ToString().ToLowerInvariant(),
        };

    private static string Steps(StepNumber step, long? total) =>
        total is { } all ? $"step {Quantities.Count(step.Value)} of {Quantities.Count(all)}" : $"step {Quantities.Count(step.Value)}";

    /// <summary>Null for a value that is not finite, which JSON cannot represent.</summary>
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
