using ActorColorize.Data.Datasets;

namespace ActorColorize.Data.Tests.Datasets;

public sealed class CombinedPicturesTests
{
    [Fact]
    public void Pictures_of_both_datasets_are_found_under_their_number_with_separate_categories()
    {
        using var first = new TemporaryFolder();
        first.File("train/sea/1.jpg", 5);
        first.File("train/wood/2.jpg", 6);
        using var second = new TemporaryFolder();
        second.File("train/sea/1.jpg", 7);
        second.File("train/plain.jpg", 8);

        var set = PictureSet.Combine([DatasetLayout.Open(first.Path, "all"), DatasetLayout.Open(second.Path, "all")]);

        string[] names = ["1/train/sea/1.jpg", "1/train/wood/2.jpg", "2/train/plain.jpg", "2/train/sea/1.jpg"];
        Assert.Equal(names, Enumerable.Range(0, set.Count).Select(set.RelativePath));
        Assert.Equal(Enumerable.Range(0, 4), names.Select(set.IndexOf));
        Assert.Equal(["1/sea", "1/wood", "2/sea"], set.Categories);
        Assert.Equal([0, 1, -1, 2], Enumerable.Range(0, 4).Select(set.Label));
        Assert.Equal(second.At("train/sea/1.jpg"), set.FullPath(3));
        Assert.Equal([(0, 2), (2, 2)], set.Sources.Select(static source => (source.First, source.Count)));
        Assert.Equal(26, set.TotalBytes);
        Assert.Equal([1], set.BySource([1, 2, 3])[0]);
        Assert.Equal([2, 3], set.BySource([1, 2, 3])[1]);
    }

    [Theory]
    [InlineData("3/train/sea/1.jpg")]
    [InlineData("0/train/sea/1.jpg")]
    [InlineData("train/sea/1.jpg")]
    [InlineData("1/train/sea/2.jpg")]
    [InlineData("")]
    public void A_name_that_no_dataset_has_is_not_found(string name)
    {
        using var folder = new TemporaryFolder();
        folder.File("train/sea/1.jpg");
        using var other = new TemporaryFolder();
        other.File("train/sea/1.jpg");

        var set = PictureSet.Combine([DatasetLayout.Open(folder.Path, "all"), DatasetLayout.Open(other.Path, "all")]);

        Assert.Equal(-1, set.IndexOf(name));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.FullPath(2));
    }

    [Fact]
    public void The_hash_depends_on_the_datasets_and_their_order_and_a_single_one_stays_itself()
    {
        using var first = new TemporaryFolder();
        first.File("train/1.jpg", 5);
        using var second = new TemporaryFolder();
        second.File("train/1.jpg", 6);
        PictureSet a = DatasetLayout.Open(first.Path, "all"),
            b = DatasetLayout.Open(second.Path, "all");

        Assert.Same(a, PictureSet.Combine([a]));
        Assert.NotEqual(PictureSet.Combine([a, b]).Hash, PictureSet.Combine([b, a]).Hash);
        Assert.NotEqual(a.Hash, PictureSet.Combine([a, b]).Hash);
        Assert.Matches("^[0-9a-f]{64}$", PictureSet.Combine([a, b]).Hash);
    }
}
