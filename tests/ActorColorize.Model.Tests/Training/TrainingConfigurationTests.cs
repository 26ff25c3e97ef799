using System.Text;
using ActorColorize.Data.Sampling;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Training;

namespace ActorColorize.Model.Tests.Training;

public sealed class TrainingConfigurationTests
{
    [Theory]
    [InlineData("full", 1)]
    [InlineData("half", 0.5)]
    [InlineData("quarter", 0.25)]
    public void A_preset_has_the_width_of_its_name(string preset, double width) =>
        Assert.Equal(NetworkShape.ForWidth(width, 324), TrainingPresets.Load(preset).Network.Shape(324));

    [Fact]
    public void The_tiny_preset_has_one_convolution_per_group()
    {
        Assert.Equal(["full", "half", "landscapes-64", "landscapes-96", "quarter", "tiny"], TrainingPresets.Files().Keys);
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1], TrainingPresets.Load("tiny").Network.Shape(324).Convolutions);
    }

    [Fact]
    public void An_unknown_preset_is_refused_with_the_known_ones() =>
        Assert.Equal(
            "unknown preset 'huge': available presets are full, half, landscapes-64, landscapes-96, quarter, tiny",
            Assert.Throws<ConfigurationException>(() => TrainingPresets.Load("huge")).Message
        );

    [Fact]
    public void What_is_written_reads_back_to_the_same_hash()
    {
        foreach (var preset in TrainingPresets.Files().Keys)
        {
            var configuration = TrainingPresets.Load(preset);
            var again = TrainingConfiguration.Parse(Encoding.UTF8.GetBytes(configuration.ToJson()));
            Assert.Equal(configuration.Hash, again.Hash);
            Assert.Equal(64, again.Hash.Length);
        }
    }

    [Fact]
    public void Lightness_jitter_is_written_only_if_it_is_on_so_that_older_configurations_keep_their_hash()
    {
        var jittered = new TrainingConfiguration { Augmentation = new AugmentationOptions { LightnessJitter = 0.25 } };
        var off = TrainingConfiguration.Parse("""{"augmentation": {"lightnessJitter": 0}}"""u8.ToArray());

        Assert.Contains("\"augmentation\":{\"flip\":true,\"minimumExtent\":1}", off.ToJson(indented: false), StringComparison.Ordinal);
        Assert.Equal(new TrainingConfiguration().Hash, off.Hash);
        Assert.Equal(0.25, TrainingConfiguration.Parse(Encoding.UTF8.GetBytes(jittered.ToJson())).Augmentation.LightnessJitter);
    }

    /// <summary>The hash was computed by a version that had none of the options.</summary>
    [Fact]
    public void Options_that_are_off_are_not_written_so_that_older_configurations_keep_their_hash()
    {
        var off = TrainingConfiguration.Parse("""{"network": {"width": 0.25, "context": 0}, "emaDecay": 0}"""u8.ToArray());

        Assert.Equal(new TrainingConfiguration().Hash, off.Hash);
        Assert.Null(off.Augmentation.Film);
        var earlier = TrainingPresets.Load("landscapes-64") with
        {
            Steps = 14000,
            FinalLearningRate = 0.0003,
            WarmupSteps = 300,
            CheckpointEverySteps = 700,
            KeepLast = 4,
            ValidationPictures = 1000,
        };
        Assert.Equal("7ef320f5ad4e986c37bdba51498ec5040382bd99d522a90d9adfd2bd1721c0b1", earlier.Hash);
    }

    [Fact]
    public void Options_that_are_on_are_written_and_read_back()
    {
        var configuration = TrainingConfiguration.Parse(
            """
            {
              "network": { "width": 0.25, "context": 64 }, "emaDecay": 0.999,
              "augmentation": { "film": { "start": 0.5, "spectrum": 0.25, "jpeg": 0 } }
            }
            """u8.ToArray()
        );

        var again = TrainingConfiguration.Parse(Encoding.UTF8.GetBytes(configuration.ToJson()));

        Assert.Equal(configuration.Hash, again.Hash);
        Assert.Equal((64, 0.999), (again.Shape(0).Context, again.EmaDecay));
        Assert.Equal(
            new FilmOptions
            {
                Start = 0.5,
                Spectrum = 0.25,
                Jpeg = 0,
            },
            again.Augmentation.Film
        );
    }

    [Fact]
    public void Stages_default_to_the_configuration_and_the_last_one_takes_the_remaining_steps()
    {
        var configuration = TrainingConfiguration.Parse(
            """
            {
              "steps": 100, "imageSize": 128, "batchSize": 32, "microBatchSize": 32, "learningRate": 0.001, "finalLearningRate": 0.0001,
              "warmupSteps": 4, "augmentation": { "flip": false, "minimumExtent": 0.9 },
              "stages": [
                { "steps": 40, "imageSize": 64, "batchSize": 64, "learningRate": 0.002, "minimumExtent": 0.6 },
                { "steps": 30, "imageSize": 96, "microBatchSize": 16, "warmupSteps": 0 },
                { "batchSize": 16, "finalLearningRate": 1e-5 }
              ]
            }
            """u8.ToArray()
        );

        var stages = new long[] { 0, 39, 40, 69, 70, 1000 }
            .Select(configuration.StageAt)
            .ToArray();

        Assert.Equal([0, 0, 40, 40, 70, 70], stages.Select(static stage => stage.FirstStep));
        Assert.Equal([0, 0, 40 * 64, 40 * 64, 40 * 64 + 30 * 32, 40 * 64 + 30 * 32], stages.Select(static stage => stage.FirstSample));
        Assert.Equal([40, 70, long.MaxValue], new[] { stages[0], stages[2], stages[4] }.Select(static stage => stage.EndStep));
        Assert.Equal(
            [(64, 64, 32, 0.6, 40), (96, 32, 16, 0.9, 30), (128, 16, 16, 0.9, 30)],
            new[] { stages[0], stages[2], stages[4] }.Select(static stage =>
                (
                    stage.Configuration.ImageSize,
                    stage.Configuration.BatchSize,
                    stage.Configuration.MicroBatchSize,
                    stage.Configuration.Augmentation.MinimumExtent,
                    stage.Configuration.Steps
                )
            )
        );
        Assert.All(stages, static stage => Assert.False(stage.Configuration.Augmentation.Flip));
        Assert.Equal(configuration.Hash, TrainingConfiguration.Parse(Encoding.UTF8.GetBytes(configuration.ToJson())).Hash);
        Assert.NotEqual(configuration.Hash, (configuration with { Stages = [] }).Hash);
    }

    [Fact]
    public void Each_stage_has_its_own_warm_up_and_decay()
    {
        var configuration = new TrainingConfiguration
        {
            Steps = 100,
            LearningRate = 0.001,
            FinalLearningRate = 0.0001,
            WarmupSteps = 4,
            Stages = [new TrainingStage { Steps = 40, LearningRate = 0.002 }, new TrainingStage { FinalLearningRate = 1e-5 }],
        };

        Assert.Equal(0.0005, LearningRateSchedule.At(configuration, 0), 1e-12);
        Assert.Equal(0.002, LearningRateSchedule.At(configuration, 4), 1e-12);
        Assert.Equal(0.0001, LearningRateSchedule.At(configuration, 39), 1e-12);
        Assert.Equal(0.00025, LearningRateSchedule.At(configuration, 40), 1e-12);
        Assert.Equal(0.001, LearningRateSchedule.At(configuration, 44), 1e-12);
        Assert.Equal(1e-5, LearningRateSchedule.At(configuration, 99), 1e-12);
    }

    [Fact]
    public void Any_changed_value_changes_the_hash()
    {
        var configuration = new TrainingConfiguration();
        TrainingConfiguration[] changed =
        [
            configuration with
            {
                Network = new NetworkConfiguration { Width = 0.5 },
            },
            configuration with
            {
                ImageSize = 64,
            },
            configuration with
            {
                BatchSize = 64,
            },
            configuration with
            {
                MicroBatchSize = 16,
            },
            configuration with
            {
                Steps = 5,
            },
            configuration with
            {
                LearningRate = 2e-3,
            },
            configuration with
            {
                FinalLearningRate = 2e-5,
            },
            configuration with
            {
                WarmupSteps = 5,
            },
            configuration with
            {
                GradientClip = 2,
            },
            configuration with
            {
                Adam = new AdamConfiguration { Beta2 = 0.99 },
            },
            configuration with
            {
                Augmentation = new AugmentationOptions { Flip = false },
            },
            configuration with
            {
                Augmentation = new AugmentationOptions { LightnessJitter = 0.2 },
            },
            configuration with
            {
                Network = new NetworkConfiguration { Width = 0.25, Context = 16 },
            },
            configuration with
            {
                Network = new NetworkConfiguration { Width = 0.25, Residual = true },
            },
            configuration with
            {
                EmaDecay = 0.99,
            },
            configuration with
            {
                Adam = new AdamConfiguration { WeightDecay = 0.01 },
            },
            configuration with
            {
                Augmentation = new AugmentationOptions { AlternateFlip = true },
            },
            configuration with
            {
                Stages = [new TrainingStage { Steps = 10, ImageSize = 64 }, new TrainingStage()],
            },
            configuration with
            {
                Augmentation = new AugmentationOptions { Film = new FilmOptions() },
            },
            configuration with
            {
                Augmentation = new AugmentationOptions { Film = new FilmOptions { Grain = 0.9 } },
            },
            configuration with
            {
                CheckpointEverySteps = 7,
            },
            configuration with
            {
                CheckpointEveryMinutes = 7,
            },
            configuration with
            {
                KeepLast = 7,
            },
            configuration with
            {
                LogEverySteps = 7,
            },
            configuration with
            {
                ValidationPictures = 7,
            },
            configuration with
            {
                PanelPictures = 7,
            },
        ];
        Assert.Equal(changed.Length + 1, changed.Append(configuration).Select(static c => c.Hash).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("""{"batchsize": 3}""", "unknown key batchsize")]
    [InlineData("""{"stages": [{"steps": 5}]}""", "stages[0].steps must be omitted: the last stage lasts to the end of the run")]
    [InlineData("""{"stages": [{}, {}]}""", "stages[0].steps is missing")]
    [InlineData(
        """{"steps": 5, "stages": [{"steps": 5}, {}]}""",
        "steps is 5: it must be above 5, the steps of the stages before the last"
    )]
    [InlineData("""{"stages": [{"imageSize": 30}]}""", "stages[0]: imageSize is 30: it must be a multiple of 16")]
    [InlineData("""{"stages": [{"minimumExtent": 0}]}""", "stages[0]: minimumExtent is 0: it must be above 0")]
    [InlineData("""{"stages": [{"epochs": 3}]}""", "unknown key stages[0].epochs")]
    [InlineData("""{"stages": 3}""", "stages is 3: it must be a list of objects")]
    [InlineData("""{"adam": {"weightDecay": -1}}""", "adam.weightDecay is -1: it must be from 0 to 1")]
    [InlineData("""{"emaDecay": 1}""", "emaDecay is 1: it must be from 0 to below 1")]
    [InlineData("""{"network": {"width": 1, "context": -1}}""", "network.context is -1: it must be from 0 to 4096")]
    [InlineData("""{"augmentation": {"film": {"grain": 1.5}}}""", "augmentation.film.grain is 1.5: it must be from 0 to 1")]
    [InlineData("""{"augmentation": {"film": {"sepia": 1}}}""", "unknown key augmentation.film.sepia")]
    [InlineData("""{"adam": {"beta3": 3}}""", "unknown key adam.beta3: known keys are beta1, beta2, epsilon, weightDecay")]
    [InlineData("""{"adam": {"beta1": 1}}""", "adam.beta1 is 1: it must be from 0 to below 1")]
    [InlineData("""{"adam": 5}""", "adam must be an object")]
    [InlineData("""{"batchSize": "many"}""", "batchSize is \"many\": it must be a whole number")]
    [InlineData("""{"batchSize": 2.5}""", "batchSize is 2.5: it must be a whole number")]
    [InlineData("""{"batchSize": null}""", "batchSize is null")]
    [InlineData("""{"steps": 1, "steps": 2}""", "steps is specified twice")]
    [InlineData("""{"steps": 0}""", "steps is 0: it must be 1 or above")]
    [InlineData("""{"learningRate": 1e999}""", "learningRate")]
    [InlineData("""{"augmentation": {"flip": 1}}""", "augmentation.flip is 1: it must be true or false")]
    [InlineData("""{"augmentation": {"minimumExtent": 0}}""", "augmentation.minimumExtent is 0")]
    [InlineData("""{"augmentation": {"lightnessJitter": 1.5}}""", "augmentation.lightnessJitter is 1.5: it must be from 0 to 1")]
    [InlineData("""{"imageSize": 100}""", "imageSize is 100: it must be a multiple of 16")]
    [InlineData("""{"batchSize": 8}""", "microBatchSize is 32: it must be from 1 to batchSize, 8")]
    [InlineData("""{"keepLast": 1}""", "keepLast is 1: it must be 2 or above")]
    [InlineData("""{"network": {}}""", "network must have either width, or channels and convolutions")]
    [InlineData("""{"network": {"width": 0}}""", "network.width is 0")]
    [InlineData("""{"network": {"channels": [16,16,16,16,16,16,16,17], "convolutions": [1,1,1,1,1,1,1,1]}}""", "network.channels[7] is 17")]
    [InlineData("""{"network": {"channels": [16, "x"]}}""", "network.channels[1] is \"x\"")]
    [InlineData("""[]""", "the file must be an object")]
    [InlineData("""{"steps": """, "not valid JSON")]
    [InlineData("""{"steps": 5,}""", "not valid JSON")]
    public void An_invalid_configuration_is_refused_in_one_line_that_names_the_key(string json, string expected)
    {
        var message = Assert.Throws<ConfigurationException>(() => TrainingConfiguration.Parse(Encoding.UTF8.GetBytes(json))).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_missing_file_is_reported_in_one_line_with_its_path()
    {
        var message = Assert.Throws<ConfigurationException>(() => TrainingConfiguration.Load("no/such/file.json")).Message;
        Assert.StartsWith("no/such/file.json: the configuration cannot be read", message, StringComparison.Ordinal);
    }
}
