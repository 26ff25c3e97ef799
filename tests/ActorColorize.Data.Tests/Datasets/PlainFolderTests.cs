using ActorColorize.Data.Datasets;
using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Tests.Datasets;

public sealed class PlainFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void All_pictures_below_are_found_in_a_fixed_order_with_their_folder_as_category()
    {
        folder.File("b/2.png", 20);
        folder.File("b/1.JPG", 10);
        folder.File("b/deep/er/3.tiff", 30);
        folder.File("A/4.webp", 40);
        folder.File("z.jpeg", 50);
        folder.Text("b/notes.txt", "no picture");
        var set = DatasetLayout.Open(folder.Path, "all");
        Assert.Equal(["z.jpeg", "A/4.webp", "b/1.JPG", "b/2.png", "b/deep/er/3.tiff"], Paths(set));
        Assert.Equal(["A", "b", "b/deep/er"], set.Categories);
        Assert.Equal([-1, 0, 1, 1, 2], Enumerable.Range(0, set.Count).Select(set.Label));
        Assert.Equal(150, set.TotalBytes);
        Assert.Equal(folder.At("b/deep/er/3.tiff"), set.FullPath(4));
        Assert.True(set.HasLabels);
    }

    [Fact]
    public void Pictures_in_no_folder_have_no_labels()
    {
        folder.File("1.jpg");
        folder.File("2.jpg");
        var set = DatasetLayout.Open(folder.Path, "all");
        Assert.False(set.HasLabels);
        Assert.Empty(set.Categories);
    }

    [Fact]
    public void Train_and_val_share_out_all_pictures_about_19_to_1_and_always_the_same_way()
    {
        for (var number = 0; number < 2_000; number++)
            folder.File($"{number % 5}/{number:d5}.jpg", length: 0);
        var train = Paths(DatasetLayout.Open(folder.Path, "train"));
        var val = Paths(DatasetLayout.Open(folder.Path, "val"));

        // 100 expected; five standard deviations of the binomial distribution are 49.
        Assert.InRange(val.Length, 51, 149);
        Assert.Equal(
            Paths(DatasetLayout.Open(folder.Path, "all")).Order(StringComparer.Ordinal),
            train.Concat(val).Order(StringComparer.Ordinal)
        );
        Assert.Equal(val, Paths(DatasetLayout.Open(folder.Path, "val")));

        for (var number = 0; number < 100; number++)
            folder.File($"new/{number:d5}.jpg", length: 0);
        Assert.Empty(val.Except(Paths(DatasetLayout.Open(folder.Path, "val")), StringComparer.Ordinal));
        Assert.Empty(train.Except(Paths(DatasetLayout.Open(folder.Path, "train")), StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    public void A_small_set_has_pictures_on_both_sides(int count)
    {
        for (var number = 0; number < count; number++)
            folder.File($"{number}.jpg");
        var train = Paths(DatasetLayout.Open(folder.Path, "train"));
        var val = Paths(DatasetLayout.Open(folder.Path, "val"));
        Assert.NotEmpty(train);
        Assert.NotEmpty(val);
        Assert.Equal(count, train.Length + val.Length);
    }

    [Fact]
    public void A_single_picture_is_for_training()
    {
        folder.File("1.jpg");
        Assert.Equal(1, DatasetLayout.Open(folder.Path, "train").Count);
        AssertOneLine(Assert.Throws<DatasetException>(() => DatasetLayout.Open(folder.Path, "val")), "no split 'val'; it has: all, train.");
    }

    [Fact]
    public void Folders_named_train_val_and_test_are_those_splits_with_common_categories()
    {
        folder.File("train/b/1.jpg");
        folder.File("train/c/2.jpg");
        folder.File("val/c/3.jpg");
        folder.File("val/a/4.jpg");
        folder.File("test/5.jpg");
        var train = DatasetLayout.Open(folder.Path, "train");
        var val = DatasetLayout.Open(folder.Path, "val");
        var test = DatasetLayout.Open(folder.Path, "test");
        Assert.Equal(["train/b/1.jpg", "train/c/2.jpg"], Paths(train));
        Assert.Equal(["val/a/4.jpg", "val/c/3.jpg"], Paths(val));
        Assert.Equal(["test/5.jpg"], Paths(test));
        Assert.Equal(["a", "b", "c"], train.Categories);
        Assert.Equal(train.Categories, val.Categories);
        Assert.Equal(train.Label(1), val.Label(1));
        Assert.Equal(0, val.Label(0));
        Assert.False(test.HasLabels);
        Assert.Equal(5, DatasetLayout.Open(folder.Path, "all").Count);
    }

    [Fact]
    public void Without_a_val_folder_val_is_held_out_of_train_and_never_of_test()
    {
        for (var number = 0; number < 200; number++)
        {
            folder.File($"train/x/{number}.jpg", length: 0);
            folder.File($"test/x/{number}.jpg", length: 0);
        }

        var val = Paths(DatasetLayout.Open(folder.Path, "val"));
        Assert.NotEmpty(val);
        Assert.All(val, path => Assert.StartsWith("train/", path, StringComparison.Ordinal));
        Assert.Equal(200, val.Length + DatasetLayout.Open(folder.Path, "train").Count);
        Assert.Equal(200, DatasetLayout.Open(folder.Path, "test").Count);
    }

    [Fact]
    public void Linked_files_are_pictures_and_linked_folders_from_elsewhere_too()
    {
        using var elsewhere = new TemporaryFolder();
        elsewhere.File("far.jpg", 100);
        elsewhere.File("registry/book.jpg", 1000);
        folder.Link("near.jpg", elsewhere.At("far.jpg"));
        folder.Link("registry", elsewhere.At("registry"));
        folder.Link("dangling.jpg", "none");
        var set = DatasetLayout.Open(folder.Path, "all");
        Assert.Equal(["dangling.jpg", "near.jpg", "registry/book.jpg"], Paths(set));
        Assert.Equal(1100, set.TotalBytes);
    }

    [Fact]
    public void Links_that_form_a_loop_end()
    {
        using var elsewhere = new TemporaryFolder();
        elsewhere.File("deep/far.jpg");
        elsewhere.Link("deep/home", folder.Path);
        elsewhere.Link("deep/up", "..");
        folder.File("a/1.jpg");
        folder.Link("a/up", "..");
        folder.Link("a/self", "self");
        folder.Link("a/everything", "/");
        folder.Link("b", "a");
        folder.Link("out", elsewhere.At("deep"));
        folder.Link("out2", elsewhere.At("deep"));
        Assert.Equal(["a/1.jpg", "out/far.jpg"], Paths(DatasetLayout.Open(folder.Path, "all")));
    }

    [Fact]
    public void The_folder_itself_may_be_a_link()
    {
        folder.File("real/1.jpg");
        var link = folder.Link("link", "real");
        Assert.Equal(["1.jpg"], Paths(DatasetLayout.Open(link, "all")));
    }

    [Fact]
    public void A_pipe_named_like_a_picture_is_ignored()
    {
        if (OperatingSystem.IsWindows())
            return;
        folder.File("1.jpg");
        PosixName.MakePipe(folder.At("2.jpg"));
        Assert.Equal(["1.jpg"], Paths(DatasetLayout.Open(folder.Path, "all")));
    }

    [Fact]
    public void A_file_whose_name_is_not_UTF_8_can_be_opened()
    {
        if (!OperatingSystem.IsLinux())
            return;
        folder.File("1.jpg", 5);
        using var renamed = PosixName.Rename(folder.File("2.jpg", 7), [(byte)'2', 0xFF, .. ".jpg"u8]);
        var set = DatasetLayout.Open(folder.Path, "all");
        Assert.Equal(["1.jpg", "2\uEFFF.jpg"], Paths(set));
        Assert.Equal(12, set.TotalBytes);
        using var file = Files.OpenRead(set.FullPath(1));
        Assert.Equal(7, file.Length);
    }

    [Fact]
    public void Faults_a_user_can_cause_are_one_line()
    {
        AssertOneLine(Open(folder.At("none")), $"Data folder not found: {folder.At("none")}");
        AssertOneLine(
            Open(folder.Folder("empty")),
            $"No pictures in {folder.At("empty")}: looked for .jpg, .jpeg, .jpe, .jfif, .jfi, .jif, .pjpeg, .pjp, .png, .webp, .tif, .tiff"
        );
        AssertOneLine(Open(folder.File("one.jpg")), $"{folder.At("one.jpg")} is a file: give the folder");
        folder.File("two.jpg");
        AssertOneLine(
            Assert.Throws<DatasetException>(() => DatasetLayout.Open(folder.Path, "test")),
            "no split 'test'; it has: all, train, val."
        );
    }

    /// <summary>
    /// A run that is resumed by a newer version must keep its sides, so the rule may never change. The names come from a transcription of
    /// the rule into Python: FNV-1a over the path, SplitMix64's mixing function, below a twentieth of the range.
    /// </summary>
    [Fact]
    public void The_split_of_names_000_to_199_is_the_one_of_all_versions()
    {
        for (var number = 0; number < 200; number++)
            folder.File($"{number:d3}.jpg", length: 0);
        Assert.Equal(RecordedSplit, Paths(DatasetLayout.Open(folder.Path, "val")));
    }

    private static readonly string[] RecordedSplit =
    [
        "059.jpg",
        "069.jpg",
        "086.jpg",
        "112.jpg",
        "126.jpg",
        "137.jpg",
        "155.jpg",
        "158.jpg",
        "172.jpg",
        "183.jpg",
    ];

    private static DatasetException Open(string path) => Assert.Throws<DatasetException>(() => DatasetLayout.Open(path, "train"));

    private static string[] Paths(PictureSet set) => [.. Enumerable.Range(0, set.Count).Select(set.RelativePath)];

    private static void AssertOneLine(DatasetException fault, string what)
    {
        Assert.Contains(what, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }
}
