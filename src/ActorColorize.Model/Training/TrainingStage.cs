namespace ActorColorize.Model.Training;

/// <summary>
/// A stage of a training run, for example with smaller pictures than the next: its differences from the configuration. A null value is that
/// of the configuration.
/// </summary>
public sealed record TrainingStage
{
    /// <summary>Steps of this stage; null in the last one, which lasts to the end of the run.</summary>
    public int? Steps { get; init; }

    /// <summary>Side of the square training pictures, pixels.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Pictures per step.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Pictures on the device at a time; limited to the batch size.</summary>
    public int? MicroBatchSize { get; init; }

    /// <summary>Highest learning rate of the stage.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Learning rate at its last step.</summary>
    public double? FinalLearningRate { get; init; }

    /// <summary>Steps over which its learning rate rises.</summary>
    public int? WarmupSteps { get; init; }

    /// <summary>Smallest crop.</summary>
    public double? MinimumExtent { get; init; }

    /// <summary>The configuration of a run of this stage alone.</summary>
    /// <param name="run">The configuration of the whole run; <see cref="Steps"/> must be set.</param>
    internal TrainingConfiguration Over(TrainingConfiguration run)
    {
        var batch = BatchSize ?? run.BatchSize;
        return run with
        {
            Stages = [],
            Steps = Steps!.Value,
            ImageSize = ImageSize ?? run.ImageSize,
            BatchSize = batch,
            MicroBatchSize = MicroBatchSize ?? Math.Min(batch, run.MicroBatchSize),
            LearningRate = LearningRate ?? run.LearningRate,
            FinalLearningRate = FinalLearningRate ?? run.FinalLearningRate,
            WarmupSteps = WarmupSteps ?? run.WarmupSteps,
            Augmentation = run.Augmentation with { MinimumExtent = MinimumExtent ?? run.Augmentation.MinimumExtent },
        };
    }
}

/// <summary>A stage with its place in the run.</summary>
/// <param name="FirstStep">Steps before it.</param>
/// <param name="EndStep">Steps at its end; <see cref="long.MaxValue"/> for the last stage, which has no end of its own.</param>
/// <param name="FirstSample">Pictures of the steps before it.</param>
/// <param name="Configuration">The configuration of a run of this stage alone.</param>
public sealed record ScheduledStage(long FirstStep, long EndStep, long FirstSample, TrainingConfiguration Configuration)
{
    /// <summary>Pictures of all steps before a step of this stage.</summary>
    public long SamplesBefore(long step) => FirstSample + (step - FirstStep) * Configuration.BatchSize;
}
