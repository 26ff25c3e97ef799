using ActorColorize.Data.Datasets;

namespace ActorColorize.Data.Tests.Datasets;

public sealed class KitWriterTests
{
    [Fact]
    public void A_written_kit_opens_with_the_listed_pictures_and_their_labels()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["train/a b/1.jpg", "train/a b/2.jpg", "train/c/3.jpg", "val/c/4.jpg"])
            folder.Text(name, name);
        var splits = DatasetLayout.OpenAll(folder.Path);
        using var elsewhere = new TemporaryFolder();
        var kit = Path.Combine(elsewhere.Path, "kit");

        KitWriter.Write(kit, splits, (split, item) => split.RelativePath(item) != "train/a b/2.jpg");

        var train = DatasetLayout.Open(kit, "train");
        var val = DatasetLayout.Open(kit, "val");
        Assert.Equal(["train/a b/1.jpg", "train/c/3.jpg"], Enumerable.Range(0, train.Count).Select(train.RelativePath));
        Assert.Equal(["a b", "c"], train.Categories);
        Assert.Equal((0, 1, 1), (train.Label(0), train.Label(1), val.Label(0)));
        Assert.Equal("train/a b/1.jpg", File.ReadAllText(train.FullPath(0)));
    }

    [Fact]
    public void Without_labels_for_all_pictures_the_lists_have_none()
    {
        using var folder = new TemporaryFolder();
        folder.Text("train/c/1.jpg", "x");
        folder.Text("train/2.jpg", "x");
        using var kit = new TemporaryFolder();

        KitWriter.Write(kit.Path, DatasetLayout.OpenAll(folder.Path), static (_, _) => true);

        var written = DatasetLayout.OpenAll(kit.Path);
        Assert.All(written, static split => Assert.False(split.HasLabels));
        Assert.Equal(2, written.Sum(static split => split.Count));
    }

    [Fact]
    public void A_folder_that_is_not_empty_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        folder.Text("train/1.jpg", "x");
        using var kit = new TemporaryFolder();
        kit.Text("letter.txt", "mine");

        Assert.Throws<IOException>(() => KitWriter.Write(kit.Path, DatasetLayout.OpenAll(folder.Path), static (_, _) => true));
        Assert.Equal(["letter.txt"], Directory.EnumerateFileSystemEntries(kit.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("a/1.jpg", true, true)]
    [InlineData("a/1 of 2.jpg", true, true)]
    [InlineData("a/scan 7", false, true)] // read back as label 7
    [InlineData("a\nb.jpg", false, false)]
    [InlineData("a.jpg ", false, false)]
    public void A_path_that_a_list_would_change_is_recognized(string path, bool unlabelled, bool labelled)
    {
        Assert.Equal(unlabelled, KitWriter.CanList(path, labelled: false));
        Assert.Equal(labelled, KitWriter.CanList(path, labelled: true));
    }
}
