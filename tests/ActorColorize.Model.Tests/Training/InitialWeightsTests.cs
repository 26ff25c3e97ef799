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
}
