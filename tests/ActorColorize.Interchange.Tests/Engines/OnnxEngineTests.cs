using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using ActorColorize.Model.Inference;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Tests;

namespace ActorColorize.Interchange.Tests.Engines;

[Collection(LibTorchSerially.Name)]
public sealed class OnnxEngineTests : EngineContract
{
    /// <summary>Every way of decoding: temperature, balance, mirror image, second size, estimator, certainty.</summary>
    public static TheoryData<string, Decoding> Decodings
    {
        get
        {
            Decoding[] decodings =
            [
                new(0.38),
                new(1, FlipAverage: true),
                new(0.38, Rebalance: 0.5),
                new(0.38) { SecondScale = 1.5 },
                new(0.38, FlipAverage: true) { SecondScale = 0.5, SureEntropy = 2 },
                new(0.6, Rebalance: 0.3) { Estimator = ColorEstimator.GeometricMedian, Taper = 10 },
            ];
            var data = new TheoryData<string, Decoding>();
            foreach (var shape in new[] { "grid18, narrow", "313 bins, quarter width", "context path and scenes" })
            {
                foreach (var decoding in decodings)
                    data.Add(shape, decoding);
            }

            return data;
        }
    }

    private protected override IInferenceEngine Open(NetworkShape shape, IReadOnlyList<HostTensor> tensors) =>
        new OnnxEngine(shape, tensors, LibTorchFixture.Threads);

    [Theory]
    [MemberData(nameof(Decodings))]
    public void Its_colours_and_scenes_are_those_of_LibTorch(string name, Decoding decoding)
    {
        var shape = Shapes[name];
        var tensors = FormulaNumbers.State(shape);
        var statistics = Statistics(shape.Bins);
        var rgb = FormulaNumbers.Pictures(2, 64);
        using var libTorch = new Colorizer(shape, tensors, Sessions.Cpu(), statistics);
        using var onnx = new Colorizer(Open(shape, tensors), tensors, Sessions.Cpu(), statistics);

        var expected = libTorch.Predict(rgb, 2, 64, 64, [decoding]);
        var actual = onnx.Predict(rgb, 2, 64, 64, [decoding]);

        var difference = expected.Ab_DB2hw[0].Zip(actual.Ab_DB2hw[0], static (e, a) => Math.Abs((double)e - a)).Max();
        Assert.InRange(difference, 0, EngineSelection.LargestDifference);
        Assert.True(expected.Ab_DB2hw[0].Max() - expected.Ab_DB2hw[0].Min() > 1); // so that the test could fail
        Assert.Equal(expected.Scenes_B, actual.Scenes_B);
        Assert.Equal(("torch", "onnx"), (libTorch.Engine, onnx.Engine));
    }

    private static ColorStatistics Statistics(int bins)
    {
        var shares = FormulaNumbers.Of("shares", bins).Select(static number => number + 1.01).ToArray();
        var total = shares.Sum();
        return new ColorStatistics(
            "test",
            Array.ConvertAll(shares, share => share / total),
            [.. FormulaNumbers.Of("weights", bins).Select(static number => (float)(number + 1.5))]
        );
    }
}
