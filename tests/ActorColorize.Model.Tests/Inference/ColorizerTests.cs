using ActorColorize.Data.Sampling;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;
using ActorColorize.Model.Networks;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Inference;

[Collection(LibTorchSerially.Name)]
public sealed class ColorizerTests
{
    private static readonly NetworkShape Narrow = Sessions.Narrow.Network.Shape(324);

    /// <summary>Expected: softmax and mean by a plain loop in double precision over the network's own logits.</summary>
    [Theory]
    [InlineData(1.0)]
    [InlineData(0.38)]
    public void The_annealed_mean_equals_that_of_a_plain_loop(double temperature)
    {
        var rgb = FormulaNumbers.Pictures(1, 32);
        var (logits, colors) = LogitsAndColors(rgb);
        using var colorizer = new Colorizer(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu());

        var ab = colorizer.PredictAb(rgb, 1, 32, 32, new Decoding(temperature));

        Assert.Equal(2 * 64, ab.Length);
        for (var pixel = 0; pixel < 64; pixel++)
        {
            var weights = Enumerable.Range(0, 324).Select(q => Math.Exp(logits[q * 64 + pixel] / temperature)).ToArray();
            for (var plane = 0; plane < 2; plane++)
                Assert.Equal(weights.Select((w, q) => w * colors[plane * 324 + q]).Sum() / weights.Sum(), ab[plane * 64 + pixel], 1e-3);
        }
    }

    [Fact]
    public void Temperature_0_takes_the_most_probable_bin()
    {
        var rgb = FormulaNumbers.Pictures(1, 32);
        var (logits, colors) = LogitsAndColors(rgb);
        using var colorizer = new Colorizer(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu());
        var ab = colorizer.PredictAb(rgb, 1, 32, 32, new Decoding(0));
        for (var pixel = 0; pixel < 64; pixel++)
        {
            var best = Enumerable.Range(0, 324).MaxBy(q => logits[q * 64 + pixel]);
            Assert.Equal(colors[best], ab[pixel], 1e-4);
            Assert.Equal(colors[324 + best], ab[64 + pixel], 1e-4);
        }
    }

    [Fact]
    public void With_flip_averaging_the_answer_is_the_mean_of_the_pictures_own_and_the_mirrored_answer_for_its_mirror_image()
    {
        var rgb = FormulaNumbers.Pictures(2, 32);
        using var colorizer = new Colorizer(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu());
        var own = colorizer.PredictAb(rgb, 2, 32, 32, new Decoding(0.38));
        var mirrored = Mirrored(colorizer.PredictAb(Mirrored(rgb, 32, 3), 2, 32, 32, new Decoding(0.38)), 8, 1);

        var averaged = colorizer.PredictAb(rgb, 2, 32, 32, new Decoding(0.38, FlipAverage: true));

        Assert.NotEqual(own, mirrored); // strides look at even columns, so a network is not symmetric by itself
        for (var i = 0; i < averaged.Length; i++)
            Assert.Equal((own[i] + mirrored[i]) / 2, averaged[i], 1e-4);
    }

    /// <summary>Expected: mean of the softmaxes of picture and mirror image, its entropy and its mean colour, by plain loops.</summary>
    [Fact]
    public void Where_the_mean_distribution_is_flat_chroma_falls_with_the_square_of_the_entropy()
    {
        const double sure = 2;
        var rgb = FormulaNumbers.Pictures(1, 32);
        var (logits, colors) = LogitsAndColors(rgb);
        var (mirrored, _) = LogitsAndColors(Mirrored(rgb, 32, 3));
        using var colorizer = new Colorizer(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu());

        var ab = colorizer.PredictAb(rgb, 1, 32, 32, new Decoding(0.5, FlipAverage: true) { SureEntropy = sure });

        var factors = new List<double>();
        for (var pixel = 0; pixel < 64; pixel++)
        {
            var mirroredPixel = pixel / 8 * 8 + 7 - pixel % 8;
            var p = Softmax(logits, pixel).Zip(Softmax(mirrored, mirroredPixel), static (a, b) => (a + b) / 2).ToArray();
            var entropy = -p.Sum(static share => share * Math.Log(share));
            var factor = Math.Pow(Math.Min(1, sure / entropy), 2);
            factors.Add(factor);
            var weights = Array.ConvertAll(p, static share => Math.Pow(share, 1 / 0.5));
            for (var plane = 0; plane < 2; plane++)
                Assert.Equal(
                    factor * weights.Select((w, q) => w * colors[plane * 324 + q]).Sum() / weights.Sum(),
                    ab[plane * 64 + pixel],
                    2e-3
                );
        }

        Assert.True(factors.Min() < 0.99, $"{factors.Min()}"); // so that the test could fail

        static double[] Softmax(float[] logits, int pixel)
        {
            var weights = Enumerable.Range(0, 324).Select(q => Math.Exp(logits[q * 64 + pixel])).ToArray();
            return Array.ConvertAll(weights, weight => weight / weights.Sum());
        }
    }

    [Fact]
    public void Chroma_falls_towards_black_and_white()
    {
        byte[] rgb = [.. Enumerable.Range(0, 32 * 32).SelectMany(static i => Enumerable.Repeat((byte)(i % 32 / 4 * 36), 3))];
        using var colorizer = new Colorizer(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu());
        var plain = colorizer.PredictAb(rgb, 1, 32, 32, new Decoding(0.38));

        var tapered = colorizer.PredictAb(rgb, 1, 32, 32, new Decoding(0.38) { Taper = 40 });

        for (var i = 0; i < plain.Length; i++)
        {
            var code = i % 8 * 36 / 255.0;
            var linear = code <= 0.04045 ? code / 12.92 : Math.Pow((code + 0.055) / 1.055, 2.4);
            var lightness = linear > 216.0 / 24389 ? 116 * Math.Cbrt(linear) - 16 : 24389.0 / 27 * linear;
            var factor = Math.Clamp(lightness / 40, 0, 1) * Math.Clamp((100 - lightness) / 20, 0, 1);
            Assert.Equal(factor * plain[i], tapered[i], 1e-2);
        }
    }

    [Fact]
    public void A_second_size_is_averaged_in_and_the_same_size_twice_changes_nothing()
    {
        using var colorizer = new Colorizer(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu());
        var rgb = FormulaNumbers.Pictures(1, 64);
        var one = colorizer.PredictAb(rgb, 1, 64, 64, new Decoding(0.38));
        var two = colorizer.PredictAb(rgb, 1, 64, 64, new Decoding(0.38) { SecondScale = 1.5 });
        Assert.Equal(one.Length, two.Length);
        Assert.NotEqual(one, two);

        // At a factor of 1 the mean of two equal distributions is the distribution.
        var same = colorizer.PredictAb(rgb, 1, 64, 64, new Decoding(0.38) { SecondScale = 1 });
        for (var i = 0; i < one.Length; i++)
            Assert.Equal(one[i], same[i], 1e-2);
    }

    [Fact]
    public void A_picture_seen_as_an_old_photograph_gets_other_colours()
    {
        using var colorizer = new Colorizer(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu());
        var rgb = SyntheticScenes.Batch(0, 2, 32);
        var plain = colorizer.PredictAb(rgb, 2, 32, 32, new Decoding(1));

        var aged = colorizer.Predict(rgb, 2, 32, 32, [new Decoding(1)], [null, FilmLook.For(1, 0, 0, FilmOptions.Aged)]).Ab_DB2hw[0];

        Assert.Equal(plain[..(plain.Length / 2)], aged[..(plain.Length / 2)]);
        Assert.NotEqual(plain[(plain.Length / 2)..], aged[(plain.Length / 2)..]);
        Assert.Throws<ArgumentException>(() => colorizer.Predict(rgb, 2, 32, 32, [new Decoding(1)], [null]));
    }

    [Fact]
    public void With_flip_averaging_a_mirrored_picture_gets_mirrored_colours()
    {
        var rgb = FormulaNumbers.Pictures(2, 32);
        using var colorizer = new Colorizer(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu());
        var decoding = new Decoding(0.38, FlipAverage: true);

        var answer = colorizer.PredictAb(rgb, 2, 32, 32, decoding);
        var forMirrored = colorizer.PredictAb(Mirrored(rgb, 32, 3), 2, 32, 32, decoding);

        Assert.Equal(Mirrored(answer, 8, 1), forMirrored);
    }

    [Theory]
    [InlineData(Precision.Fp32, 1e-3)]
    [InlineData(Precision.Bf16, 5)]
    public void Pictures_of_a_batch_do_not_influence_each_other(Precision precision, double tolerance)
    {
        var rgb = FormulaNumbers.Pictures(4, 32).AsSpan(0, 2 * 32 * 48 * 3).ToArray();
        using var colorizer = new Colorizer(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu(precision));
        var both = colorizer.PredictAb(rgb, 2, 32, 48, new Decoding(0.38));
        var second = colorizer.PredictAb(rgb.AsSpan(32 * 48 * 3), 1, 32, 48, new Decoding(0.38));
        Assert.Equal(2 * 2 * 8 * 12, both.Length);
        for (var i = 0; i < second.Length; i++)
            Assert.Equal(second[i], both[second.Length + i], tolerance);
    }

    [Fact]
    public void A_prediction_is_repeatable_and_leaks_no_tensors()
    {
        using var colorizer = new Colorizer(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu());
        byte[] grey = [.. Enumerable.Range(0, 16 * 16).SelectMany(static i => Enumerable.Repeat((byte)i, 3))];
        Assert.Equal(colorizer.PredictAb(grey, 1, 16, 16, new Decoding(1)), colorizer.PredictAb(grey, 1, 16, 16, new Decoding(1)));
        var before = LiveTensors.Count();
        colorizer.PredictAb(grey, 1, 16, 16, new Decoding(1));
        Assert.Equal(before, LiveTensors.Count());
    }

    [Fact]
    public void Names_the_most_probable_scene_of_each_picture_where_it_has_a_scene_head()
    {
        var shape = Sessions.Narrow.Network.Shape(324, scenes: 5);
        var state = FormulaNumbers.State(shape);
        var rgb = FormulaNumbers.Pictures(4, 32);
        using var network = new ColorizationNetwork(shape, state, Sessions.Cpu());
        network.eval();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var scores = network.ForwardWithScenes(LabColor.Lightness(tensor(rgb).view(4, 32, 32, 3))).Scenes_BS!.data<float>().ToArray();
        using var colorizer = new Colorizer(shape, state, Sessions.Cpu());
        using var without = new Colorizer(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu());

        var prediction = colorizer.Predict(rgb, 4, 32, 32, [new Decoding(1), new Decoding(0)]);

        Assert.Equal(
            scores.Chunk(5).Select(static scenes => Enumerable.Range(0, 5).OrderByDescending(scene => scenes[scene]).ToArray()),
            prediction.Scenes_B!
        );
        Assert.Equal(2, prediction.Ab_DB2hw.Count);
        Assert.Equal(colorizer.PredictAb(rgb, 4, 32, 32, new Decoding(0)), prediction.Ab_DB2hw[1]);
        Assert.Null(without.Predict(rgb, 4, 32, 32, [new Decoding(1)]).Scenes_B);
    }

    [Fact]
    public void Sizes_and_temperatures_that_do_not_fit_are_refused()
    {
        using var colorizer = new Colorizer(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu());
        Assert.Throws<ArgumentException>(() => colorizer.PredictAb(new byte[24 * 32 * 3], 1, 24, 32, new Decoding(1)));
        Assert.Throws<ArgumentException>(() => colorizer.PredictAb(new byte[5], 1, 32, 32, new Decoding(1)));
        Assert.Throws<ArgumentException>(() => colorizer.PredictAb(new byte[32 * 32 * 3], 1, 32, 32, new Decoding(-0.1)));
        Assert.Throws<ArgumentException>(() => colorizer.PredictAb(new byte[32 * 32 * 3], 1, 32, 32, new Decoding(double.NaN)));
    }

    /// <summary>Expected: a plain loop over the file's own numbers. Half precision: 11 significant bits of logits.</summary>
    [Fact]
    public void The_distributions_of_a_picture_can_be_read_with_another_temperature()
    {
        const double otherTemperature = 0.5;
        var rgb = FormulaNumbers.Pictures(1, 32);
        using var colorizer = new Colorizer(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu());

        var (ab, distribution) = colorizer.PredictWithDistribution(rgb, 32, 32, new Decoding(1));

        Assert.Equal(colorizer.PredictAb(rgb, 1, 32, 32, new Decoding(1)), ab);
        using var stream = new MemoryStream();
        distribution!.Write(stream, 1.25);
        stream.Position = 0;
        var file = SafeTensors.Read(stream, stream.Length, "distribution");
        Assert.Equal(("1", "1.25"), (file.Metadata["temperature"], file.Metadata["saturation"]));
        var (logits, colors) = (Values("logits.0"), Values("colors"));
        Assert.Equal(ab, Values("ab"));
        Assert.Equal([324, 8, 8], file.Tensors.Single(static tensor => tensor.Name == "logits.0").Shape);
        var expected = colorizer.PredictAb(rgb, 1, 32, 32, new Decoding(otherTemperature));
        for (var pixel = 0; pixel < 64; pixel++)
        {
            var weights = Enumerable.Range(0, 324).Select(q => Math.Exp(logits[q * 64 + pixel] / otherTemperature)).ToArray();
            for (var plane = 0; plane < 2; plane++)
                Assert.Equal(
                    expected[plane * 64 + pixel],
                    weights.Select((w, q) => w * colors[plane * 324 + q]).Sum() / weights.Sum(),
                    0.1
                );
        }

        float[] Values(string name) => TensorEncoding.ToSingles(file.Tensors.Single(tensor => tensor.Name == name)).ToArray();
    }

    [Fact]
    public void There_are_no_distributions_of_a_reading_that_cannot_be_repeated_and_of_large_pictures()
    {
        using var colorizer = new Colorizer(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu());
        var median = new Decoding(1) { Estimator = ColorEstimator.GeometricMedian };
        Assert.Null(colorizer.PredictWithDistribution(FormulaNumbers.Pictures(1, 32), 32, 32, median).Distribution);
        Assert.Null(colorizer.PredictWithDistribution(FormulaNumbers.Pictures(1, 32), 32, 32, new(1, FlipAverage: true)).Distribution);
        Assert.Null(colorizer.PredictWithDistribution(new byte[512 * 512 * 3], 512, 512, new Decoding(1)).Distribution);
    }

    /// <summary>Rows of so many pixels, each turned around; pixels stay whole.</summary>
    private static T[] Mirrored<T>(T[] rows, int width, int channels) =>
        [.. rows.Chunk(width * channels).SelectMany(row => row.Chunk(channels).Reverse().SelectMany(static pixel => pixel))];

    private static (float[] Logits, float[] Colors) LogitsAndColors(byte[] rgb)
    {
        using var network = new ColorizationNetwork(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu());
        network.eval();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return (
            network.call(LabColor.Lightness(tensor(rgb).view(1, 32, 32, 3))).data<float>().ToArray(),
            network.BinColors_2Q().data<float>().ToArray()
        );
    }
}
