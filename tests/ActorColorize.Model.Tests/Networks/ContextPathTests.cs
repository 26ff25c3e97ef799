using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Tests.Checkpoints;
using ActorColorize.Model.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Networks;

[Collection(LibTorchSerially.Name)]
public sealed class ContextPathTests : IDisposable
{
    private static readonly TrainingConfiguration Without = Sessions.Narrow;

    private static readonly TrainingConfiguration With = Sessions.Narrow with { Network = Sessions.Narrow.Network with { Context = 12 } };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Expected: the two layers in double precision, number by number.</summary>
    [Fact]
    public void Every_position_gets_the_output_of_two_layers_of_the_mean()
    {
        const int channels = 5,
            width = 3,
            places = 8;
        using var scope = NewDisposeScope();
        var values = ContextPath
            .Slots(channels, width)
            .ToDictionary(
                static slot => slot.Name,
                static slot => FormulaNumbers.Of(slot.Name, (int)slot.Shape.Aggregate(1L, static (product, size) => product * size)),
                StringComparer.Ordinal
            );
        var path = ContextPath.From(name => new Parameter(
            tensor(Array.ConvertAll([.. values[name]], static v => (float)v))
                .view(ContextPath.Slots(channels, width).Single(slot => slot.Name == name).Shape)
        ));
        double[] features = [.. FormulaNumbers.Of("features", 2 * channels * places)];

        var result = path.Forward(tensor(Array.ConvertAll(features, static v => (float)v)).view(2, channels, 2, 4))
            .contiguous()
            .data<float>()
            .ToArray();

        for (var picture = 0; picture < 2; picture++)
        {
            double Feature(int c, int place) => features[(picture * channels + c) * places + place];
            double Mean(int c) => Enumerable.Range(0, places).Average(place => Feature(c, place));
            double Hidden(int n) =>
                Math.Max(
                    0,
                    values["context.hidden.bias"][n]
                        + Enumerable.Range(0, channels).Sum(c => values["context.hidden.weight"][n * channels + c] * Mean(c))
                );
            for (var c = 0; c < channels; c++)
            {
                var added =
                    values["context.output.bias"][c]
                    + Enumerable.Range(0, width).Sum(n => values["context.output.weight"][c * width + n] * Hidden(n));
                for (var place = 0; place < places; place++)
                    Assert.Equal(Feature(c, place) + added, result[(picture * channels + c) * places + place], 1e-5);
            }
        }
    }

    [Fact]
    public void A_new_network_gives_the_same_output_with_and_without_context_path()
    {
        using var with = Sessions.New(With);
        using var without = Sessions.New(Without);
        var rgb = FormulaNumbers.Pictures(4, 32);

        Assert.Equal((12, 0), (with.Shape.Context, without.Shape.Context));
        Assert.Equal(without.Validate(rgb, 4, 32).LossSum, with.Validate(rgb, 4, 32).LossSum);
    }

    [Fact]
    public void Training_changes_both_of_its_layers()
    {
        using var session = Sessions.New(With);
        var before = session.Export();
        for (var step = 0; step < 2; step++)
            session.Train(Batch(step), 4, 32);

        foreach (var tensor in before.Model.Where(static tensor => tensor.Name.StartsWith("context.", StringComparison.Ordinal)))
            Assert.False(tensor.Data.AsSpan().SequenceEqual(session.Export().Model.Single(after => after.Name == tensor.Name).Data));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.99)]
    public void Training_continues_from_a_checkpoint_without_context_path_with_the_same_output(double emaDecay)
    {
        using var before = Sessions.New(Without);
        for (var step = 0; step < 2; step++)
            before.Train(Batch(step), 4, 32);
        using var after = Sessions.New(With with { EmaDecay = emaDecay });
        Assert.True(after.Shape.CanContinueFrom(before.Shape));
        after.Train(Batch(7), 4, 32); // what the path has learned must not stay either

        after.Import(before.Export());

        Assert.Equal(2, after.CompletedSteps);
        Assert.Equal(before.Validate(Batch(9), 4, 32).LossSum, after.Validate(Batch(9), 4, 32).LossSum);
        // The path's output is zero, so the step is the same; but for the output layer's part of the gradient's length.
        Assert.Equal(before.Train(Batch(2), 4, 32).LossSum, after.Train(Batch(2), 4, 32).LossSum);
        Assert.NotEqual(before.Train(Batch(3), 4, 32).LossSum, after.Train(Batch(3), 4, 32).LossSum);
    }

    [Fact]
    public void It_does_not_clear_by_itself()
    {
        using var with = Sessions.New(With);
        using var without = Sessions.New(Without);

        Assert.False(without.Shape.CanContinueFrom(with.Shape));
        Assert.Throws<NetworkMismatchException>(() => without.Import(with.Export()));
    }

    [Fact]
    public void A_session_with_context_path_continues_bit_exactly_from_an_exported_state()
    {
        using var whole = Sessions.New(With);
        using var resumed = Sessions.New(With, seed: 4);
        whole.Train(Batch(0), 4, 32);
        resumed.Import(whole.Export());
        whole.Train(Batch(1), 4, 32);
        resumed.Train(Batch(1), 4, 32);

        Sessions.AssertSameBits(whole.Export(), resumed.Export());
    }

    [Fact]
    public void Recomputing_gives_the_same_bits_as_keeping()
    {
        using var keeping = Sessions.New(With);
        using var recomputing = Sessions.New(With);
        recomputing.Memory = new StepMemory(4, Recomputes: true);
        for (var step = 0; step < 3; step++)
            Assert.Equal(keeping.Train(Batch(step), 4, 32), recomputing.Train(Batch(step), 4, 32));

        Sessions.AssertSameBits(keeping.Export(), recomputing.Export());
    }

    [Fact]
    public void A_run_with_context_path_is_verified_and_its_shape_is_read_from_metadata_and_tensors()
    {
        using var session = Sessions.New(With);
        session.Train(Batch(0), 4, 32);
        var entry = new CheckpointStore(_folder.Path).Save(
            new CheckpointContent("run", 1, session.Shape, "configuration", "data", session.Export(), null, null)
        );
        var model = ModelLocator.Resolve(_folder.Path);

        Assert.All(ModelVerification.Verify(_folder.Path), static check => Assert.True(check.Passed, check.Finding));
        Assert.Equal(session.Shape, entry.Manifest.Network);
        Assert.Equal(session.Shape, model.Network);
        Assert.Equal(session.Shape, PublishedLayout.ShapeOf(model.Tensors, "test"));
        Assert.Equal(12, ModelFacts.Of(model).Context);
    }

    private static byte[] Batch(int step) => FormulaNumbers.Pictures(4, 32, $"batch {step}");
}
