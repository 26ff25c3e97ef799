using ActorColorize.Model.Devices;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Devices;

[Collection(LibTorchSerially.Name)]
public class ConvolutionCheckTests
{
    private const int Seed = 11;

    /// <summary>Small enough that channels are mixed in every case here.</summary>
    private const double NoBudget = 0;

    private const double FullBudget = double.MaxValue;

    public static TheoryData<string, ConvolutionKey> Kinds()
    {
        var kinds = new TheoryData<string, ConvolutionKey>();
        foreach (var precision in new[] { Precision.Fp32, Precision.Bf16 })
        {
            kinds.Add("plain", new ConvolutionKey(3, 16, 12, 16, 32, 3, 1, 1, 1, false, precision, true));
            kinds.Add("strided, even side", new ConvolutionKey(2, 16, 12, 16, 16, 3, 2, 1, 1, false, precision, true));
            kinds.Add("strided, odd side", new ConvolutionKey(2, 16, 13, 15, 16, 3, 2, 1, 1, false, precision, true));
            kinds.Add("dilated", new ConvolutionKey(2, 32, 12, 16, 16, 3, 1, 2, 2, false, precision, true));
            kinds.Add("transposed", new ConvolutionKey(2, 32, 6, 8, 16, 4, 2, 1, 1, true, precision, true));
            kinds.Add("pointwise", new ConvolutionKey(2, 16, 6, 8, 36, 1, 1, 0, 1, false, precision, true));
            kinds.Add("sessions", new ConvolutionKey(2, 1, 12, 16, 16, 3, 1, 1, 1, false, precision, true));
            kinds.Add("inference", new ConvolutionKey(2, 16, 12, 16, 16, 3, 1, 1, 1, false, precision, false));
            kinds.Add("one picture", new ConvolutionKey(1, 16, 8, 8, 16, 3, 1, 1, 1, false, precision, true));
        }

        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Correct_results_pass_with_and_without_mixed_channels(string kind, ConvolutionKey key)
    {
        foreach (var budget in new[] { FullBudget, NoBudget })
        {
            var verdict = Judge(key, FaultyRunner.Right, budget);
            Assert.True(verdict.Passed, $"{kind}: off by {verdict.WorstRelativeError} of {verdict.Tolerance} in {verdict.Quantity}");
            Assert.InRange(verdict.WorstRelativeError, 0, verdict.Tolerance / 2);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void One_wrong_pixel_of_the_last_picture_fails(string kind, ConvolutionKey key)
    {
        _ = kind;
        AssertFails(key, "output", static results =>
        {
            using var scope = NewDisposeScope();
            results.Output_BOhw[^1, ^1, ^1, ^1] = tensor(9f);
        });
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_dropped_input_channel_fails(string kind, ConvolutionKey key)
    {
        _ = kind;
        foreach (var budget in new[] { FullBudget, NoBudget })
        {
            using var check = new ConvolutionCheck(key, Seed, budget);
            Assert.False(check.Judge(new ChannelDropper(), ConvolutionRoute.Native).Passed);
        }
    }

    [Fact]
    public void A_missing_bias_fails() => AssertFails(Plain, "output", static results => results.Output_BOhw.select(1, 5).zero_());

    [Fact]
    public void A_wrong_channel_of_the_input_gradient_fails() =>
        AssertFails(Plain, "input gradient", static results => results.InputGradient_BCHW!.select(1, 15).mul_(1.5));

    [Fact]
    public void A_border_row_missing_from_the_input_gradient_fails() =>
        AssertFails(Plain, "input gradient", static results => results.InputGradient_BCHW!.select(2, 0).zero_());

    [Fact]
    public void A_wrong_tap_of_the_weight_gradient_fails() =>
        AssertFails(Plain, "weight gradient", static results => results.WeightGradient![31, 15, 2, 2].zero_());

    [Fact]
    public void A_wrong_bias_gradient_fails() => AssertFails(Plain, "bias gradient", static results => results.BiasGradient_O![7].zero_());

    [Fact]
    public void Two_exchanged_channels_fail_although_their_sum_is_correct() => AssertFails(Plain, "output", static results =>
        {
            using var scope = NewDisposeScope();
            // Channels 3 and 19 share a mixture where 32 channels are mixed to 8 or 16.
            var third = results.Output_BOhw.select(1, 3).clone();
            results.Output_BOhw.select(1, 3).copy_(results.Output_BOhw.select(1, 19));
            results.Output_BOhw.select(1, 19).copy_(third);
        });

    [Fact]
    public void NaN_and_infinite_results_fail()
    {
        var verdict = AssertFails(Plain, "output", static results => results.Output_BOhw[0, 0, 0, 0] = tensor(float.NaN));
        Assert.True(double.IsNaN(verdict.WorstRelativeError));
    }

    [Fact]
    public void A_kernel_that_is_correct_only_the_first_time_fails()
    {
        var verdict = Judge(
            Plain,
            new FaultyRunner(
                static (_, run, results) =>
                {
                    if (run > 0)
                        results.WeightGradient!.select(0, 4).zero_();
                }
            )
        );
        Assert.False(verdict.Passed);
        Assert.Equal("weight gradient, differs from run to run", verdict.Quantity);
    }

    [Fact]
    public void The_tolerance_is_that_of_the_stated_derivation()
    {
        // 2 · 6 · 2⁻⁸ and 2 · 6 · 2⁻²⁴ · (1 + √(4608 / 2))
        Assert.Equal(0.046875, ConvolutionCheck.Tolerance(Precision.Bf16, 0), 1e-12);
        Assert.Equal(3.50475e-5, ConvolutionCheck.Tolerance(Precision.Fp32, 4608), 1e-9);
    }

    [Fact]
    public void The_process_wide_random_numbers_and_tensors_are_left_alone()
    {
        manual_seed(5);
        using var expected = rand(4);
        var before = LiveTensors.Count();
        manual_seed(5);
        Judge(Plain, FaultyRunner.Right);
        Assert.Equal(before, LiveTensors.Count());
        using var actual = rand(4);
        Assert.Equal(expected.data<float>().ToArray(), actual.data<float>().ToArray());
    }

    private static ConvolutionKey Plain => new(3, 16, 12, 16, 32, 3, 1, 1, 1, false, Precision.Fp32, true);

    private static SelfTestVerdict Judge(in ConvolutionKey key, IConvolutionRunner runner, double budget = FullBudget)
    {
        using var check = new ConvolutionCheck(key, Seed, budget);
        return check.Judge(runner, ConvolutionRoute.Native);
    }

    private static SelfTestVerdict AssertFails(ConvolutionKey key, string quantity, Action<ConvolutionResults> spoil)
    {
        SelfTestVerdict verdict = null!;
        foreach (var budget in new[] { NoBudget, FullBudget })
        {
            verdict = Judge(key, new FaultyRunner((_, _, results) => spoil(results)), budget);
            Assert.False(verdict.Passed, $"off by {verdict.WorstRelativeError} of {verdict.Tolerance}");
            Assert.Equal(quantity, verdict.Quantity);
        }

        return verdict;
    }

    /// <summary>Leaves out the last input channel.</summary>
    private sealed class ChannelDropper : IConvolutionRunner
    {
        public ConvolutionResults Run(in ConvolutionKey key, ConvolutionRoute route, ConvolutionOperands operands)
        {
            using var input = operands.Input_BCHW.clone();
            input.select(1, -1).zero_();
            return FaultyRunner.Right.Run(key, route, operands with { Input_BCHW = input });
        }
    }
}
