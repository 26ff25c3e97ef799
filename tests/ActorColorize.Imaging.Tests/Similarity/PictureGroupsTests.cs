using ActorColorize.Imaging.Similarity;
using CsCheck;

namespace ActorColorize.Imaging.Tests.Similarity;

public sealed class PictureGroupsTests
{
    /// <summary>Expected: labels that spread along the links until nothing changes.</summary>
    [Fact]
    public void Groups_are_what_the_links_connect() =>
        Gen.Select(Gen.Int[1, 30], Gen.Select(Gen.Int[0, 29], Gen.Int[0, 29]).Array[0, 30])
            .Sample(
                (count, links) =>
                {
                    var groups = new PictureGroups(count);
                    var labels = Enumerable.Range(0, count).ToArray();
                    foreach (var (first, second) in links)
                        groups.Union(first % count, second % count);
                    for (var round = 0; round < count; round++)
                        foreach (var (first, second) in links)
                            labels[first % count] = labels[second % count] = Math.Min(labels[first % count], labels[second % count]);

                    var expected = Enumerable
                        .Range(0, count)
                        .GroupBy(picture => labels[picture])
                        .Where(group => group.Count() > 1)
                        .Select(group => group.ToArray());
                    Assert.Equal(expected, groups.Groups().Select(group => group.ToArray()));
                    Assert.All(Enumerable.Range(0, count), picture =>
                        Assert.Equal(labels[picture] == labels[0], groups.AreTied(picture, 0))
                    );
                },
                iter: 2000
            );
}
