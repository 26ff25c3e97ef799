using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ActorColorize.Data.Sampling;
using ActorColorize.Model.Networks;

namespace ActorColorize.Model.Training;

/// <summary>Size of the network: either a width, or channels and convolutions of every group.</summary>
public sealed record NetworkConfiguration
{
    /// <summary>Factor on the published channels: 1 is the full network. Null if the sizes are given individually.</summary>
    public double? Width { get; init; }

    /// <summary>Channels of each of the eight groups, multiples of 16.</summary>
    public int[]? Channels { get; init; }

    /// <summary>Convolutions of each of the eight groups.</summary>
    public int[]? Convolutions { get; init; }

    /// <summary>
    /// Hidden units of the global context path, which maps the mean of the last dilated group's features through one hidden layer and adds
    /// the result at every position; 0, the default: no such path.
    /// </summary>
    public int Context { get; init; }

    /// <summary>The shape for the given numbers of colour bins and scene categories.</summary>
    /// <exception cref="ConfigurationException">Neither or both of width and sizes are given, or a number is out of range.</exception>
    public NetworkShape Shape(int bins, int scenes = 0)
    {
        try
        {
            return (Width, Channels, Convolutions) switch
            {
                ({ } width, null, null) => NetworkShape.ForWidth(width, bins, scenes, Context),
                (null, { } channels, { } convolutions) => new NetworkShape(bins, channels, convolutions, scenes, Context),
                _ => throw new ConfigurationException("network must have either width, or channels and convolutions"),
            };
        }
        catch (ArgumentException problem)
        {
            throw new ConfigurationException($"network.{problem.Message.Split(" (Parameter", 2)[0]}", problem);
        }
    }
}

/// <summary>Constants of Adam (Kingma and Ba, 2015).</summary>
public sealed record AdamConfiguration
{
    /// <summary>Decay of the mean of the gradients.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of their squares.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>
    /// Decoupled weight decay (Loshchilov and Hutter, 2019): in each step, this share times the learning rate is subtracted from the
    /// weights of every convolution and linear layer; biases and batch norm are exempt. 0, the default: none.
    /// </summary>
    public double WeightDecay { get; init; }
}

/// <summary>
/// The configuration of a training run apart from data, seed and device. JSON is read strictly: an unknown, repeated or invalid key is an
/// error that names it; a missing key has the default documented here.
/// </summary>
public sealed record TrainingConfiguration
{
    /// <summary>Folder of the presets, below the program's own.</summary>
    private const string PresetFolder = "config/training";

    private static readonly JsonDocumentOptions Strict = new()
    {
        CommentHandling = JsonCommentHandling.Disallow,
        AllowTrailingCommas = false,
    };

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
            var configuration = In(Stages[number]);
            var end = firstStep + configuration.Steps;
            if (step < end)
                return new ScheduledStage(firstStep, end, firstSample, configuration);
            (firstStep, firstSample) = (end, firstSample + (long)configuration.Steps * configuration.BatchSize);
        }

        var last = Stages.Count == 0 ? this : In(Stages[^1] with { Steps = (int)(Steps - firstStep) });
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
            json = File.ReadAllBytes(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path}: the configuration cannot be read: {problem.Message}", problem);
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
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var configuration = From(new ConfigurationSection(document.RootElement, ""));
            configuration.Validate();
            return configuration;
        }
        catch (JsonException problem)
        {
            throw new ConfigurationException($"not valid JSON: {problem.Message.ReplaceLineEndings(" ")}", problem);
        }
    }

    /// <summary>The presets that come with the program, by name.</summary>
    public static IReadOnlyDictionary<string, string> Presets()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, PresetFolder);
        if (!Directory.Exists(folder))
            return new Dictionary<string, string>(StringComparer.Ordinal);
        return Directory
            .EnumerateFiles(folder, "*.json")
            .Order(StringComparer.Ordinal)
            .ToDictionary(static path => Path.GetFileNameWithoutExtension(path), static path => path, StringComparer.Ordinal);
    }

    /// <summary>Reads a preset.</summary>
    /// <exception cref="ConfigurationException">The preset does not exist, or its file is invalid.</exception>
    public static TrainingConfiguration LoadPreset(string preset)
    {
        var presets = Presets();
        return presets.TryGetValue(preset, out var path)
            ? Load(path)
            : throw new ConfigurationException($"unknown preset '{preset}': available presets are {string.Join(", ", presets.Keys)}");
    }

    /// <summary>All values as JSON, in a fixed order; <see cref="Parse"/> reads it.</summary>
    public string ToJson(bool indented = true)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = indented, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("network");
            if (Network.Width is { } width)
                writer.WriteNumber("width", width);
            WriteList(writer, "channels", Network.Channels);
            WriteList(writer, "convolutions", Network.Convolutions);
            // Options that are off are omitted, so that configurations written before an option existed keep their hash.
            if (Network.Context != 0)
                writer.WriteNumber("context", Network.Context);
            writer.WriteEndObject();
            writer.WriteStartObject("colors");
            writer.WriteString("bins", Colors.Bins);
            writer.WriteNumber("neighbours", Colors.Neighbours);
            writer.WriteString("weights", Colors.Weights);
            writer.WriteNumber("lambda", Colors.Lambda);
            writer.WriteEndObject();
            writer.WriteNumber("sceneWeight", SceneWeight);
            writer.WriteNumber("imageSize", ImageSize);
            writer.WriteNumber("batchSize", BatchSize);
            writer.WriteNumber("microBatchSize", MicroBatchSize);
            writer.WriteNumber("steps", Steps);
            writer.WriteNumber("learningRate", LearningRate);
            writer.WriteNumber("finalLearningRate", FinalLearningRate);
            writer.WriteNumber("warmupSteps", WarmupSteps);
            writer.WriteNumber("gradientClip", GradientClip);
            writer.WriteStartObject("adam");
            writer.WriteNumber("beta1", Adam.Beta1);
            writer.WriteNumber("beta2", Adam.Beta2);
            writer.WriteNumber("epsilon", Adam.Epsilon);
            if (Adam.WeightDecay != 0)
                writer.WriteNumber("weightDecay", Adam.WeightDecay);
            writer.WriteEndObject();
            if (EmaDecay != 0)
                writer.WriteNumber("emaDecay", EmaDecay);
            writer.WriteStartObject("augmentation");
            writer.WriteBoolean("flip", Augmentation.Flip);
            writer.WriteNumber("minimumExtent", Augmentation.MinimumExtent);
            if (Augmentation.AlternateFlip)
                writer.WriteBoolean("alternateFlip", Augmentation.AlternateFlip);
            if (Augmentation.LightnessJitter != 0)
                writer.WriteNumber("lightnessJitter", Augmentation.LightnessJitter);
            if (Augmentation.Film is { } film)
                WriteFilm(writer, film);
            writer.WriteEndObject();
            if (Stages.Count > 0)
                WriteStages(writer, Stages);
            writer.WriteNumber("checkpointEverySteps", CheckpointEverySteps);
            writer.WriteNumber("checkpointEveryMinutes", CheckpointEveryMinutes);
            writer.WriteNumber("keepLast", KeepLast);
            writer.WriteNumber("logEverySteps", LogEverySteps);
            writer.WriteNumber("validationPictures", ValidationPictures);
            writer.WriteNumber("panelPictures", PanelPictures);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Validates all values.</summary>
    /// <exception cref="ConfigurationException">A value is out of range; the message names its key.</exception>
    public void Validate()
    {
        Network.Shape(bins: 2);
        Colors.Validate();
        Require(SceneWeight >= 0 && double.IsFinite(SceneWeight), SceneWeight, "0 or above");
        Require(ImageSize is >= 16 and <= 4096 && ImageSize % 16 == 0, ImageSize, "a multiple of 16 from 16 to 4096");
        Require(BatchSize is >= 1 and <= 65_536, BatchSize, "from 1 to 65536");
        Require(MicroBatchSize >= 1 && MicroBatchSize <= BatchSize, MicroBatchSize, $"from 1 to batchSize, {BatchSize}");
        Require(Steps >= 1, Steps, "1 or above");
        Require(LearningRate is > 0 and <= 1, LearningRate, "above 0 and at most 1");
        Require(FinalLearningRate >= 0 && FinalLearningRate <= LearningRate, FinalLearningRate, $"from 0 to learningRate, {LearningRate}");
        Require(WarmupSteps >= 0, WarmupSteps, "0 or above");
        Require(GradientClip > 0 && double.IsFinite(GradientClip), GradientClip, "above 0");
        Require(Adam.Beta1 is >= 0 and < 1, Adam.Beta1, "from 0 to below 1");
        Require(Adam.Beta2 is >= 0 and < 1, Adam.Beta2, "from 0 to below 1");
        Require(Adam.Epsilon is > 0 and <= 1, Adam.Epsilon, "above 0 and at most 1");
        Require(Adam.WeightDecay is >= 0 and <= 1, Adam.WeightDecay, "from 0 to 1");
        Require(EmaDecay is >= 0 and < 1, EmaDecay, "from 0 to below 1");
        Require(CheckpointEverySteps >= 1, CheckpointEverySteps, "1 or above");
        Require(CheckpointEveryMinutes > 0 && double.IsFinite(CheckpointEveryMinutes), CheckpointEveryMinutes, "above 0");
        Require(KeepLast >= 2, KeepLast, "2 or above, so that a damaged newest checkpoint has a predecessor");
        Require(LogEverySteps >= 1, LogEverySteps, "1 or above");
        Require(ValidationPictures >= 1, ValidationPictures, "1 or above");
        Require(PanelPictures is >= 1 and <= 256, PanelPictures, "from 1 to 256");
        ValidateStages();
    }

    private void ValidateStages()
    {
        long before = 0;
        for (var number = 0; number < Stages.Count; number++)
        {
            var isLast = number == Stages.Count - 1;
            if (Stages[number].Steps is null != isLast)
                throw new ConfigurationException(
                    $"stages[{number}].steps {(isLast ? "must be omitted: the last stage lasts to the end of the run" : "is missing")}"
                );
            try
            {
                if (Stages[number].MinimumExtent is { } extent and not (> 0 and <= 1))
                    throw new ConfigurationException($"minimumExtent is {extent}: it must be above 0 and at most 1");
                In(isLast ? Stages[number] with { Steps = 1 } : Stages[number]).Validate();
            }
            catch (ConfigurationException problem)
            {
                throw new ConfigurationException($"stages[{number}]: {problem.Message}", problem);
            }

            before += Stages[number].Steps ?? 0;
        }

        if (before >= Steps)
            throw new ConfigurationException($"steps is {Steps}: it must be above {before}, the steps of the stages before the last");
    }

    /// <summary>The configuration of a stage alone.</summary>
    private TrainingConfiguration In(TrainingStage stage)
    {
        var batch = stage.BatchSize ?? BatchSize;
        return this with
        {
            Stages = [],
            Steps = stage.Steps!.Value,
            ImageSize = stage.ImageSize ?? ImageSize,
            BatchSize = batch,
            MicroBatchSize = stage.MicroBatchSize ?? Math.Min(batch, MicroBatchSize),
            LearningRate = stage.LearningRate ?? LearningRate,
            FinalLearningRate = stage.FinalLearningRate ?? FinalLearningRate,
            WarmupSteps = stage.WarmupSteps ?? WarmupSteps,
            Augmentation = Augmentation with { MinimumExtent = stage.MinimumExtent ?? Augmentation.MinimumExtent },
        };
    }

    private static TrainingConfiguration From(ConfigurationSection section)
    {
        var defaults = new TrainingConfiguration();
        var configuration = new TrainingConfiguration
        {
            Network = ReadNetwork(section.OptionalSection("network")) ?? defaults.Network,
            Colors = ReadColors(section.OptionalSection("colors")) ?? defaults.Colors,
            SceneWeight = section.Number("sceneWeight", defaults.SceneWeight),
            ImageSize = section.Integer("imageSize", defaults.ImageSize),
            BatchSize = section.Integer("batchSize", defaults.BatchSize),
            MicroBatchSize = section.Integer("microBatchSize", defaults.MicroBatchSize),
            Steps = section.Integer("steps", defaults.Steps),
            LearningRate = section.Number("learningRate", defaults.LearningRate),
            FinalLearningRate = section.Number("finalLearningRate", defaults.FinalLearningRate),
            WarmupSteps = section.Integer("warmupSteps", defaults.WarmupSteps),
            GradientClip = section.Number("gradientClip", defaults.GradientClip),
            Adam = ReadAdam(section.OptionalSection("adam")) ?? defaults.Adam,
            EmaDecay = section.Number("emaDecay", defaults.EmaDecay),
            Augmentation = ReadAugmentation(section.OptionalSection("augmentation")) ?? defaults.Augmentation,
            Stages = [.. section.OptionalSections("stages").Select(ReadStage)],
            CheckpointEverySteps = section.Integer("checkpointEverySteps", defaults.CheckpointEverySteps),
            CheckpointEveryMinutes = section.Number("checkpointEveryMinutes", defaults.CheckpointEveryMinutes),
            KeepLast = section.Integer("keepLast", defaults.KeepLast),
            LogEverySteps = section.Integer("logEverySteps", defaults.LogEverySteps),
            ValidationPictures = section.Integer("validationPictures", defaults.ValidationPictures),
            PanelPictures = section.Integer("panelPictures", defaults.PanelPictures),
        };
        section.End();
        return configuration;
    }

    private static NetworkConfiguration? ReadNetwork(ConfigurationSection? section)
    {
        if (section is null)
            return null;
        var network = new NetworkConfiguration
        {
            Width = section.OptionalNumber("width"),
            Channels = section.OptionalIntegers("channels"),
            Convolutions = section.OptionalIntegers("convolutions"),
            Context = section.Integer("context", 0),
        };
        section.End();
        return network;
    }

    private static ColorConfiguration? ReadColors(ConfigurationSection? section)
    {
        if (section is null)
            return null;
        var defaults = new ColorConfiguration();
        var colors = new ColorConfiguration
        {
            Bins = section.Text("bins", defaults.Bins),
            Neighbours = section.Integer("neighbours", defaults.Neighbours),
            Weights = section.Text("weights", defaults.Weights),
            Lambda = section.Number("lambda", defaults.Lambda),
        };
        section.End();
        return colors;
    }

    private static AdamConfiguration? ReadAdam(ConfigurationSection? section)
    {
        if (section is null)
            return null;
        var defaults = new AdamConfiguration();
        var adam = new AdamConfiguration
        {
            Beta1 = section.Number("beta1", defaults.Beta1),
            Beta2 = section.Number("beta2", defaults.Beta2),
            Epsilon = section.Number("epsilon", defaults.Epsilon),
            WeightDecay = section.Number("weightDecay", defaults.WeightDecay),
        };
        section.End();
        return adam;
    }

    private static AugmentationOptions? ReadAugmentation(ConfigurationSection? section)
    {
        if (section is null)
            return null;
        var defaults = new AugmentationOptions();
        var flip = section.Flag("flip", defaults.Flip);
        var minimumExtent = section.Number("minimumExtent", defaults.MinimumExtent);
        var alternateFlip = section.Flag("alternateFlip", defaults.AlternateFlip);
        var lightnessJitter = section.Number("lightnessJitter", defaults.LightnessJitter);
        var film = ReadFilm(section.OptionalSection("film"));
        section.End();
        if (minimumExtent is not (> 0 and <= 1))
            throw new ConfigurationException($"augmentation.minimumExtent is {minimumExtent}: it must be above 0 and at most 1");
        if (lightnessJitter is not (>= 0 and <= 1))
            throw new ConfigurationException($"augmentation.lightnessJitter is {lightnessJitter}: it must be from 0 to 1");
        return new AugmentationOptions
        {
            Flip = flip,
            MinimumExtent = minimumExtent,
            LightnessJitter = lightnessJitter,
            AlternateFlip = alternateFlip,
            Film = film,
        };
    }

    private static TrainingStage ReadStage(ConfigurationSection section)
    {
        var stage = new TrainingStage
        {
            Steps = section.OptionalInteger("steps"),
            ImageSize = section.OptionalInteger("imageSize"),
            BatchSize = section.OptionalInteger("batchSize"),
            MicroBatchSize = section.OptionalInteger("microBatchSize"),
            LearningRate = section.OptionalNumber("learningRate"),
            FinalLearningRate = section.OptionalNumber("finalLearningRate"),
            WarmupSteps = section.OptionalInteger("warmupSteps"),
            MinimumExtent = section.OptionalNumber("minimumExtent"),
        };
        section.End();
        return stage;
    }

    private static void WriteStages(Utf8JsonWriter writer, IReadOnlyList<TrainingStage> stages)
    {
        writer.WriteStartArray("stages");
        foreach (var stage in stages)
        {
            writer.WriteStartObject();
            Write("steps", stage.Steps);
            Write("imageSize", stage.ImageSize);
            Write("batchSize", stage.BatchSize);
            Write("microBatchSize", stage.MicroBatchSize);
            Write("learningRate", stage.LearningRate);
            Write("finalLearningRate", stage.FinalLearningRate);
            Write("warmupSteps", stage.WarmupSteps);
            Write("minimumExtent", stage.MinimumExtent);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();

        void Write(string key, double? number)
        {
            if (number is { } value)
                writer.WriteNumber(key, value);
        }
    }

    private static FilmOptions? ReadFilm(ConfigurationSection? section)
    {
        if (section is null)
            return null;
        var defaults = new FilmOptions();
        var film = new FilmOptions
        {
            Start = Share("start", defaults.Start),
            Spectrum = Share("spectrum", defaults.Spectrum),
            Blur = Share("blur", defaults.Blur),
            Vignette = Share("vignette", defaults.Vignette),
            Grain = Share("grain", defaults.Grain),
            Fade = Share("fade", defaults.Fade),
            Scratches = Share("scratches", defaults.Scratches),
            LowResolution = Share("lowResolution", defaults.LowResolution),
            Jpeg = Share("jpeg", defaults.Jpeg),
        };
        section.End();
        return film;

        double Share(string key, double otherwise)
        {
            var share = section.Number(key, otherwise);
            return share is >= 0 and <= 1
                ? share
                : throw new ConfigurationException($"augmentation.film.{key} is {share}: it must be from 0 to 1");
        }
    }

    private static void WriteFilm(Utf8JsonWriter writer, FilmOptions film)
    {
        writer.WriteStartObject("film");
        writer.WriteNumber("start", film.Start);
        writer.WriteNumber("spectrum", film.Spectrum);
        writer.WriteNumber("blur", film.Blur);
        writer.WriteNumber("vignette", film.Vignette);
        writer.WriteNumber("grain", film.Grain);
        writer.WriteNumber("fade", film.Fade);
        writer.WriteNumber("scratches", film.Scratches);
        writer.WriteNumber("lowResolution", film.LowResolution);
        writer.WriteNumber("jpeg", film.Jpeg);
        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, string key, int[]? numbers)
    {
        if (numbers is null)
            return;
        writer.WriteStartArray(key);
        foreach (var number in numbers)
            writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }

    /// <summary>The key is derived from the checked expression, so that the message names the checked key.</summary>
    private static void Require(bool holds, double value, string expected, [CallerArgumentExpression(nameof(value))] string expression = "")
    {
        if (holds)
            return;
        var key = string.Join('.', expression.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
        throw new ConfigurationException($"{key} is {value}: it must be {expected}");
    }
}
