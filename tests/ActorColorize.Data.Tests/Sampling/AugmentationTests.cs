using ActorColorize.Data.Sampling;
using CsCheck;

namespace ActorColorize.Data.Tests.Sampling;

public sealed class AugmentationTests
{
    [Fact]
    public void The_crop_lies_inside_the_centred_square() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 1000], Gen.Int[0, 100_000], Gen.Double[0.01, 1])
            .Sample(
                (seed, epoch, position, minimum) =>
                {
                    var cut = Augmentation.For(seed, epoch, position, new AugmentationOptions { MinimumExtent = minimum });
                    return cut.Left >= 0
                        && cut.Top >= 0
                        && cut.Extent >= minimum
                        && cut.Extent <= 1
                        && cut.Left + cut.Extent <= 1 + 1e-12
                        && cut.Top + cut.Extent <= 1 + 1e-12;
                }
            );

    [Fact]
    public void Without_cropping_and_mirroring_it_is_the_whole_square() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 1000], Gen.Int[0, 100_000])
            .Sample(
                (seed, epoch, position) =>
                    Augmentation.For(seed, epoch, position, new AugmentationOptions { Flip = false }) == Augmentation.None
            );

    [Fact]
    public void The_same_position_always_has_the_same_augmentation()
    {
        var options = new AugmentationOptions { MinimumExtent = 0.5 };
        Assert.Equal(Augmentation.For(1, 2, 3, options), Augmentation.For(1, 2, 3, options));
        Assert.NotEqual(Augmentation.For(1, 2, 3, options), Augmentation.For(1, 3, 3, options));
        Assert.NotEqual(Augmentation.For(1, 2, 3, options), Augmentation.For(2, 2, 3, options));
    }

    /// <summary>
    /// Means of uniform numbers, within five standard errors: 0.5/√n for the share of flips, and below that for the others.
    /// </summary>
    [Fact]
    public void Half_is_mirrored_and_extents_are_spread_evenly_with_seed_3()
    {
        const int count = 40_000;
        var cuts = Enumerable
            .Range(0, count)
            .Select(position => Augmentation.For(3, 0, position, new AugmentationOptions { MinimumExtent = 0.6 }))
            .ToArray();
        Assert.InRange(cuts.Average(cut => cut.Flip ? 1.0 : 0.0), 0.4875, 0.5125);
        Assert.InRange(cuts.Average(cut => cut.Extent), 0.797, 0.803);
        Assert.InRange(cuts.Average(cut => cut.Left), 0.097, 0.103);
        Assert.InRange(cuts.Average(cut => cut.Top), 0.097, 0.103);
        Assert.InRange(cuts.Average(cut => cut.Flip ? cut.Extent : 1.6 - cut.Extent), 0.797, 0.803);
    }

    [Fact]
    public void Without_jitter_lightness_stays_and_the_rest_is_as_with_it() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 1000], Gen.Int[0, 100_000])
            .Sample(
                (seed, epoch, position) =>
                {
                    var plain = Augmentation.For(seed, epoch, position, new AugmentationOptions { MinimumExtent = 0.5 });
                    var jittered = Augmentation.For(
                        seed,
                        epoch,
                        position,
                        new AugmentationOptions { MinimumExtent = 0.5, LightnessJitter = 0.3 }
                    );
                    return plain.Lightness == default
                        && plain.Lightness.IsIdentity
                        && (plain.Lightness.Gamma, plain.Lightness.Gain) == (1, 1)
                        && jittered with { Lightness = default } == plain;
                }
            );

    [Fact]
    public void The_lightness_curve_is_within_bounds_and_the_same_at_the_same_position() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 1000], Gen.Int[0, 100_000], Gen.Double[0.01, 1])
            .Sample(
                (seed, epoch, position, jitter) =>
                {
                    var options = new AugmentationOptions { LightnessJitter = jitter };
                    var curve = Augmentation.For(seed, epoch, position, options).Lightness;
                    var (least, most) = ((1 / (1 + jitter)) - 1e-12, 1 + jitter + 1e-12);
                    return curve == Augmentation.For(seed, epoch, position, options).Lightness
                        && curve.Gamma >= least
                        && curve.Gamma <= most
                        && curve.Gain >= least
                        && curve.Gain <= 1;
                }
            );

    /// <summary>Means of uniform numbers, within five standard errors: log gamma has a mean of 0 and log gain one of −½ log 1.5.</summary>
    [Fact]
    public void Gammas_and_gains_are_spread_evenly_and_independently_with_seed_3()
    {
        const int count = 40_000;
        var curves = Enumerable
            .Range(0, count)
            .Select(position => Augmentation.For(3, 0, position, new AugmentationOptions { LightnessJitter = 0.5 }).Lightness)
            .ToArray();
        var reach = Math.Log(1.5);
        Assert.InRange(curves.Average(curve => curve.LogGamma) / reach, -0.0145, 0.0145);
        Assert.InRange(curves.Average(curve => curve.LogGain) / reach, -0.5073, -0.4927);
        Assert.InRange(curves.Average(curve => curve.LogGamma * (curve.LogGain + (reach / 2))) / (reach * reach), -0.0042, 0.0042);
    }

    /// <summary>Half of 10,000 pictures, within five standard errors (0.025).</summary>
    [Fact]
    public void Alternating_flips_mirror_each_picture_in_every_other_epoch_and_half_of_them_in_each_with_seed_3()
    {
        for (var epoch = 0; epoch < 4; epoch++)
        {
            var flipped = Enumerable.Range(0, 10_000).Count(item => Augmentation.AlternatingFlip(3, epoch, item));
            Assert.InRange(flipped, 4_750, 5_250);
            Assert.All(Enumerable.Range(0, 100), item =>
                Assert.NotEqual(Augmentation.AlternatingFlip(3, epoch, item), Augmentation.AlternatingFlip(3, epoch + 1, item))
            );
        }
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void A_jitter_outside_0_to_1_is_refused(double jitter) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AugmentationOptions { LightnessJitter = jitter });

    [Theory]
    [InlineData(0.0)]
    [InlineData(-0.5)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void A_smallest_crop_outside_0_to_1_is_refused(double minimum)
    {
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => new AugmentationOptions { MinimumExtent = minimum });
        Assert.Contains("MinimumExtent", refusal.Message, StringComparison.Ordinal);
    }
}
