using ActorColorize.Actors.Gpu;
using CsCheck;

namespace ActorColorize.Actors.Tests.Gpu;

public sealed class BoundedRankingTests
{
    /// <summary>Expected: sorting everything and taking the first few; LINQ's sort is stable, so of equals the first stays first.</summary>
    [Fact]
    public void Keeps_what_sorting_all_of_them_would_put_first()
    {
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 9].Array[0, 40])
            .Sample(
                (capacity, ranks) =>
                {
                    var ranking = new BoundedRanking<int>(capacity);
                    for (var i = 0; i < ranks.Length; i++)
                        ranking.Add(ranks[i], i);
                    return ranking
                        .BestFirst()
                        .SequenceEqual(Enumerable.Range(0, ranks.Length).OrderByDescending(i => ranks[i]).Take(capacity));
                }
            );
    }

    [Fact]
    public void Says_beforehand_what_it_would_keep()
    {
        var ranking = new BoundedRanking<string>(2);
        Assert.True(ranking.Takes(double.MinValue));
        ranking.Add(1, "one");
        ranking.Add(3, "three");
        Assert.False(ranking.Takes(1));
        Assert.True(ranking.Takes(2));
        Assert.Equal(["three", "one"], ranking.BestFirst());
        Assert.False(new BoundedRanking<string>(0).Takes(double.MaxValue));
    }
}
