using ActorColorize.Data.Sampling;
using CsCheck;

namespace ActorColorize.Data.Tests.Sampling;

public sealed class EpochOrderTests
{
    [Fact]
    public void Each_epoch_visits_each_picture_once_for_every_small_count()
    {
        for (var count = 1; count <= 300; count++)
        {
            for (var epoch = 0; epoch < 4; epoch++)
                AssertPermutation(new EpochOrder(count, seed: 1), epoch);
        }
    }

    [Fact]
    public void Each_epoch_visits_each_picture_once_for_any_count_and_seed() =>
        Gen.Select(Gen.Int[1, 20_000], Gen.ULong, Gen.Int[0, int.MaxValue])
            .Sample((count, seed, epoch) => AssertPermutation(new EpochOrder(count, seed), epoch), iter: 100);

    [Fact]
    public void The_largest_set_stays_in_range_and_repeats_nothing_with_seed_9()
    {
        var order = new EpochOrder(int.MaxValue, 9);
        var seen = new HashSet<int>();
        for (var position = 0; position < 10_000; position++)
        {
            Assert.True(seen.Add(order.ItemAt(5, position)));
            Assert.InRange(order.ItemAt(5, int.MaxValue - 1 - position), 0, int.MaxValue - 1);
        }
    }

    [Fact]
    public void The_order_depends_on_seed_and_epoch_and_on_nothing_else()
    {
        Assert.Equal(Items(1000, seed: 5, epoch: 2), Items(1000, seed: 5, epoch: 2));
        Assert.NotEqual(Items(1000, seed: 5, epoch: 2), Items(1000, seed: 6, epoch: 2));
        Assert.NotEqual(Items(1000, seed: 5, epoch: 2), Items(1000, seed: 5, epoch: 3));
    }

    /// <summary>
    /// A run that is resumed by a newer version must continue in the same order, so it must never change. The numbers come from a
    /// transcription of the method into Python.
    /// </summary>
    [Fact]
    public void The_order_of_seed_2017_is_the_one_of_all_versions() => Assert.Equal(RecordedOrder, Items(10, seed: 2017, epoch: 1));

    /// <summary>Pearson's test over all permutations: 99.9 % quantiles 10.83, 20.52 and 49.73 for 1, 5 and 23 degrees of freedom.</summary>
    [Theory]
    [InlineData(2, 2, 10.83)]
    [InlineData(3, 6, 20.52)]
    [InlineData(4, 24, 49.73)]
    public void All_orders_of_a_small_set_are_equally_likely_over_the_epochs_with_seed_11(int count, int orders, double quantile)
    {
        const int epochs = 48_000;
        var frequencies = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var order = string.Join(' ', Items(count, seed: 11, epoch));
            frequencies[order] = frequencies.GetValueOrDefault(order) + 1;
        }

        var expected = (double)epochs / orders;
        Assert.Equal(orders, frequencies.Count);
        Assert.InRange(frequencies.Values.Sum(frequency => (frequency - expected) * (frequency - expected) / expected), 0, quantile);
    }

    /// <summary>
    /// Pearson's test of the 37 × 37 table of positions and items, whose margins are fixed: 36² = 1296 degrees of freedom, 99.9 % quantile
    /// 1458.
    /// </summary>
    [Fact]
    public void Every_picture_is_as_likely_at_every_position_with_seed_12()
    {
        const int count = 37;
        const int epochs = 37_000;
        var table = new int[count, count];
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var items = Items(count, seed: 12, epoch);
            for (var position = 0; position < count; position++)
                table[position, items[position]]++;
        }

        var deviation = 0.0;
        foreach (var frequency in table)
            deviation += (frequency - 1000.0) * (frequency - 1000.0) / 1000.0;
        Assert.InRange(deviation, 0, 1458);
    }

    [Fact]
    public void Invalid_arguments_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EpochOrder(0, 1));
        var order = new EpochOrder(10, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => order.ItemAt(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => order.ItemAt(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => order.ItemAt(0, 10));
    }

    private static readonly int[] RecordedOrder = [0, 7, 3, 9, 1, 4, 8, 2, 5, 6];

    private static int[] Items(int count, ulong seed, int epoch)
    {
        var order = new EpochOrder(count, seed);
        return [.. Enumerable.Range(0, count).Select(position => order.ItemAt(epoch, position))];
    }

    private static void AssertPermutation(EpochOrder order, int epoch)
    {
        var seen = new bool[order.Count];
        for (var position = 0; position < order.Count; position++)
        {
            var item = order.ItemAt(epoch, position);
            Assert.False(seen[item], $"{item} twice among {order.Count}, seed {order.Seed}, epoch {epoch}");
            seen[item] = true;
        }
    }
}
