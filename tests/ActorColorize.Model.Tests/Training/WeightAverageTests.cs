using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Tests.Checkpoints;
using ActorColorize.Model.Training;

namespace ActorColorize.Model.Tests.Training;

/// <summary>The moving average of the weights: its formula, its uses, and bit-exact resuming.</summary>
[Collection(LibTorchSerially.Name)]
public sealed class WeightAverageTests : IDisposable
{
    private const double Decay = 0.9;

    private static readonly TrainingConfiguration Plain = TrainingPresets.Load("tiny") with
    {
        ImageSize = 32,
        BatchSize = 4,
        MicroBatchSize = 4,
        Steps = 20,
    };

    private static readonly TrainingConfiguration Averaging = Plain with { EmaDecay = Decay };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Expected: the formula in double precision over the weights of a run without average, which trains the same.</summary>
    [Fact]
    public void Parameters_and_statistics_are_averaged_by_the_formula_and_training_stays_the_same()
    {
        using var plain = Sessions.New(Plain);
        using var averaging = Sessions.New(Averaging);
        var expected = plain.Export().Model.Where(IsAveraged).ToDictionary(static tensor => tensor.Name, Doubles, StringComparer.Ordinal);
        for (var step = 0; step < 5; step++)
        {
            Assert.Equal(plain.Train(Batch(step), 4, 32), averaging.Train(Batch(step), 4, 32));
            var keep = Math.Min(Decay, (1.0 + step) / (10 + step));
            foreach (var tensor in plain.Export().Model.Where(IsAveraged))
                expected[tensor.Name] = [.. expected[tensor.Name].Zip(Doubles(tensor), (mean, now) => keep * mean + (1 - keep) * now)];
        }

        var state = averaging.Export();
        foreach (var (name, values) in expected)
        foreach (var (a, b) in values.Zip(Sessions.Floats(state.Model, name)))
            Assert.Equal(a, b, 1e-6 * (1 + Math.Abs(a)));
        foreach (var tensor in plain.Export().Model.Where(IsAveraged))
            Assert.True(tensor.Data.AsSpan().SequenceEqual(state.Optimizer.Single(own => own.Name == $"weights.{tensor.Name}").Data));
    }

    [Fact]
    public void Validation_and_painting_use_the_average()
    {
        using var averaging = Sessions.New(Averaging);
        for (var step = 0; step < 3; step++)
            averaging.Train(Batch(step), 4, 32);
        using var average = Sessions.New(Plain);
        var state = averaging.Export();
        average.Import(state with { Optimizer = average.Export().Optimizer });
        using var training = Sessions.New(Plain);
        training.Import(state);

        var validated = averaging.Validate(Batch(9), 4, 32);

        Assert.Equal(average.Validate(Batch(9), 4, 32).LossSum, validated.LossSum);
        Assert.Equal(average.Paint(Batch(9), 4, 32), averaging.Paint(Batch(9), 4, 32));
        Assert.NotEqual(training.Validate(Batch(9), 4, 32).LossSum, validated.LossSum);
    }

    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Bf16)]
    public void A_session_continues_bit_exactly_from_a_saved_checkpoint(Precision precision)
    {
        using var unbroken = Sessions.New(Averaging, seed: 3, precision);
        for (var step = 0; step < 3; step++)
            unbroken.Train(Batch(step), 4, 32);
        var store = new CheckpointStore(_folder.Path);
        store.Save(new CheckpointContent("run", 3, unbroken.Shape, "configuration", "data", unbroken.Export(), null, null));
        using var resumed = Sessions.New(Averaging, seed: 99, precision);
        resumed.Import(store.LoadNewest(static _ => { })!.State);

        for (var step = 3; step < 6; step++)
            Assert.Equal(unbroken.Train(Batch(step), 4, 32), resumed.Train(Batch(step), 4, 32));

        Sessions.AssertSameBits(unbroken.Export(), resumed.Export());
        TestCheckpoints.AssertSame(
            store.LoadNewest(static _ => { })!.State.Model,
            ModelLocator.Resolve(_folder.Path).Tensors // so that a run's model is the average
        );
    }

    [Fact]
    public void An_average_starts_from_a_state_saved_without_one()
    {
        using var before = Sessions.New(Plain);
        before.Train(Batch(0), 4, 32);
        var start = before.Export();
        using var averaging = Sessions.New(Averaging, seed: 5);
        averaging.Import(start);

        TestCheckpoints.AssertSame(start.Model, averaging.Export().Model);
        Assert.Equal(before.Train(Batch(1), 4, 32), averaging.Train(Batch(1), 4, 32));

        // Of the copy a tenth is kept in the first step.
        const string name = "model1.0.bias";
        var expected = Sessions
            .Floats(start.Model, name)
            .Zip(Sessions.Floats(before.Export().Model, name), static (old, now) => 0.1 * old + 0.9 * now);
        foreach (var (a, b) in expected.Zip(Sessions.Floats(averaging.Export().Model, name)))
            Assert.Equal(a, b, 1e-6);
    }

    [Fact]
    public void Without_average_training_continues_with_the_weights_in_training()
    {
        using var averaging = Sessions.New(Averaging);
        averaging.Train(Batch(0), 4, 32);
        averaging.Train(Batch(1), 4, 32);
        using var plain = Sessions.New(Plain, seed: 5);
        plain.Import(averaging.Export());

        Assert.Equal(averaging.Train(Batch(2), 4, 32), plain.Train(Batch(2), 4, 32));
    }

    [Fact]
    public void A_non_finite_or_failed_step_leaves_the_average_unchanged()
    {
        using var session = Sessions.New(Averaging);
        session.Train(Batch(0), 4, 32);
        var before = session.Export();

        session.Injection = new StepFault.NotFinite();
        Assert.True(session.TryTrain(Batch(1), 4, 32).Skipped);
        session.Injection = new StepFault.Fail(new InvalidOperationException("broke off"));
        Assert.Throws<InvalidOperationException>(() => session.TryTrain(Batch(1), 4, 32));
        Assert.True(session.TryRewind());

        Sessions.AssertSameBits(before, session.Export());
    }

    [Fact]
    public void A_second_export_reuses_the_memory_of_the_first()
    {
        using var session = Sessions.New(Averaging);
        session.Train(Batch(0), 4, 32);
        var first = session.Export();
        session.Train(Batch(1), 4, 32);
        var expected = session.Export();

        var second = session.Export(first);

        Sessions.AssertSameBits(expected, second);
        foreach (var (old, reused) in first.Model.Concat(first.Optimizer).Zip(second.Model.Concat(second.Optimizer)))
            if (old.Type == TensorType.Float32)
                Assert.Same(old.Data, reused.Data);
    }

    [Fact]
    public void A_state_whose_average_does_not_fit_changes_nothing()
    {
        using var session = Sessions.New(Averaging);
        session.Train(Batch(0), 4, 32);
        var before = session.Export();
        var torn = before with { Model = [.. before.Model.Where(static tensor => tensor.Name != "model1.0.bias")] };

        Assert.Throws<NetworkMismatchException>(() => session.Import(torn));

        Sessions.AssertSameBits(before, session.Export());
    }

    private static bool IsAveraged(HostTensor tensor) => tensor.Type == TensorType.Float32 && tensor.Name != "model_out.weight";

    private static double[] Doubles(HostTensor tensor) => Array.ConvertAll(Sessions.Floats(tensor), static v => (double)v);

    private static byte[] Batch(int step) => FormulaNumbers.Pictures(4, 32, $"batch {step}");
}
