using System.Text.Json;
using ActorColorize.Model.Color;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Training;

/// <summary>Expected numbers of the head itself: PyTorch, by scripts/make_scene_fixtures.py.</summary>
[Collection(LibTorchSerially.Name)]
public sealed class SceneHeadTests
{
    private static readonly TrainingConfiguration Labelled = Sessions.Narrow with { SceneWeight = 0.5 };

    [Fact]
    public void Scores_hint_loss_and_gradient_are_those_of_PyTorch()
    {
        using var fixture = JsonDocument.Parse(File.ReadAllBytes("Fixtures/scenes.json"));
        using var scope = NewDisposeScope();
        var parameters = SceneHead
            .Slots(16, 3)
            .ToDictionary(static slot => slot.Name, static slot => new Parameter(Formula(slot.Name, slot.Shape)), StringComparer.Ordinal);
        var head = SceneHead.From(name => parameters[name]);

        var (scenes_BS, features_BChw) = head.Forward(Formula("scene features", [2, 16, 4, 4]));
        var loss = SceneTargets.For([2, -1], 2, 3, 0.25)!.Loss(scenes_BS, 0, 2);
        loss.backward();

        AssertNear(fixture, "scenes", scenes_BS);
        AssertNear(fixture, "features", features_BChw);
        AssertNear(fixture, "scoreGradient", parameters["scene_head.score.weight"].grad!);
        Assert.Equal(fixture.RootElement.GetProperty("loss").GetDouble(), loss.item<float>(), 1e-5);
    }

    [Fact]
    public void A_new_network_gives_the_same_output_with_and_without_head()
    {
        using var with = new TrainingSession(Labelled, FormulaNumbers.Prior(), 3, Sessions.Cpu(), categories: 5);
        using var without = new TrainingSession(Labelled, FormulaNumbers.Prior(), 3, Sessions.Cpu());
        var rgb = FormulaNumbers.Pictures(4, 32);
        Assert.Equal((5, 0), (with.Shape.Scenes, without.Shape.Scenes));
        Assert.Equal(without.Validate(rgb, 4, 32).LossSum, with.Validate(rgb, 4, 32).LossSum);
    }

    [Fact]
    public void Seed_7_learns_to_tell_scenes_with_much_sky_from_scenes_with_little()
    {
        var prior = new ColorPrior(BinHistogram.Count(SyntheticScenes.Batch(0, 64, 32), 64, 32, ColorBins.Grid18, CPU), "scenes");
        var configuration = Labelled with { BatchSize = 8, MicroBatchSize = 4, Steps = 120, LearningRate = 4e-3 };
        using var session = new TrainingSession(configuration, prior, seed: 7, Sessions.Cpu(), categories: 2);
        for (var step = 0; step < configuration.Steps; step++)
            session.Train(SyntheticScenes.Batch(step * 8, 8, 32), 8, 32, Labels(step * 8, 8));

        var result = session.Validate(SyntheticScenes.Batch(100_000, 32, 32), 32, 32, Labels(100_000, 32));

        Assert.Equal(32, result.ScenesLabelled);
        Assert.InRange(result.SceneAccuracy!.Value, 0.8, 1);
    }

    [Fact]
    public void A_session_with_scene_head_continues_bit_exactly_from_an_exported_state()
    {
        using var whole = new TrainingSession(Labelled, FormulaNumbers.Prior(), 3, Sessions.Cpu(), categories: 2);
        using var resumed = new TrainingSession(Labelled, FormulaNumbers.Prior(), 4, Sessions.Cpu(), categories: 2);
        var rgb = FormulaNumbers.Pictures(4, 32);
        whole.Train(rgb, 4, 32, [0, 1, -1, 1]);
        resumed.Import(whole.Export());
        whole.Train(rgb, 4, 32, [1, 1, 0, -1]);
        resumed.Train(rgb, 4, 32, [1, 1, 0, -1]);
        Sessions.AssertSameBits(whole.Export(), resumed.Export());
    }

    [Fact]
    public void Labels_that_do_not_fit_are_refused()
    {
        using var session = new TrainingSession(Labelled, FormulaNumbers.Prior(), 3, Sessions.Cpu(), categories: 2);
        var rgb = FormulaNumbers.Pictures(4, 32);
        Assert.Throws<ArgumentException>(() => session.Train(rgb, 4, 32, [0, 1]));
        Assert.Throws<ArgumentException>(() => session.Train(rgb, 4, 32, [0, 1, 2, 0]));
        Assert.Null(session.Validate(rgb, 4, 32, [-1, -1, -1, -1]).SceneAccuracy);
    }

    private static int[] Labels(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(static picture => FormulaNumbers.Of($"scene {picture}", 1)[0] > 0 ? 1 : 0)];

    private static Tensor Formula(string name, long[] shape) =>
        tensor(
                FormulaNumbers
                    .Of(name, (int)shape.Aggregate(1L, static (product, size) => product * size))
                    .Select(static x => (float)x)
                    .ToArray()
            )
            .view(shape);

    private static void AssertNear(JsonDocument fixture, string name, Tensor actual)
    {
        var expected = fixture.RootElement.GetProperty(name).EnumerateArray().Select(static number => number.GetDouble()).ToArray();
        var values = actual.detach().contiguous().view(-1).data<float>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < values.Length; i++)
            Assert.Equal(expected[i], values[i], 1e-5);
    }
}
