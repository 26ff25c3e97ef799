using System.Text;
using System.Text.Json;
using ActorColorize.Data.Sampling;

namespace ActorColorize.Model.Training;

/// <summary>
/// Training configurations as JSON. Reading is strict: an unknown, repeated or invalid key is an error that names it. Writing has a fixed
/// order, which a configuration's hash relies on.
/// </summary>
internal static class TrainingConfigurationJson
{
    private static readonly JsonDocumentOptions Strict = new()
    {
        CommentHandling = JsonCommentHandling.Disallow,
        AllowTrailingCommas = false,
    };

    /// <exception cref="ConfigurationException">Not JSON, or an unknown, repeated or invalid key.</exception>
    public static TrainingConfiguration Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Read(new ConfigurationSection(document.RootElement, ""));
        }
        catch (JsonException problem)
        {
            throw new ConfigurationException($"not valid JSON: {problem.Message.ReplaceLineEndings(" ")}", problem);
        }
    }

    /// <summary>All values.</summary>
    public static string Write(TrainingConfiguration configuration, bool indented)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = indented, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("network");
            if (configuration.Network.Width is { } width)
                writer.WriteNumber("width", width);
            WriteList(writer, "channels", configuration.Network.Channels);
            WriteList(writer, "convolutions", configuration.Network.Convolutions);
            // Options that are off are omitted, so that configurations written before an option existed keep their hash.
            if (configuration.Network.Context != 0)
                writer.WriteNumber("context", configuration.Network.Context);
            if (configuration.Network.Residual)
                writer.WriteBoolean("residual", true);
            writer.WriteEndObject();
            writer.WriteStartObject("colors");
            writer.WriteString("bins", configuration.Colors.Bins);
            writer.WriteNumber("neighbours", configuration.Colors.Neighbours);
            writer.WriteString("weights", configuration.Colors.Weights);
            writer.WriteNumber("lambda", configuration.Colors.Lambda);
            writer.WriteEndObject();
            writer.WriteNumber("sceneWeight", configuration.SceneWeight);
            writer.WriteNumber("imageSize", configuration.ImageSize);
            writer.WriteNumber("batchSize", configuration.BatchSize);
            writer.WriteNumber("microBatchSize", configuration.MicroBatchSize);
            writer.WriteNumber("steps", configuration.Steps);
            writer.WriteNumber("learningRate", configuration.LearningRate);
            writer.WriteNumber("finalLearningRate", configuration.FinalLearningRate);
            writer.WriteNumber("warmupSteps", configuration.WarmupSteps);
            writer.WriteNumber("gradientClip", configuration.GradientClip);
            writer.WriteStartObject("adam");
            writer.WriteNumber("beta1", configuration.Adam.Beta1);
            writer.WriteNumber("beta2", configuration.Adam.Beta2);
            writer.WriteNumber("epsilon", configuration.Adam.Epsilon);
            if (configuration.Adam.WeightDecay != 0)
                writer.WriteNumber("weightDecay", configuration.Adam.WeightDecay);
            writer.WriteEndObject();
            if (configuration.EmaDecay != 0)
                writer.WriteNumber("emaDecay", configuration.EmaDecay);
            writer.WriteStartObject("augmentation");
            writer.WriteBoolean("flip", configuration.Augmentation.Flip);
            writer.WriteNumber("minimumExtent", configuration.Augmentation.MinimumExtent);
            if (configuration.Augmentation.AlternateFlip)
                writer.WriteBoolean("alternateFlip", configuration.Augmentation.AlternateFlip);
            if (configuration.Augmentation.LightnessJitter != 0)
                writer.WriteNumber("lightnessJitter", configuration.Augmentation.LightnessJitter);
            if (configuration.Augmentation.Film is { } film)
                WriteFilm(writer, film);
            writer.WriteEndObject();
            if (configuration.Stages.Count > 0)
                WriteStages(writer, configuration.Stages);
            writer.WriteNumber("checkpointEverySteps", configuration.CheckpointEverySteps);
            writer.WriteNumber("checkpointEveryMinutes", configuration.CheckpointEveryMinutes);
            writer.WriteNumber("keepLast", configuration.KeepLast);
            writer.WriteNumber("logEverySteps", configuration.LogEverySteps);
            writer.WriteNumber("validationPictures", configuration.ValidationPictures);
            writer.WriteNumber("panelPictures", configuration.PanelPictures);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static TrainingConfiguration Read(ConfigurationSection section)
    {
        _ = section.Text("$schema", ""); // for editors
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
            Residual = section.Flag("residual", false),
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
}
