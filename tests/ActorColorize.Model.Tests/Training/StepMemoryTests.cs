using System.Runtime.InteropServices;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Model.Tests.Training;

/// <summary>Steps that are short of memory, break off or are not finite: what they leave behind, and what they end with.</summary>
[Collection(LibTorchSerially.Name)]
public sealed class StepMemoryTests
{
    private const int Pictures = 4;
    private const int Side = 32;

    private static readonly TrainingConfiguration Tiny = TrainingPresets.Load("tiny") with
    {
        ImageSize = Side,
        BatchSize = Pictures,
        MicroBatchSize = Pictures,
        Steps = 20,
        SceneWeight = 0.5,
    };

    [Theory]
    [InlineData(Precision.Fp32, 0, Pictures)]
    [InlineData(Precision.Fp32, 3, Pictures)]
    [InlineData(Precision.Fp32, 3, 3)]
    [InlineData(Precision.Bf16, 0, Pictures)]
    [InlineData(Precision.Bf16, 3, 2)]
    [InlineData(Precision.Fp32, 3, Pictures, true)]
    public void Recomputing_gives_the_same_bits_as_keeping(Precision precision, int scenes, int microBatch, bool residual = false)
    {
        using var keeping = New(scenes, precision, residual);
        using var recomputing = New(scenes, precision, residual);
        keeping.Memory = keeping.Memory with { MicroBatchSize = microBatch };
        recomputing.Memory = new StepMemory(microBatch, Recomputes: true);

        for (var step = 0; step < 3; step++)
            Assert.Equal(Train(keeping, step), Train(recomputing, step));

        Sessions.AssertSameBits(keeping.Export(), recomputing.Export());
    }

    /// <summary>
    /// Each convolution's sums are taken in other pieces, and nothing else differs: batch norm sees all pictures. Single precision has 24
    /// bits; after three steps of Adam, which divides by the root of small numbers, weights agree to a thousandth of their distance from
    /// where they started.
    /// </summary>
    [Theory]
    [InlineData(0, 2)]
    [InlineData(3, 3)]
    [InlineData(3, 1)]
    public void Recomputing_in_pieces_gives_the_same_but_for_rounding(int scenes, int piece)
    {
        using var whole = New(scenes);
        using var pieces = New(scenes);
        var start = whole.Export();
        pieces.Memory = new StepMemory(Pictures, Recomputes: true, piece);

        for (var step = 0; step < 3; step++)
        {
            var (expected, actual) = (Train(whole, step), Train(pieces, step));
            Assert.Equal(expected.LossSum, actual.LossSum, Math.Abs(expected.LossSum) * 2 * Accuracy.Forward);
            Assert.Equal(expected.WeightedMean, actual.WeightedMean, expected.WeightedMean * 2 * Accuracy.Forward);
            Assert.Equal(expected.GradientNorm, actual.GradientNorm, expected.GradientNorm * 2 * Accuracy.Gradient);
        }

        foreach (
            var ((before, a), b) in start
                .Model.Zip(whole.Export().Model)
                .Zip(pieces.Export().Model)
                .Where(static pair =>
                    pair.Second.Name.EndsWith("weight", StringComparison.Ordinal)
                    || pair.Second.Name.Contains("running", StringComparison.Ordinal)
                )
        )
        {
            var moved = Distance(before, a);
            Assert.True(Distance(a, b) <= moved * 0.02 + 1e-6, $"{a.Name}: {Distance(a, b)} apart, moved {moved}");
        }
    }

    [Fact]
    public void Validation_and_painting_in_pieces_are_the_same_but_for_rounding()
    {
        using var session = New();
        Train(session, 0);
        var (validated, painted) = (session.Validate(Batch(1), Pictures, Side), session.Paint(Batch(1), Pictures, Side));

        session.Memory = new StepMemory(Pictures, Recomputes: true, 1);

        Assert.Equal(validated.LossSum, session.Validate(Batch(1), Pictures, Side).LossSum, validated.LossSum * 2 * Accuracy.Forward);
        Assert.True(session.Paint(Batch(1), Pictures, Side).Zip(painted).All(static pair => Math.Abs(pair.First - pair.Second) <= 1));
    }

    [Fact]
    public void A_failed_step_that_was_rolled_back_leaves_no_trace()
    {
        using var unbroken = New();
        using var broken = New();
        Train(unbroken, 0);
        Train(broken, 0);
        broken.Memory = new StepMemory(MicroBatchSize: 2, Recomputes: false);
        broken.Injection = new StepFault.Fail(new NativeException("CUDA out of memory. Tried to allocate 2.00 MiB"));

        Assert.Throws<NativeException>(() => Train(broken, 1));
        Assert.True(broken.TryRewind());
        broken.Memory = new StepMemory(Pictures, Recomputes: true);

        Assert.Equal(1, broken.CompletedSteps);
        Assert.Equal(Train(unbroken, 1), Train(broken, 1));
        Sessions.AssertSameBits(unbroken.Export(), broken.Export());
    }

    [Fact]
    public void A_step_that_was_non_finite_once_gives_the_same_result_when_retried()
    {
        using var unbroken = New();
        using var broken = New();
        broken.Injection = new StepFault.NotFinite();

        var first = broken.TryTrain(Batch(0), Pictures, Side);
        var before = broken.CompletedSteps;
        var second = broken.TryTrain(Batch(0), Pictures, Side);

        Assert.True(first.Skipped);
        Assert.True(double.IsNaN(first.LossSum) && double.IsNaN(first.GradientNorm));
        Assert.Equal(0, before);
        Assert.Equal(Train(unbroken, 0), second);
        Sessions.AssertSameBits(unbroken.Export(), broken.Export());
    }

    [Fact]
    public void A_skipped_step_changes_nothing_but_the_count()
    {
        using var session = New();
        Train(session, 0);
        var before = session.Export();

        session.Skip();

        Sessions.AssertSameBits(before with { Step = 2 }, session.Export());
    }

    [Fact]
    public void The_learning_rate_s_factor_scales_the_step()
    {
        using var session = New();
        session.LearningRateFactor = 0.5;

        Assert.Equal(0.5 * LearningRateSchedule.At(Tiny, 0), Train(session, 0).LearningRate);
    }

    private static TrainingSession New(int scenes = 0, Precision precision = Precision.Fp32, bool residual = false) =>
        new(Tiny with { Network = Tiny.Network with { Residual = residual } }, FormulaNumbers.Prior(), 7, Sessions.Cpu(precision), scenes);

    private static StepResult Train(TrainingSession session, int step) =>
        session.Train(Batch(step), Pictures, Side, session.Shape.Scenes > 0 ? [0, 2, -1, 1] : default);

    private static double Distance(HostTensor a, HostTensor b) =>
        Math.Sqrt(Sessions.Floats(a).Zip(Sessions.Floats(b)).Sum(static pair => Math.Pow((double)pair.First - pair.Second, 2)));

    private static byte[] Batch(int step) => FormulaNumbers.Pictures(Pictures, Side, $"batch {step}");

    /// <summary>As TorchSharp throws what LibTorch reports.</summary>
    private sealed class NativeException(string message) : ExternalException(message);
}
