using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Training;

[Collection(LibTorchSerially.Name)]
public sealed class TrainingSessionTests
{
    private static readonly TrainingConfiguration Tiny = TrainingPresets.Load("tiny") with
    {
        ImageSize = 32,
        BatchSize = 4,
        MicroBatchSize = 4,
        Steps = 20,
    };

    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Bf16)]
    public void A_session_continues_bit_exactly_from_an_exported_state(Precision precision)
    {
        using var unbroken = Sessions.New(Tiny, seed: 3, precision);
        for (var step = 0; step < 4; step++)
            unbroken.Train(Batch(step), 4, 32);
        var state = unbroken.Export();
        using var resumed = Sessions.New(Tiny, seed: 99, precision);
        resumed.Import(state);
        Sessions.AssertSameBits(state, resumed.Export());

        for (var step = 4; step < 8; step++)
        {
            var expected = unbroken.Train(Batch(step), 4, 32);
            var actual = resumed.Train(Batch(step), 4, 32);
            Assert.Equal(expected, actual);
        }

        Assert.Equal(8, resumed.CompletedSteps);
        Sessions.AssertSameBits(unbroken.Export(), resumed.Export());
    }

    [Fact]
    public void A_second_export_reuses_the_memory_of_the_first_and_is_bit_exact()
    {
        using var session = Sessions.New(Tiny);
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
    public void Memory_of_another_network_or_of_half_precision_does_not_harm_an_export()
    {
        using var session = Sessions.New(Tiny);
        using var other = Sessions.New(Sessions.Narrow);
        var expected = session.Export();

        Sessions.AssertSameBits(expected, session.Export(other.Export()));
        Sessions.AssertSameBits(
            expected,
            session.Export(
                session.Export() with
                {
                    Model = [.. expected.Model.Select(tensor => tensor with { Data = new byte[tensor.Data.Length / 2] })],
                }
            )
        );
        Sessions.AssertSameBits(expected, session.Export(new SessionState(0, [], [])));
    }

    [Fact]
    public void A_state_of_another_network_is_refused_and_changes_nothing()
    {
        using var session = Sessions.New(Tiny);
        session.Train(Batch(0), 4, 32);
        var before = session.Export();
        using var other = Sessions.New(Sessions.Narrow);
        var foreign = other.Export();

        Assert.Throws<NetworkMismatchException>(() => session.Import(foreign));
        Assert.Throws<NetworkMismatchException>(() => session.Import(before with { Model = foreign.Model }));
        Assert.Throws<NetworkMismatchException>(() => session.Import(before with { Optimizer = foreign.Optimizer }));
        Assert.Throws<NetworkMismatchException>(() => session.Import(before with { Optimizer = [.. before.Optimizer.Skip(1)] }));
        Assert.Throws<NetworkMismatchException>(() => session.Import(before with { Step = -1 }));
        Sessions.AssertSameBits(before, session.Export());
    }

    /// <summary>
    /// Both halves of the batch are the same pictures, so batch norm sees the same mean and variance in a half as in the whole: then
    /// accumulation must give the same gradient up to rounding.
    /// </summary>
    [Fact]
    public void Two_equal_micro_batches_give_the_gradient_of_the_whole_batch()
    {
        var half = FormulaNumbers.Pictures(2, 32);
        byte[] twice = [.. half, .. half];
        using var whole = Sessions.New(Sessions.Narrow);
        using var parts = Sessions.New(Sessions.Narrow with { MicroBatchSize = 2 });

        var expected = whole.Train(twice, 4, 32);
        var actual = parts.Train(twice, 4, 32);

        Assert.Equal(expected.LossSum, actual.LossSum, expected.LossSum * 2 * Accuracy.Forward); // both are rounded
        Assert.Equal(expected.GradientNorm, actual.GradientNorm, expected.GradientNorm * 2 * Accuracy.Gradient);
        foreach (
            var (a, b) in whole
                .Export()
                .Optimizer.Zip(parts.Export().Optimizer)
                .Where(static pair => pair.First.Name.StartsWith("exp_avg.", StringComparison.Ordinal))
        )
            Assert.True(Accuracy.RelativeDistance(Doubles(a), Doubles(b)) < 2 * Accuracy.Gradient, a.Name);
    }

    [Fact]
    public void The_measures_of_a_step_are_consistent()
    {
        using var session = Sessions.New(Tiny);
        var result = session.Train(Batch(0), 4, 32);
        Assert.Equal(1, result.Step);
        Assert.Equal(4, result.Pictures);
        Assert.Equal(result.LossSum / (4 * 8 * 8), result.LossPerPixel, 1e-9);
        Assert.Equal(LearningRateSchedule.At(Tiny, 0), result.LearningRate);
        Assert.False(result.Skipped);
    }

    [Fact]
    public void A_loss_that_is_not_finite_skips_the_update_and_leaves_no_trace_in_the_statistics()
    {
        using var session = Sessions.New(Tiny);
        session.Train(Batch(0), 4, 32);
        var good = session.Export();
        var broken = good
            .Model.Select(static tensor =>
                tensor.Name == "model4.0.bias"
                    ? tensor with
                    {
                        Data =
                        [
                            .. tensor.Data.Select(
                                static (_, i) =>
                                    (byte)(
                                        i % 4 == 3 ? 0x7F
                                        : i % 4 == 2 ? 0xC0
                                        : 0
                                    )
                            ),
                        ],
                    }
                    : tensor
            )
            .ToList();
        session.Import(good with { Model = broken });
        var before = session.Export();

        var result = session.Train(Batch(1), 4, 32);

        Assert.True(result.Skipped);
        Assert.True(double.IsNaN(result.LossSum));
        Assert.Equal(2, session.CompletedSteps);
        Sessions.AssertSameBits(before with { Step = 2 }, session.Export());

        session.Import(good);
        Assert.False(session.Train(Batch(1), 4, 32).Skipped);
    }

    [Fact]
    public void Validation_and_painting_change_nothing_and_add_up()
    {
        using var session = Sessions.New(Tiny with { MicroBatchSize = 2 });
        session.Train(Batch(0), 4, 32);
        var before = session.Export();

        var whole = session.Validate(Batch(1), 4, 32);
        var first = session.Validate(Batch(1).AsSpan(0, 3072), 1, 32);
        var rest = session.Validate(Batch(1).AsSpan(3072), 3, 32);
        var painted = session.Paint(Batch(1), 4, 32);

        var sum = first + rest;
        Assert.Equal(4, sum.Pictures);
        Assert.Equal(4 * 64, sum.Pixels);
        Assert.Equal(whole.TargetCounts, sum.TargetCounts);
        Assert.Equal(sum.Pixels, sum.TargetCounts.Sum());
        Assert.Equal(whole.LossSum, sum.LossSum, whole.LossSum * 2 * Accuracy.Forward);
        Assert.Equal(whole.MeanTruthChroma, sum.MeanTruthChroma, 1e-3);
        Assert.Equal((sum.Pixels, sum.Pixels), (sum.OurColors!.Total, sum.TrueColors!.Total));
        Assert.Equal(whole.MeanChroma, sum.MeanChroma, 1e-2);
        Assert.Equal(4 * 32 * 32 * 3, painted.Length);
        Sessions.AssertSameBits(before, session.Export());
    }

    /// <summary>Grey stays grey in lightness: painting keeps L within rounding wherever the colour is inside sRGB.</summary>
    [Fact]
    public void Painting_keeps_the_lightness_of_the_picture()
    {
        using var session = Sessions.New(Tiny);
        var grey = Enumerable.Range(0, 32 * 32).SelectMany(static i => Enumerable.Repeat((byte)(64 + i % 128), 3)).ToArray();
        var painted = session.Paint(grey, 1, 32, temperature: 1);
        using var scope = NewDisposeScope();
        var expected = LabColor.Lightness(tensor(grey).view(1, 32, 32, 3));
        var actual = LabColor.Lightness(tensor(painted).view(1, 32, 32, 3));
        Assert.True((expected - actual).abs().mean().ToDouble() < 0.5);
    }

    /// <summary>Expected: a plain loop in double precision over the network's own logits.</summary>
    [Fact]
    public void The_loss_equals_that_of_a_plain_loop_over_pixels()
    {
        const int Batch = 4,
            Side = 32;
        var rgb = FormulaNumbers.Pictures(Batch, Side);
        using var session = Sessions.New(Sessions.Narrow, seed: 5);
        var state = session.Export();
        using var network = new ColorizationNetwork(session.Shape, state.Model, Sessions.Cpu());
        network.eval();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var pictures_BHWC = tensor(rgb).view(Batch, Side, Side, 3);
        var logits = network.call(LabColor.Lightness(pictures_BHWC)).data<float>().ToArray();
        var lab = LabColor.FromSrgb(pictures_BHWC).data<float>().ToArray();
        var prior = FormulaNumbers.Prior();

        var expected = 0.0;
        for (var b = 0; b < Batch; b++)
        for (var y = 0; y < Side / 4; y++)
        for (var x = 0; x < Side / 4; x++)
        {
            int Cell(int plane) =>
                (int)Math.Clamp(Math.Floor((lab[((b * 3 + plane) * Side + 4 * y + 2) * Side + 4 * x + 2] + 110.0) * 18 / 220), 0, 17);
            var bin = Cell(1) * 18 + Cell(2);
            double Score(int q) => logits[((b * 324 + q) * Side / 4 + y) * Side / 4 + x];
            var partition = Enumerable.Range(0, 324).Sum(q => Math.Exp(Score(q)));
            expected += Math.Log(prior.TotalPixels / (double)Math.Max(1, prior.Counts[bin])) * (Math.Log(partition) - Score(bin));
        }

        Assert.Equal(expected, session.Validate(rgb, Batch, Side).LossSum, expected * 2 * Accuracy.Forward);
    }

    [Fact]
    public void The_number_of_live_tensors_is_constant_over_steps_and_zero_at_the_end()
    {
        var before = LiveTensors.Count();
        int parameters;
        using (var session = Sessions.New(Tiny with { MicroBatchSize = 2 }, precision: Precision.Bf16))
        {
            parameters = session.Export().Optimizer.Count(static tensor => tensor.Name.StartsWith("exp_avg.", StringComparison.Ordinal));

            void Round()
            {
                session.Train(Batch(0), 4, 32);
                session.Validate(Batch(0), 4, 32);
                session.Paint(Batch(0), 4, 32);
                session.Import(session.Export());
            }

            Round();
            var live = LiveTensors.Count();
            for (var i = 0; i < 5; i++)
                Round();
            Assert.Equal(live, LiveTensors.Count());
        }

        // TorchSharp counts a tensor that became a parameter twice and takes only one off again.
        Assert.Equal(before + parameters, LiveTensors.Count());
    }

    [Fact]
    public void An_untrained_network_starts_at_about_the_trivial_baseline()
    {
        var scenes = SyntheticScenes.Batch(first: 0, count: 64, side: 32);
        var prior = new ColorPrior(BinHistogram.Count(scenes, 64, 32, ColorBins.Grid18, CPU), "scenes");
        using var session = new TrainingSession(Tiny, prior, seed: 11, Sessions.Cpu());
        var result = session.Validate(scenes, 64, 32);
        var baseline = TrivialBaseline.Loss(result.TargetCounts, session.ClassWeights);
        Assert.InRange(result.LossPerPixel, baseline * 0.9, baseline * 1.2);
    }

    [Fact]
    public void Seed_7_learns_to_colour_scenes_whose_colour_follows_from_their_lightness()
    {
        var prior = new ColorPrior(BinHistogram.Count(SyntheticScenes.Batch(0, 64, 32), 64, 32, ColorBins.Grid18, CPU), "scenes");
        var configuration = Tiny with { BatchSize = 8, MicroBatchSize = 8, Steps = 120, WarmupSteps = 10, LearningRate = 4e-3 };
        using var session = new TrainingSession(configuration, prior, seed: 7, Sessions.Cpu());
        for (var step = 0; step < configuration.Steps; step++)
            session.Train(SyntheticScenes.Batch(step * 8, 8, 32), 8, 32);

        var result = session.Validate(SyntheticScenes.Batch(100_000, 16, 32), 16, 32);

        Assert.True(result.LossPerPixel < 0.6 * TrivialBaseline.Loss(result.TargetCounts, session.ClassWeights));
        Assert.InRange(result.MeanChroma / result.MeanTruthChroma, 0.6, 1.4);
    }

    /// <summary>bfloat16 has 8 bits of precision, so a figure that many products add up to is right to well under a percent.</summary>
    [Fact]
    public void A_step_in_bfloat16_gives_the_loss_and_gradient_of_single_precision_within_its_rounding()
    {
        var batch = SyntheticScenes.Batch(0, 8, 32);
        using var exact = Sessions.New(Tiny with { BatchSize = 8, MicroBatchSize = 8 }, seed: 13);
        using var rounded = Sessions.New(Tiny with { BatchSize = 8, MicroBatchSize = 8 }, seed: 13, Precision.Bf16);
        var expected = exact.Train(batch, 8, 32);
        var actual = rounded.Train(batch, 8, 32);
        Assert.Equal(expected.LossPerPixel, actual.LossPerPixel, expected.LossPerPixel * 0.005);
        Assert.Equal(expected.GradientNorm, actual.GradientNorm, expected.GradientNorm * 0.05);
    }

    /// <summary>
    /// Expected: the step without decay, less lr · decay · w for weights of layers (Loshchilov and Hutter, 2019, algorithm 2, with the
    /// schedule's factor in the rate).
    /// </summary>
    [Fact]
    public void Decoupled_weight_decay_shrinks_only_weights_of_layers()
    {
        const double decay = 0.5;
        using var plain = Sessions.New(Tiny);
        using var decaying = Sessions.New(Tiny with { Adam = new AdamConfiguration { WeightDecay = decay } });
        var start = plain.Export();

        var step = plain.Train(Batch(0), 4, 32);
        Assert.Equal(step, decaying.Train(Batch(0), 4, 32));

        var (without, with) = (plain.Export(), decaying.Export());
        foreach (var ((before, a), b) in start.Model.Zip(without.Model).Zip(with.Model))
        {
            if (a.Type != TensorType.Float32)
                continue;
            var shrinks = a.Shape.Length > 1 && a.Name != "model_out.weight";
            foreach (var ((w, expected), actual) in Sessions.Floats(before).Zip(Sessions.Floats(a)).Zip(Sessions.Floats(b)))
                Assert.Equal(
                    shrinks ? expected - step.LearningRate * decay * w : expected,
                    actual,
                    shrinks ? 1e-7 + 1e-6 * Math.Abs(w) : 0
                );
        }
    }

    [Fact]
    public void Pictures_that_do_not_fit_are_refused()
    {
        using var session = Sessions.New(Tiny);
        Assert.Throws<ArgumentException>(() => session.Train(new byte[10], 4, 32));
        Assert.Throws<ArgumentException>(() => session.Train(new byte[24 * 24 * 3], 1, 24));
        Assert.Throws<ArgumentException>(() => session.Paint(Batch(0), 4, 32, temperature: -1));
        Assert.Throws<ArgumentException>(() => new TrainingSession(Tiny, new ColorPrior([1, 2], "x"), 1, Sessions.Cpu()));
        Assert.Throws<ConfigurationException>(() => Sessions.New(Tiny with { Steps = 0 }));
    }

    private static byte[] Batch(int step) => FormulaNumbers.Pictures(4, 32, $"batch {step}");

    private static double[] Doubles(HostTensor tensor) => Array.ConvertAll(Sessions.Floats(tensor), static v => (double)v);
}
