using ActorColorize.Data.Sampling;
using ActorColorize.Model.Training;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Training;

[Collection(LibTorchSerially.Name)]
public sealed class LightnessBendTests
{
    private static readonly TrainingConfiguration Small = Sessions.Narrow with { MicroBatchSize = 2 };

    private static readonly LightnessCurve[] Curves =
    [
        .. Enumerable
            .Range(0, 4)
            .Select(static i => Augmentation.For(1, 0, i, new AugmentationOptions { LightnessJitter = 0.5 }).Lightness),
    ];

    /// <summary>Expected: the formula in double precision, pixel by pixel.</summary>
    [Fact]
    public void Each_picture_of_a_micro_batch_has_its_own_curve()
    {
        float[] lightness = [-1e-5f, 0, 0.5f, 12, 50, 87.5f, 99.99f, 100, 100.00001f];
        using var scope = NewDisposeScope();
        var bend = LightnessBend.For(Curves, 4, CPU)!;

        var bent = bend.Apply(tensor(lightness).view(1, 1, 3, 3).expand(2, 1, 3, 3), first: 1).contiguous().data<float>().ToArray();

        for (var picture = 0; picture < 2; picture++)
        for (var i = 0; i < lightness.Length; i++)
        {
            var curve = Curves[1 + picture];
            Assert.Equal(
                100 * curve.Gain * Math.Pow(Math.Clamp(lightness[i] / 100.0, 0, 1), curve.Gamma),
                bent[picture * lightness.Length + i],
                1e-3
            );
        }
    }

    [Fact]
    public void Identity_curves_leave_a_run_bit_exact()
    {
        using var plain = Sessions.New(Small);
        using var withCurves = Sessions.New(Small);
        for (var step = 0; step < 2; step++)
        {
            Assert.Equal(
                plain.Train(SyntheticScenes.Batch(4 * step, 4, 32), 4, 32),
                withCurves.Train(SyntheticScenes.Batch(4 * step, 4, 32), 4, 32, lightness_B: new LightnessCurve[4])
            );
        }

        Sessions.AssertSameBits(plain.Export(), withCurves.Export());
    }

    [Fact]
    public void Lightness_curves_change_the_input_but_not_the_targets_and_are_repeatable()
    {
        var rgb = SyntheticScenes.Batch(0, 4, 32);
        using var plain = Sessions.New(Small);
        using var first = Sessions.New(Small);
        using var second = Sessions.New(Small);

        var without = plain.Train(rgb, 4, 32);
        var bent = first.Train(rgb, 4, 32, lightness_B: Curves);
        var again = second.Train(rgb, 4, 32, lightness_B: Curves);

        Assert.NotEqual(without.LossSum, bent.LossSum);
        // The sum of the pixels' weights tells the targets apart: every bin of the prior weighs something else.
        Assert.Equal(without.LossSum / without.WeightedMean, bent.LossSum / bent.WeightedMean, 1e-2);
        Assert.Equal(bent, again);
        Sessions.AssertSameBits(first.Export(), second.Export());
    }

    [Fact]
    public void Curves_for_another_number_of_pictures_are_refused()
    {
        using var session = Sessions.New(Small);
        Assert.Throws<ArgumentException>(() => session.Train(SyntheticScenes.Batch(0, 4, 32), 4, 32, lightness_B: Curves[..3]));
    }
}
