using ActorColorize.Model.Training;

namespace ActorColorize.Model.Tests.Training;

/// <summary>Fine-tuning: a session that starts from the weights of another model.</summary>
[Collection(LibTorchSerially.Name)]
public sealed class InitialWeightsTests
{
    private static readonly TrainingConfiguration Labelled = Sessions.Narrow with { SceneWeight = 0.5 };

    [Fact]
    public void What_fits_is_taken_what_does_not_stays_fresh_and_the_optimizer_starts_anew()
    {
        using var other = new TrainingSession(Labelled, FormulaNumbers.Prior(), 3, Sessions.Cpu(), categories: 2);
        other.Train(FormulaNumbers.Pictures(4, 32), 4, 32, [0, 1, -1, 1]);
        var model = other.Export().Model;
        using var session = new TrainingSession(
            Labelled with
            {
                EmaDecay = 0.9,
                Network = Labelled.Network with { Context = 8 },
            },
            FormulaNumbers.Prior(),
            5,
            Sessions.Cpu(),
            categories: 4
        );
        var before = session.Export();

        var fresh = session.Initialize(model);

        var state = session.Export();
        Assert.Equal(0, state.Step);
        Assert.Equal(
            ["context.hidden.bias", "context.hidden.weight", "context.output.bias", "context.output.weight"],
            fresh.Where(static name => name.StartsWith("context", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        );
        Assert.Contains(fresh, static name => name.StartsWith("scene_head.score", StringComparison.Ordinal));
        foreach (var tensor in state.Model)
        {
            var expected = fresh.Contains(tensor.Name) ? before.Model : model;
            Assert.True(expected.Single(own => own.Name == tensor.Name).Data.AsSpan().SequenceEqual(tensor.Data), tensor.Name);
        }

        foreach (var moment in state.Optimizer.Where(static tensor => tensor.Name.StartsWith("exp_avg", StringComparison.Ordinal)))
            Assert.All(Sessions.Floats(moment), static value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_network_of_the_same_shape_gives_the_model_s_own_answers()
    {
        using var other = Sessions.New(Sessions.Narrow, seed: 3);
        var pictures = FormulaNumbers.Pictures(4, 32);
        other.Train(pictures, 4, 32);
        using var session = Sessions.New(Sessions.Narrow, seed: 4);

        Assert.Empty(session.Initialize(other.Export().Model));

        Assert.Equal(other.Validate(pictures, 4, 32).LossSum, session.Validate(pictures, 4, 32).LossSum);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_wider_network_gives_the_narrow_one_s_answers_and_then_learns_with_its_new_channels(bool residual)
    {
        var narrow = Labelled with { Network = Labelled.Network with { Context = 8, Residual = residual } };
        var wide = narrow with
        {
            Network = narrow.Network with { Channels = [32, 32, 48, 48, 32, 32, 48, 32], Context = 12 },
            EmaDecay = 0.9,
        };
        int[] labels = [0, 1, -1, 1];
        var pictures = FormulaNumbers.Pictures(4, 32);
        using var other = new TrainingSession(narrow, FormulaNumbers.Prior(), 3, Sessions.Cpu(), categories: 2);
        for (var step = 0; step < 3; step++)
            other.Train(pictures, 4, 32, labels);
        using var session = new TrainingSession(wide, FormulaNumbers.Prior(), 4, Sessions.Cpu(), categories: 2);
        Assert.True(session.Shape.IsAtLeastAsWideAs(other.Shape));
        Assert.False(other.Shape.IsAtLeastAsWideAs(session.Shape));

        Assert.Empty(session.Initialize(other.Export().Model));

        // The added terms are zeros, so the results differ only by the order of float32 sums.
        var expected = other.Validate(pictures, 4, 32).LossSum;
        Assert.InRange(session.Validate(pictures, 4, 32).LossSum, expected * (1 - 1e-5), expected * (1 + 1e-5));
        var before = session.Export();
        for (var step = 0; step < 3; step++)
            session.Train(pictures, 4, 32, labels);
        var channels = other.Shape.Channels[0];
        Assert.All(Added(before), static value => Assert.Equal(0, value));
        Assert.Contains(Added(session.Export()), static value => value != 0); // not all: some trained channels are 0 everywhere

        // Weights of the second convolution from the added channels to the trained ones, the first of each kernel.
        IEnumerable<float> Added(SessionState state)
        {
            var weight = state.Model.Single(static tensor => tensor.Name == "model1.2.weight");
            var (values, columns, kernel) = (Sessions.Floats(weight), (int)weight.Shape[1], (int)(weight.Shape[2] * weight.Shape[3]));
            return from row in Enumerable.Range(0, channels)
                from column in Enumerable.Range(channels, columns - channels)
                select values[(row * columns + column) * kernel];
        }
    }
}
