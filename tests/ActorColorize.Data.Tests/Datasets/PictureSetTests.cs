using ActorColorize.Data.Datasets;

namespace ActorColorize.Data.Tests.Datasets;

public sealed class PictureSetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_picture_is_found_again_by_its_path()
    {
        for (var number = 0; number < 500; number++)
            folder.File($"{number % 7}/ä {number}.jpg", length: 0);
        var set = DatasetLayout.Open(folder.Path, "all");
        for (var index = 0; index < set.Count; index++)
            Assert.Equal(index, set.IndexOf(set.RelativePath(index)));
        Assert.Equal(-1, set.IndexOf("0/none.jpg"));
        Assert.Equal(-1, set.IndexOf(""));
        Assert.Equal(-1, set.IndexOf("0/Ä 0.jpg"));
    }

    [Fact]
    public void A_picture_listed_twice_is_found_at_its_first_place()
    {
        folder.Folder("images");
        folder.Text("data/val.txt", "a.jpg\nb.jpg\na.jpg\n");
        var set = DatasetLayout.Open(folder.Path, "val");
        Assert.Equal(3, set.Count);
        Assert.Equal(0, set.IndexOf("a.jpg"));
    }

    [Fact]
    public void An_index_that_no_picture_has_is_refused()
    {
        folder.File("1.jpg");
        var set = DatasetLayout.Open(folder.Path, "all");
        Assert.Throws<ArgumentOutOfRangeException>(() => set.RelativePath(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.RelativePath(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.FullPath(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Label(-1));
    }
}
