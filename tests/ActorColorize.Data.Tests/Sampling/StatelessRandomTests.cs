using ActorColorize.Data.Sampling;
using CsCheck;

namespace ActorColorize.Data.Tests.Sampling;

public sealed class StatelessRandomTests
{
    /// <summary>
    /// Outputs of the reference generator (splitmix64.c, S. Vigna, prng.di.unimi.it): seed 1234567 as published on Rosetta Code, seed 0 as
    /// in the test vectors of several libraries (for example Java's SplittableRandom).
    /// </summary>
    [Theory]
    [InlineData(
        1234567,
        new ulong[] { 6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821 }
    )]
    [InlineData(0, new ulong[] { 0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC, 0x1B39896A51A8749B })]
    public void The_elements_are_the_outputs_of_SplitMix64(ulong seed, ulong[] expected)
    {
        for (var index = 0; index < expected.Length; index++)
            Assert.Equal(expected[index], StatelessRandom.Element(seed, (ulong)index));
    }

    /// <summary>
    /// From the reference outputs of seed 0 above: with all coordinates 0 the hash is the first element of the first element of the first
    /// element.
    /// </summary>
    [Fact]
    public void A_hash_is_a_chain_of_elements_of_stream_then_a_then_b()
    {
        Assert.Equal(
            StatelessRandom.Element(StatelessRandom.Element(0x6E789E6AA1B965F4, 2), 3),
            StatelessRandom.Hash(seed: 0, a: 2, b: 3, stream: 1)
        );
        Assert.NotEqual(StatelessRandom.Hash(0, 2, 3, 1), StatelessRandom.Hash(0, 3, 2, 1));
        Assert.NotEqual(StatelessRandom.Hash(0, 2, 3, 1), StatelessRandom.Hash(0, 2, 3, 2));
        Assert.NotEqual(StatelessRandom.Hash(0, 2, 3, 1), StatelessRandom.Hash(1, 2, 3, 1));
    }

    [Fact]
    public void Neighbouring_coordinates_share_no_hash_with_seed_7()
    {
        var seen = new HashSet<ulong>();
        for (var a = 0; a < 100; a++)
        {
            for (var b = 0; b < 1_000; b++)
                Assert.True(seen.Add(StatelessRandom.Hash(7, a, b, 1)));
        }
    }

    [Fact]
    public void Uniform_numbers_lie_in_the_unit_interval() =>
        Gen.Select(Gen.ULong, Gen.Long, Gen.Long, Gen.Long)
            .Sample((seed, a, b, stream) => StatelessRandom.Uniform(seed, a, b, stream) is >= 0 and < 1);

    /// <summary>Pearson's test: 99 degrees of freedom, 99.9 % quantile 148.23 (any table of the chi-square distribution).</summary>
    [Fact]
    public void Uniform_numbers_fill_100_bins_evenly_with_seed_42()
    {
        var bins = new int[100];
        for (var b = 0; b < 100_000; b++)
            bins[(int)(StatelessRandom.Uniform(42, 3, b, 1) * 100)]++;
        Assert.InRange(bins.Sum(count => (count - 1000.0) * (count - 1000.0) / 1000.0), 0, 148.23);
    }
}
