using System.Text.Json;
using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Model.Tests.Training;

/// <summary>
/// Expected numbers: three steps of PyTorch with its own Adam and clip_grad_norm_, in double precision, by scripts/make_fixtures.py.
/// </summary>
[Collection(LibTorchSerially.Name)]
public sealed class PyTorchAgreementTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(2)]
    public void Loss_gradient_and_weights_of_three_steps_agree_with_PyTorch(int microBatch)
    {
        using var fixture = JsonDocument.Parse(File.ReadAllBytes("Fixtures/network.json"));
        var expected = fixture
            .RootElement.GetProperty("training")
            .EnumerateArray()
            .Single(run => run.GetProperty("microBatch").GetInt32() == microBatch);
        using var session = Sessions.New(Sessions.Narrow with { MicroBatchSize = microBatch });
        session.Import(session.Export() with { Model = FormulaNumbers.State(session.Shape) });
        Assert.Equal(fixture.RootElement.GetProperty("priorTotal").GetInt64(), FormulaNumbers.Prior().TotalPixels);

        foreach (var step in expected.GetProperty("steps").EnumerateArray())
        {
            var result = session.Train(FormulaNumbers.Pictures(4, 32), 4, 32);
            AssertNear(step, "lossSum", result.LossSum, Accuracy.Forward);
            AssertNear(step, "lossPerPixel", result.LossPerPixel, Accuracy.Forward);
            AssertNear(step, "weightedMean", result.WeightedMean, Accuracy.Forward);
            AssertNear(step, "gradientNorm", result.GradientNorm, Accuracy.Gradient);
            Assert.True(result.GradientNorm > Sessions.Narrow.GradientClip, "the fixture must exercise clipping");
        }

        var state = session.Export();
        AssertNear(expected.GetProperty("model"), state.Model, _ => Accuracy.Gradient);
        AssertNear(expected.GetProperty("optimizer"), state.Optimizer, static name =>
            name.StartsWith("exp_avg_sq.", StringComparison.Ordinal) ? Accuracy.SquaredGradient : Accuracy.Gradient
        );
    }

    [Fact]
    public void Target_bins_agree_with_scikit_image()
    {
        using var fixture = JsonDocument.Parse(File.ReadAllBytes("Fixtures/network.json"));
        var expected = new long[324];
        foreach (var bin in fixture.RootElement.GetProperty("target").EnumerateArray())
            expected[bin.GetInt32()]++;
        using var session = Sessions.New(Sessions.Narrow);
        Assert.Equal(expected, session.Validate(FormulaNumbers.Pictures(4, 32), 4, 32).TargetCounts);
    }

    private static void AssertNear(JsonElement step, string key, double actual, double tolerance)
    {
        var expected = step.GetProperty(key).GetDouble();
        Assert.Equal(expected, actual, expected * tolerance);
    }

    private static void AssertNear(JsonElement expected, IReadOnlyList<HostTensor> actual, Func<string, double> tolerance)
    {
        foreach (var property in expected.EnumerateObject())
        {
            var sampled = Accuracy.Sample(Sessions.Floats(actual, property.Name));
            var distance = Accuracy.RelativeDistance([.. property.Value.EnumerateArray().Select(static v => v.GetDouble())], sampled);
            Assert.True(distance < tolerance(property.Name), $"{property.Name} is off by {distance:E1}");
        }
    }
}
