using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Evaluation;
using ActorColorize.Model.Inference;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Tests;
using static TorchSharp.torch;

namespace ActorColorize.Interchange.Tests.Engines;

/// <summary>What every engine does, whatever runs the network.</summary>
public abstract class EngineContract
{
    private const int Megabyte = 1 << 20;

    /// <summary>Networks by name: bins, channels, and what stands beside the convolutions.</summary>
    public static IReadOnlyDictionary<string, NetworkShape> Shapes { get; } =
        new Dictionary<string, NetworkShape>(StringComparer.Ordinal)
        {
            ["grid18, narrow"] = Sessions.Narrow.Network.Shape(324),
            ["313 bins, eighth width"] = NetworkShape.ForWidth(0.125, 313),
            ["313 bins, quarter width"] = NetworkShape.ForWidth(0.25, 313),
            ["context path"] = new(313, [16, 16, 16, 16, 16, 32, 16, 16], [1, 1, 1, 1, 1, 1, 1, 1], scenes: 0, context: 8),
            ["context path and scenes"] = new(324, [16, 16, 16, 16, 16, 32, 16, 16], [1, 1, 1, 1, 1, 1, 1, 1], scenes: 3, context: 8),
            ["residual"] = new(313, [16, 16, 16, 16, 16, 16, 16, 16], [1, 1, 1, 1, 1, 1, 1, 1], residual: true),
        };

    private protected abstract IInferenceEngine Open(NetworkShape shape, IReadOnlyList<HostTensor> tensors);

    private IInferenceEngine Open(NetworkShape shape) => Open(shape, FormulaNumbers.State(shape));

    /// <summary>Expected: LibTorch in double precision, without oneDNN.</summary>
    [Theory]
    [InlineData("grid18, narrow", 1, 8, 8)]
    [InlineData("grid18, narrow", 3, 16, 40)]
    [InlineData("313 bins, eighth width", 2, 64, 48)]
    [InlineData("313 bins, quarter width", 1, 48, 80)]
    [InlineData("context path", 2, 32, 24)]
    [InlineData("context path and scenes", 2, 24, 56)]
    [InlineData("residual", 2, 32, 24)]
    public void Scores_are_those_of_double_precision(string name, int batch, int height, int width)
    {
        var shape = Shapes[name];
        using var scope = NewDisposeScope();
        using var exact = new TorchEngine(shape, FormulaNumbers.State(shape), DoublePrecision());
        using var engine = Open(shape);
        var lightness_B1HW = Lightness(batch, height, width);

        var expected = exact.Run(lightness_B1HW);
        var actual = engine.Run(lightness_B1HW);

        Assert.Equal(shape, engine.Shape);
        Assert.Equal([batch, shape.Bins, height / 4, width / 4], actual.Logits_BQhw.shape);
        AssertClose(expected.Logits_BQhw, actual.Logits_BQhw, 1e-4);
        Assert.Equal(shape.Scenes > 0, actual.Scenes_BS is not null);
        if (actual.Scenes_BS is { } scenes_BS)
        {
            Assert.Equal([batch, shape.Scenes], scenes_BS.shape);
            AssertClose(expected.Scenes_BS!, scenes_BS, 1e-4);
        }
    }

    /// <summary>Expected: PyTorch in double precision (scripts/make_interchange_fixtures.py).</summary>
    [Fact]
    public void Photographs_get_the_colours_that_PyTorch_gives()
    {
        const int height = InterchangeFixtures.Height,
            width = InterchangeFixtures.Width;
        var model = ModelLocator.Resolve(InterchangeFixtures.Path("narrow-seed7.pth"));
        using var colorizer = new Colorizer(Open(model.Network, model.Tensors), model.Tensors, Sessions.Cpu());

        var ab = colorizer.PredictAb(InterchangeFixtures.Rgb, InterchangeFixtures.Batch, height, width, new Decoding(1));

        var full = AbUpsampling.Bilinear(ab, InterchangeFixtures.Batch, height / 4, width / 4, height, width);
        Assert.InRange(InterchangeFixtures.Ab.Zip(full, static (e, a) => Math.Abs((double)e - a)).Max(), 0, 1e-3);
    }

    [Fact]
    public void An_input_of_any_strides_is_read()
    {
        using var scope = NewDisposeScope();
        using var engine = Open(Shapes["grid18, narrow"]);
        var wide_B1HW = Lightness(2, 32, 48);
        var every_B1HW = wide_B1HW.transpose(2, 3);

        Assert.False(every_B1HW.is_contiguous());
        AssertClose(engine.Run(every_B1HW.contiguous()).Logits_BQhw, engine.Run(every_B1HW).Logits_BQhw, 0);
    }

    [Fact]
    public void Equal_inputs_get_equal_scores_wherever_they_are_in_the_batch()
    {
        using var scope = NewDisposeScope();
        using var engine = Open(Shapes["313 bins, eighth width"]);
        var pictures_B1HW = Lightness(4, 32, 48);
        var turned_B1HW = cat([pictures_B1HW.slice(0, 2, 4, 1), pictures_B1HW.slice(0, 0, 2, 1)]);

        var scores_BQhw = engine.Run(pictures_B1HW).Logits_BQhw;
        var again_BQhw = engine.Run(pictures_B1HW).Logits_BQhw;
        var turned_BQhw = engine.Run(turned_B1HW).Logits_BQhw;

        AssertClose(scores_BQhw, again_BQhw, 0);
        AssertClose(scores_BQhw, cat([turned_BQhw.slice(0, 2, 4, 1), turned_BQhw.slice(0, 0, 2, 1)]), 0);
    }

    [Fact]
    public void Other_types_and_sides_are_refused()
    {
        using var scope = NewDisposeScope();
        using var engine = Open(Shapes["grid18, narrow"]);

        Assert.Throws<ArgumentException>(() => engine.Run(zeros([1, 1, 12, 16])));
        Assert.Throws<ArgumentException>(() => engine.Run(zeros([1, 3, 16, 16])));
        Assert.Throws<ArgumentException>(() => engine.Run(zeros([0, 1, 16, 16])));
        Assert.Throws<ArgumentException>(() => engine.Run(zeros([1, 1, 16, 16], ScalarType.Float64)));
    }

    [Fact]
    public void Tensors_of_another_network_are_refused() =>
        Assert.ThrowsAny<Exception>(() => Open(Shapes["context path"], FormulaNumbers.State(Shapes["grid18, narrow"])).Dispose());

    [Fact]
    public void Memory_does_not_grow_with_the_number_of_shapes()
    {
        const int batch = 4;
        using var engine = Open(Shapes["313 bins, eighth width"]);
        Pass(160, 160); // as large as any of those below
        var few = Sizes(1, 8);
        var many = Sizes(8, 20);
        foreach (var (height, width) in few)
            Pass(height, width);
        var before = Resident();

        foreach (var (height, width) in many)
            Pass(height, width);

        // What would be kept if each shape kept its scores, which are a small part of its activations
        var scores = many.Sum(static size => (long)batch * 313 * (size.Height / 4) * (size.Width / 4) * sizeof(float));
        Assert.InRange(Resident() - before, long.MinValue, scores);

        static (int Height, int Width)[] Sizes(int from, int to) =>
            [.. Enumerable.Range(from, to - from).SelectMany(static i => new[] { (8 * i, 64), (64, 8 * i), (8 * i, 8 * i) })];

        void Pass(int height, int width)
        {
            using var scope = NewDisposeScope();
            engine.Run(Lightness(batch, height, width));
        }
    }

    [Fact]
    public void Disposing_releases_its_memory_and_its_threads()
    {
        const int opened = 24,
            weights = 30 * Megabyte;
        var shape = NetworkShape.ForWidth(0.5, 313);
        var tensors = FormulaNumbers.State(shape);
        OpenAndRun(2);
        var (before, threads) = (Resident(), Threads());

        OpenAndRun(opened);

        Assert.InRange(Resident() - before, long.MinValue, opened * weights / 2); // the heaps keep some of it for reuse
        Assert.InRange(Threads() - threads, int.MinValue, opened / 2);

        void OpenAndRun(int times)
        {
            for (var i = 0; i < times; i++)
            {
                using var scope = NewDisposeScope();
                using var engine = Open(shape, tensors);
                engine.Run(Lightness(1, 16, 16));
            }
        }
    }

    private protected static ComputeSettings DoublePrecision() =>
        new(CPU, Precision.Fp32, new ConvolutionPlan(static _ => ConvolutionRoute.WithoutOneDnn), LibTorchFixture.Threads);

    private protected static Tensor Lightness(int batch, int height, int width) =>
        tensor(
            FormulaNumbers.Of("lightness", (long)batch * height * width).Select(static number => (float)(number + 1) * 50).ToArray(),
            [batch, 1, height, width]
        );

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        var e = expected.contiguous().data<float>().ToArray();
        var a = actual.contiguous().data<float>().ToArray();
        Assert.InRange(e.Zip(a, static (x, y) => Math.Abs(x - y) / Math.Max(1, Math.Abs(x))).Max(), 0, tolerance);
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        LibTorchRuntime.ReleaseFreedMemory();
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return self.WorkingSet64;
    }

    private static int Threads()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return self.Threads.Count;
    }
}
