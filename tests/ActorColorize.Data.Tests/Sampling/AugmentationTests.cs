using ActorColorize.Data.Sampling;
using CsCheck;

namespace ActorColorize.Data.Tests.Sampling;

public sealed class AugmentationTests
{
    [Fact]
    public void The_cut_lies_inside_the_centred_square() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 1000], Gen.Int[0, 100_000], Gen.Double[0.01, 1]).Sample((seed, epoch, position, minimum) =>
        {
            var cut = Augmentation.For(seed, epoch, position, new AugmentationOptions { MinimumExtent = minimum });
            return cut.Left >= 0 && cut.Top >= 0 && cut.Extent >= minimum && cut.Extent <= 1 && cut.Left + cut.Extent <= 1 + 1e-12 && cut.Top + cut.Extent <= 1 + 1e-12;
        });

    [Fact]
    public void Without_cropping_and_mirroring_it_is_the_whole_square() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 1000], Gen.Int[0, 100_000]).Sample((seed, epoch, position) =>
            Augmentation.For(seed, epoch, position, new AugmentationOptions { Flip = false }) == Augmentation.None);

    [Fact]
    public void The_same_place_in_a_run_always_varies_the_same_way()
    {
        var options = new AugmentationOptions { MinimumExtent = 0.5 };
        Assert.Equal(Augmentation.For(1, 2, 3, options), Augmentation.For(1, 2, 3, options));
        Assert.NotEqual(Augmentation.For(1, 2, 3, options), Augmentation.For(1, 3, 3, options));
        Assert.NotEqual(Augmentation.For(1, 2, 3, options), Augmentation.For(2, 2, 3, options));
    }

    /// <summary>Means of uniform numbers, within five standard errors: 0.5/√n for the share of flips, and below that for the others.</summary>
    [Fact]
    public void Half_is_mirrored_and_extents_are_spread_evenly_with_seed_3()
    {
        const int count = 40_000;
        var cuts = Enumerable.Range(0, count).Select(position => Augmentation.For(3, 0, position, new AugmentationOptions { MinimumExtent = 0.6 })).ToArray();
        Assert.InRange(cuts.Average(cut => cut.Flip ? 1.0 : 0.0), 0.4875, 0.5125);
        Assert.InRange(cuts.Average(cut => cut.Extent), 0.797, 0.803);
        Assert.InRange(cuts.Average(cut => cut.Left), 0.097, 0.103);
        Assert.InRange(cuts.Average(cut => cut.Top), 0.097, 0.103);
        Assert.InRange(cuts.Average(cut => cut.Flip ? cut.Extent : 1.6 - cut.Extent), 0.797, 0.803);
    }

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
