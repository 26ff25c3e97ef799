using ActorColorize.Data.Datasets;

namespace ActorColorize.Data.Tests.Datasets;

public sealed class MiniPlacesKitTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public MiniPlacesKitTests()
    {
        folder.Text("data/categories.txt", "/a/abbey 0\n/b/bakery/shop 1\n");
        folder.Text("data/object_categories.txt", "airplane 0\n");
        folder.Text("data/train.txt", "train/b/bakery/shop/00000002.jpg 1\ntrain/a/abbey/00000001.jpg 0\n");
        folder.Text("data/val.txt", "val/00000001.jpg 1\n");
        folder.Text("data/test.txt", "test/00000001.jpg\ntest/00000002.jpg\n");
        folder.File("images/train/a/abbey/00000001.jpg", 10);
        folder.File("images/train/b/bakery/shop/00000002.jpg", 200);
        folder.File("images/val/00000001.jpg", 3000);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_split_is_its_list_in_the_order_of_the_list()
    {
        var set = DatasetLayout.Open(folder.Path, "train");
        Assert.Equal(folder.Path, set.Root);
        Assert.Equal("train", set.Split);
        Assert.Equal(2, set.Count);
        Assert.Equal("train/b/bakery/shop/00000002.jpg", set.RelativePath(0));
        Assert.Equal(folder.At("images/train/a/abbey/00000001.jpg"), set.FullPath(1));
        Assert.Equal(210, set.TotalBytes);
    }

    [Fact]
    public void Categories_may_be_nested_and_labels_index_them()
    {
        var set = DatasetLayout.Open(folder.Path, "train");
        Assert.Equal(["a/abbey", "b/bakery/shop"], set.Categories);
        Assert.True(set.HasLabels);
        Assert.Equal(1, set.Label(0));
        Assert.Equal(0, set.Label(1));
        Assert.Equal(1, DatasetLayout.Open(folder.Path, "val").Label(0));
    }

    [Fact]
    public void A_list_without_labels_and_files_is_indexed()
    {
        var set = DatasetLayout.Open(folder.Path, "test");
        Assert.Equal(2, set.Count);
        Assert.False(set.HasLabels);
        Assert.Equal(-1, set.Label(0));
        Assert.Equal(0, set.TotalBytes);
        Assert.False(File.Exists(set.FullPath(1)));
    }

    /// <summary>
    /// The expected hash was computed apart from this code, with Python: hashlib.sha256(b''.join(path + b'\0' + struct.pack('&lt;iq',
    /// label, length) for each line)).
    /// </summary>
    [Fact]
    public void The_hash_is_over_paths_labels_and_lengths() =>
        Assert.Equal("527bff2fb500c4e659d70532070e3227c256bb0ff6703e648a4e4f1658ecf96d", DatasetLayout.Open(folder.Path, "train").Hash);

    [Fact]
    public void The_hash_changes_with_a_length_a_label_and_the_order()
    {
        var before = DatasetLayout.Open(folder.Path, "train").Hash;
        folder.File("images/train/a/abbey/00000001.jpg", 11);
        var longer = DatasetLayout.Open(folder.Path, "train").Hash;
        folder.Text("data/train.txt", "train/b/bakery/shop/00000002.jpg 0\ntrain/a/abbey/00000001.jpg 0\n");
        var relabelled = DatasetLayout.Open(folder.Path, "train").Hash;
        folder.Text("data/train.txt", "train/a/abbey/00000001.jpg 0\ntrain/b/bakery/shop/00000002.jpg 0\n");
        var reordered = DatasetLayout.Open(folder.Path, "train").Hash;
        Assert.Distinct([before, longer, relabelled, reordered]);
    }

    [Fact]
    public void The_hash_does_not_depend_on_the_location_of_the_set()
    {
        var before = DatasetLayout.Open(folder.Path, "train").Hash;
        using var elsewhere = new TemporaryFolder();
        Directory.Move(folder.At("data"), elsewhere.At("data"));
        Directory.Move(folder.At("images"), elsewhere.At("images"));
        Assert.Equal(before, DatasetLayout.Open(elsewhere.Path + "/", "train").Hash);
    }

    [Fact]
    public void A_listed_link_counts_with_the_length_of_its_target()
    {
        folder.Text("data/val.txt", "val/link.jpg 0\nval/dangling.jpg 0\n");
        folder.Link("images/val/link.jpg", "00000001.jpg");
        folder.Link("images/val/dangling.jpg", "none.jpg");
        Assert.Equal(3000, DatasetLayout.Open(folder.Path, "val").TotalBytes);
    }

    [Fact]
    public void Lists_may_come_from_Windows_and_paths_may_contain_blanks_and_other_letters()
    {
        folder.Text("data/val.txt", "\uFEFFval/ein Bild 2.jpg 0\r\n\r\n  val/été 😀.jpg\t1  \r\nval/[x] 3 4.jpg 1");
        var set = DatasetLayout.Open(folder.Path, "val");
        Assert.Equal(["val/ein Bild 2.jpg", "val/été 😀.jpg", "val/[x] 3 4.jpg"], Enumerable.Range(0, set.Count).Select(set.RelativePath));
        Assert.Equal([0, 1, 1], Enumerable.Range(0, set.Count).Select(set.Label));
    }

    [Theory]
    [InlineData("val/1.jpg 0\nval/2.jpg 7\n", "line 2: category 7 is not in categories.txt, which has 0 to 1")]
    [InlineData("val/1.jpg 0\nval/2.jpg -1\n", "line 2: category -1 is not in categories.txt, which has 0 to 1")]
    [InlineData("val/1.jpg 0\n\nval/2.jpg\n", "line 3: the category's number is missing")]
    [InlineData("val/1.jpg 0\nval/2.jpg one\n", "line 2: the category's number is missing")]
    [InlineData("val/1.jpg 0\nval/2.jpg 99999999999\n", "line 2: the category's number is missing")]
    [InlineData("val/1.jpg\nval/2.jpg 0\n", "line 2: a category's number, where the lines before have none")]
    [InlineData("/val/1.jpg 0\n", "line 1: the path must lie inside images/")]
    [InlineData("val/../../1.jpg 0\n", "line 1: the path must lie inside images/")]
    [InlineData("val/1\0.jpg 0\n", "line 1: the path must lie inside images/")]
    public void A_malformed_line_is_named_with_file_and_number(string list, string expected)
    {
        var path = folder.Text("data/val.txt", list);
        AssertOneLine(Assert.Throws<DatasetException>(() => DatasetLayout.Open(folder.Path, "val")), path, expected);
    }

    [Fact]
    public void A_list_that_is_not_UTF_8_is_malformed()
    {
        File.WriteAllBytes(folder.At("data/val.txt"), [.. "val/1.jpg 0\nval/"u8, 0xFF, .. ".jpg 0\n"u8]);
        AssertOneLine(Assert.Throws<DatasetException>(() => DatasetLayout.Open(folder.Path, "val")), "val.txt", "line 2: not UTF-8 text");
    }

    [Theory]
    [InlineData("/a/abbey\n", "line 1: expected a category and its number")]
    [InlineData("/a/abbey 0\n/b/bakery -1\n", "line 2: expected a category and its number")]
    [InlineData("/a/abbey 0\n/b/bakery 0\n", "line 2: the numbers of 2 categories must be 0 to 1")]
    [InlineData("/a/abbey 0\n/b/bakery 2\n", "line 2: the numbers of 2 categories must be 0 to 1")]
    public void A_malformed_category_is_named_with_file_and_number(string list, string expected)
    {
        var path = folder.Text("data/categories.txt", list);
        AssertOneLine(Assert.Throws<DatasetException>(() => DatasetLayout.Open(folder.Path, "train")), path, expected);
    }

    [Fact]
    public void Labels_without_a_list_of_categories_are_an_error()
    {
        File.Delete(folder.At("data/categories.txt"));
        AssertOneLine(
            Assert.Throws<DatasetException>(() => DatasetLayout.Open(folder.Path, "train")),
            "train.txt, line 1",
            "categories.txt is missing or empty"
        );
    }

    [Theory]
    [InlineData("holdout")]
    [InlineData("all")]
    [InlineData("categories")]
    [InlineData("../data/train")]
    public void A_missing_split_is_reported_with_the_existing_ones(string split) =>
        AssertOneLine(
            Assert.Throws<DatasetException>(() => DatasetLayout.Open(folder.Path, split)),
            folder.Path,
            $"no split '{split}'; it has: test, train, val."
        );

    [Fact]
    public void An_empty_list_is_an_error()
    {
        var path = folder.Text("data/val.txt", "\n\n");
        AssertOneLine(Assert.Throws<DatasetException>(() => DatasetLayout.Open(folder.Path, "val")), path, "lists no pictures");
    }

    [Fact]
    public void Lists_without_pictures_are_an_error()
    {
        Directory.Delete(folder.At("images"), recursive: true);
        AssertOneLine(Assert.Throws<DatasetException>(() => DatasetLayout.Open(folder.Path, "val")), folder.Path, "no folder images/");
    }

    private static void AssertOneLine(DatasetException fault, string where, string what)
    {
        Assert.Contains(where, fault.Message, StringComparison.Ordinal);
        Assert.Contains(what, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }
}
