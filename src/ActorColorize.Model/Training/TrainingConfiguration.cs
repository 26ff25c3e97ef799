using System.Security.Cryptography;
using System.Text;
using ActorColorize.Data.Sampling;
using ActorColorize.Data.Storage;
using ActorColorize.Model.Networks;

namespace ActorColorize.Model.Training;

/// <summary>
/// The configuration of a training run apart from data, seed and device. JSON is read strictly: an unknown, repeated or invalid key is an
/// error that names it; a missing key has the default documented here.
/// </summary>
public sealed record TrainingConfiguration
{
    /// <summary>Size of the network; the quarter-width one by default.</summary>
    public NetworkConfiguration Network { get; init; } = new() { Width = 0.25 };

    /// <summary>Colour bins and their weights; the seed's by default.</summary>
    public ColorConfiguration Colors { get; init; } = new();

    /// <summary>
    /// Weight of the scene head's cross-entropy relative to the colours' loss per pixel. 0, the default: no scene head. No effect without
    /// labels in the dataset.
    /// </summary>
    public double SceneWeight { get; init; }

    /// <summary>Side of the square training pictures in pixels, a multiple of 16.</summary>
    public int ImageSize { get; init; } = 128;

    /// <summary>Pictures per step.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// Pictures on the device at a time; gradients of the micro-batches of a step are accumulated. At most the batch size.
    /// </summary>
    public int MicroBatchSize { get; init; } = 32;

    /// <summary>Steps of the whole run; the learning rate decays over them.</summary>
    public int Steps { get; init; } = 10_000;

    /// <summary>Highest learning rate, reached after the warm-up.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Learning rate at the last step.</summary>
    public double FinalLearningRate { get; init; } = 1e-5;

    /// <summary>Steps of linear warm-up; at most a quarter of the run.</summary>
    public int WarmupSteps { get; init; } = 100;

    /// <summary>Largest global 2-norm of the gradient; a larger gradient is scaled down to it.</summary>
    public double GradientClip { get; init; } = 1;

    /// <summary>Constants of the optimizer.</summary>
    public AdamConfiguration Adam { get; init; } = new();

    /// <summary>
    /// Decay per step of the exponential moving average of the weights; validation, panels, export and inference use the average. 0, the
    /// default: no average.
    /// </summary>
    public double EmaDecay { get; init; }

    /// <summary>Augmentation of training pictures.</summary>
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>A checkpoint after this many steps.</summary>
    public int CheckpointEverySteps { get; init; } = 1_000;

    /// <summary>A checkpoint after this many minutes since the last one.</summary>
    public double CheckpointEveryMinutes { get; init; } = 15;

    /// <summary>Checkpoints kept besides the best one, at least 2.</summary>
    public int KeepLast { get; init; } = 3;

    /// <summary>Metrics are logged after this many steps.</summary>
    public int LogEverySteps { get; init; } = 20;

    /// <summary>Pictures of the validation split used for the validation loss.</summary>
    public int ValidationPictures { get; init; } = 512;

    /// <summary>Fixed validation pictures that are painted at each checkpoint.</summary>
    public int PanelPictures { get; init; } = 8;

    /// <summary>Stages of the run, in order; empty: a single stage with the configuration's values.</summary>
    public IReadOnlyList<TrainingStage> Stages { get; init; } = [];

    /// <summary>The largest micro-batch of any stage.</summary>
    public int LargestMicroBatch => Stages.Select(static stage => stage.MicroBatchSize ?? 0).Append(MicroBatchSize).Max();

    /// <summary>The stage that a step belongs to.</summary>
    /// <param name="step">The step, from 0.</param>
    public ScheduledStage StageAt(long step)
    {
        long firstStep = 0,
            firstSample = 0;
        for (var number = 0; number < Stages.Count - 1; number++)
        {
            var configuration = Stages[number].Over(this);
            var end = firstStep + configuration.Steps;
            if (step < end)
                return new ScheduledStage(firstStep, end, firstSample, configuration);
            (firstStep, firstSample) = (end, firstSample + (long)configuration.Steps * configuration.BatchSize);
        }

        var last = Stages.Count == 0 ? this : (Stages[^1] with { Steps = (int)(Steps - firstStep) }).Over(this);
        return new ScheduledStage(firstStep, long.MaxValue, firstSample, last);
    }

    /// <summary>SHA-256 (hex) of the canonical JSON: equal if and only if all values are equal.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson(indented: false))));

    /// <summary>The network for a dataset with the given number of categories.</summary>
    /// <exception cref="ConfigurationException">A size is out of range.</exception>
    public NetworkShape Shape(int categories) => Network.Shape(Colors.ToBins().Count, SceneWeight > 0 && categories > 1 ? categories : 0);

    /// <summary>Reads a configuration file.</summary>
    /// <exception cref="ConfigurationException">The file is missing, not JSON, or has an unknown, repeated or invalid key.</exception>
    public static TrainingConfiguration Load(string path)
    {
        byte[] json;
        try
        {
            json = SmallFile.Read(path);
        }
        catch (InvalidDataException problem)
        {
            throw new ConfigurationException($"{path} is not a configuration: it is {problem.Message}", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path}: the configuration cannot be read: {StorageFault.Reason(problem)}", problem);
        }

        try
        {
            return Parse(json);
        }
        catch (ConfigurationException problem)
        {
            throw new ConfigurationException($"{path}: {problem.Message}", problem);
        }
    }

    /// <summary>Reads a configuration from JSON in UTF-8.</summary>
    /// <exception cref="ConfigurationException">Not JSON, or an unknown, repeated or invalid key.</exception>
    public static TrainingConfiguration Parse(ReadOnlyMemory<byte> json)
    {
        var configuration = TrainingConfigurationJson.Read(json);
        configuration.Validate();
        return configuration;
    }

    /// <summary>All values as JSON, in a fixed order; <see cref="Parse"/> reads it.</summary>
    public string ToJson(bool indented = true) => TrainingConfigurationJson.Write(this, indented);

    /// <summary>Validates all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of range; the message names its key.</exception>
    public void Validate() => TrainingConfigurationCheck.Require(this);
}
