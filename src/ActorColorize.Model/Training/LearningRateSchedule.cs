namespace ActorColorize.Model.Training;

/// <summary>Learning rate as a pure function of the step, so that it needs no state and a resumed run is exact.</summary>
public static class LearningRateSchedule
{
    /// <summary>
    /// Linear warm-up, then a half cosine from the peak to the final rate (Loshchilov and Hutter, SGDR, 2017, without restarts); the
    /// final rate beyond the last step. Each stage of a run has its own schedule.
    /// </summary>
    /// <param name="configuration">Rates, warm-up and length of the run.</param>
    /// <param name="step">The step, from 0.</param>
    public static double At(TrainingConfiguration configuration, long step)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (configuration.Stages.Count > 0)
        {
            var stage = configuration.StageAt(step);
            return At(stage.Configuration, step - stage.FirstStep);
        }

        var warmup = Math.Min(configuration.WarmupSteps, configuration.Steps / 4);
        if (step < warmup)
            return configuration.LearningRate * (step + 1) / warmup;
        var progress = Math.Min(1, (step - warmup) / (double)Math.Max(1, configuration.Steps - 1 - warmup));
        return configuration.FinalLearningRate
            + (configuration.LearningRate - configuration.FinalLearningRate) * 0.5 * (1 + Math.Cos(Math.PI * progress));
    }
}
