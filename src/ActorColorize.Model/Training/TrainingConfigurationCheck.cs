using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ActorColorize.Model.Training;

/// <summary>Checks the values of a training configuration.</summary>
internal static class TrainingConfigurationCheck
{
    /// <exception cref="ConfigurationException">A value is out of range; the message names its key.</exception>
    public static void Require(TrainingConfiguration configuration)
    {
        configuration.Network.Shape(bins: 2);
        configuration.Colors.Validate();
        Require(configuration.SceneWeight >= 0 && double.IsFinite(configuration.SceneWeight), configuration.SceneWeight, "0 or above");
        Require(
            configuration.ImageSize is >= 16 and <= 4096 && configuration.ImageSize % 16 == 0,
            configuration.ImageSize,
            "a multiple of 16 from 16 to 4096"
        );
        Require(configuration.BatchSize is >= 1 and <= 65_536, configuration.BatchSize, "from 1 to 65536");
        Require(
            configuration.MicroBatchSize >= 1 && configuration.MicroBatchSize <= configuration.BatchSize,
            configuration.MicroBatchSize,
            $"from 1 to batchSize, {configuration.BatchSize}"
        );
        Require(configuration.Steps >= 1, configuration.Steps, "1 or above");
        Require(configuration.LearningRate is > 0 and <= 1, configuration.LearningRate, "above 0 and at most 1");
        Require(
            configuration.FinalLearningRate >= 0 && configuration.FinalLearningRate <= configuration.LearningRate,
            configuration.FinalLearningRate,
            $"from 0 to learningRate, {configuration.LearningRate}"
        );
        Require(configuration.WarmupSteps >= 0, configuration.WarmupSteps, "0 or above");
        Require(configuration.GradientClip > 0 && double.IsFinite(configuration.GradientClip), configuration.GradientClip, "above 0");
        Require(configuration.Adam.Beta1 is >= 0 and < 1, configuration.Adam.Beta1, "from 0 to below 1");
        Require(configuration.Adam.Beta2 is >= 0 and < 1, configuration.Adam.Beta2, "from 0 to below 1");
        Require(configuration.Adam.Epsilon is > 0 and <= 1, configuration.Adam.Epsilon, "above 0 and at most 1");
        Require(configuration.Adam.WeightDecay is >= 0 and <= 1, configuration.Adam.WeightDecay, "from 0 to 1");
        Require(configuration.EmaDecay is >= 0 and < 1, configuration.EmaDecay, "from 0 to below 1");
        Require(configuration.CheckpointEverySteps >= 1, configuration.CheckpointEverySteps, "1 or above");
        Require(
            configuration.CheckpointEveryMinutes > 0 && double.IsFinite(configuration.CheckpointEveryMinutes),
            configuration.CheckpointEveryMinutes,
            "above 0"
        );
        Require(configuration.KeepLast >= 2, configuration.KeepLast, "2 or above, so that a damaged newest checkpoint has a predecessor");
        Require(configuration.LogEverySteps >= 1, configuration.LogEverySteps, "1 or above");
        Require(configuration.ValidationPictures >= 1, configuration.ValidationPictures, "1 or above");
        Require(configuration.PanelPictures is >= 1 and <= 256, configuration.PanelPictures, "from 1 to 256");
        RequireStages(configuration);
    }

    private static void RequireStages(TrainingConfiguration configuration)
    {
        long before = 0;
        for (var number = 0; number < configuration.Stages.Count; number++)
        {
            var isLast = number == configuration.Stages.Count - 1;
            if (configuration.Stages[number].Steps is null != isLast)
                throw new ConfigurationException(
                    $"stages[{number}].steps {(isLast ? "must be omitted: the last stage lasts to the end of the run" : "is missing")}"
                );
            try
            {
                if (configuration.Stages[number].MinimumExtent is { } extent and not (> 0 and <= 1))
                    throw new ConfigurationException($"minimumExtent is {extent}: it must be above 0 and at most 1");
                Require((isLast ? configuration.Stages[number] with { Steps = 1 } : configuration.Stages[number]).Over(configuration));
            }
            catch (ConfigurationException problem)
            {
                throw new ConfigurationException($"stages[{number}]: {problem.Message}", problem);
            }

            before += configuration.Stages[number].Steps ?? 0;
        }

        if (before >= configuration.Steps)
            throw new ConfigurationException(
                $"steps is {configuration.Steps}: it must be above {before}, the steps of the stages before the last"
            );
    }

    /// <summary>The key is derived from the checked expression, so that the message names the checked key.</summary>
    private static void Require(bool holds, double value, string expected, [CallerArgumentExpression(nameof(value))] string expression = "")
    {
        if (holds)
            return;
        var key = string.Join('.', expression.Split('.').Skip(1).Select(JsonNamingPolicy.CamelCase.ConvertName));
        throw new ConfigurationException($"{key} is {value}: it must be {expected}");
    }
}
