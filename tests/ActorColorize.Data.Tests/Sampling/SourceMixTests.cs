using ActorColorize.Data.Sampling;

namespace ActorColorize.Data.Tests.Sampling;

public sealed class SourceMixTests
{
    [Fact]
    public void Each_block_has_the_shares_and_each_dataset_s_samples_are_consecutive()
    {
        var mix = new SourceMix([5, 3, 2], seed: 7);
        var numbers = new long[3];
        var seen = new List<SourceSample>();
        for (var block = 0; block < 3; block++)
        {
            var samples = Enumerable.Range(block * SourceMix.BlockSize, SourceMix.BlockSize).Select(i => mix.At(i)).ToList();
            Assert.Equal([500, 300, 200], Enumerable.Range(0, 3).Select(source => samples.Count(sample => sample.Source == source)));
            seen.AddRange(samples);
        }

        foreach (var group in seen.GroupBy(static sample => sample.Source))
            Assert.Equal(Enumerable.Range(0, group.Count()).Select(static i => (long)i), group.Select(static s => s.Number).Order());
        Assert.NotEqual(seen.Take(1000).Select(static s => s.Source), seen.Skip(1000).Take(1000).Select(static s => s.Source));
        Assert.Equal([0.5, 0.3, 0.2], mix.Shares);
    }

    [Fact]
    public void One_dataset_gets_every_sample_in_order()
    {
        var mix = new SourceMix([3], seed: 7);
        Assert.All(Enumerable.Range(0, 5000), i => Assert.Equal(new SourceSample(0, i), mix.At(i)));
    }

    [Fact]
    public void Shares_that_do_not_divide_a_block_are_rounded_and_a_tiny_one_is_not_lost()
    {
        Assert.Equal([0.334, 0.333, 0.333], new SourceMix([1, 1, 1], 1).Shares.OrderDescending());
        Assert.Equal([0.999, 0.001], new SourceMix([1_000_000, 1], 1).Shares);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    public void A_share_that_is_not_above_0_is_refused(double share) =>
        Assert.Throws<ArgumentException>(() => new SourceMix([1, share], 1));
}
