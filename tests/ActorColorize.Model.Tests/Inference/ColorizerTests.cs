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
    public void The_annealed_mean_is_what_a_plain_loop_gives(double temperature)
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
    public void A_prediction_repeats_exactly_and_leaves_no_tensor_behind()
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

        Assert.Equal(scores.Chunk(5).Select(static scenes => Array.IndexOf(scenes, scenes.Max())), prediction.Scene_B!);
        Assert.Equal(2, prediction.Ab_DB2hw.Count);
        Assert.Equal(colorizer.PredictAb(rgb, 4, 32, 32, new Decoding(0)), prediction.Ab_DB2hw[1]);
        Assert.Null(without.Predict(rgb, 4, 32, 32, [new Decoding(1)]).Scene_B);
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
