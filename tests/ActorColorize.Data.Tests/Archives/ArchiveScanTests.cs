using ActorColorize.Data.Archives;

namespace ActorColorize.Data.Tests.Archives;

public sealed class ArchiveScanTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<(string Path, string Reason)> skipped = [];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("@eaDir/a.jpg")]
    [InlineData("#recycle/a.jpg")]
    [InlineData("album/.thumbnails/a.jpg")]
    [InlineData(".DS_Store")]
    [InlineData("._a.jpg")]
    [InlineData(".hidden.jpg")]
    public void Hidden_files_and_folders_of_systems_are_left_out_unless_they_are_wanted(string path)
    {
        folder.File(path);
        folder.File("album/b.jpg");

        Assert.Equal(["album/b.jpg"], Scan(new ArchiveScanOptions { IncludeHidden = false }));
        Assert.Contains(skipped, entry => entry.Reason == ArchiveScanOptions.Hidden);
        if (Path.GetFileName(path) is "a.jpg" or ".hidden.jpg")
            Assert.Contains(path, Scan(new ArchiveScanOptions()));
    }

    [Fact]
    public void A_picture_by_content_belongs_to_the_archive_under_any_name()
    {
        folder.File("scan.old");
        folder.File("notes.txt");
        folder.File("z.jfif");

        Assert.Equal(
            ["scan.old", "z.jfif"],
            Scan(new ArchiveScanOptions { IsPicture = path => path.EndsWith("scan.old", StringComparison.Ordinal) })
        );
    }

    [Fact]
    public void In_each_folder_come_first_its_files_then_its_folders_in_the_order_of_their_bytes()
    {
        foreach (
            var path in new[] { "b/2.jpg", "b/10.jpg", "a.jpg", "B.jpg", "é.jpg", "z.jpg", "b/a/1.jpg", "a/1.png", "😀/1.jpg", "｡/1.jpg" }
        )
            folder.File(path);
        Assert.Equal(["B.jpg", "a.jpg", "z.jpg", "é.jpg", "a/1.png", "b/10.jpg", "b/2.jpg", "b/a/1.jpg", "｡/1.jpg", "😀/1.jpg"], Scan());
        Assert.Equal(Scan(), Scan());
    }

    [Fact]
    public void Items_are_numbered_from_0_and_have_their_lengths()
    {
        folder.File("a.jpg", 7);
        folder.File("sub/b.tif", 9);
        Assert.Equal(
            [new ArchiveItem(0, "a.jpg", 7), new ArchiveItem(1, "sub/b.tif", 9)],
            ArchiveScan.Enumerate(folder.Path, new ArchiveScanOptions(), onSkipped: null)
        );
        Assert.Equal(folder.At("sub/b.tif"), ArchiveScan.FullPath(folder.Path + "/", new ArchiveItem(1, "sub/b.tif", 9)));
    }

    [Fact]
    public void A_single_file_is_an_archive_whatever_its_name()
    {
        var path = folder.File("Photo of 1923", 12);
        var item = Assert.Single(ArchiveScan.Enumerate(path, new ArchiveScanOptions(), onSkipped: null));
        Assert.Equal(new ArchiveItem(0, "Photo of 1923", 12), item);
        Assert.Equal(path, ArchiveScan.FullPath(path, item));
    }

    [Fact]
    public void Other_files_are_reported_with_a_reason()
    {
        folder.File("a.jpg");
        folder.File("sub/Thumbs.db");
        folder.File("._a.jpg");
        Assert.Equal(["a.jpg"], Scan());
        Assert.Equal([("._a.jpg", "a macOS resource fork, not a picture"), ("sub/Thumbs.db", "not a picture by its extension")], skipped);
    }

    [Fact]
    public void The_sidecar_of_a_picture_is_not_reported()
    {
        foreach (
            var name in new[] { "a-1.jpg", "a.jpg", "a.jpg.xmp", "a.tif.xmp", "a.txt", "a.XMP", "b.xmp", "b-1.jpg", "c.jpeg", "c.xmp", "a" }
        )
            folder.File(name);
        Assert.Equal(["a-1.jpg", "a.jpg", "b-1.jpg", "c.jpeg"], Scan());
        Assert.Equal(["a", "a.tif.xmp", "a.txt", "b.xmp"], skipped.Select(skip => skip.Path));
        Assert.Contains("a picture of its name", skipped[^1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_folder_has_no_items() => Assert.Empty(Scan());

    [Fact]
    public void A_missing_input_is_an_immediate_error()
    {
        var fault = Assert.Throws<FileNotFoundException>(() =>
            ArchiveScan.Enumerate(folder.At("none"), new ArchiveScanOptions(), onSkipped: null)
        );
        Assert.Contains(folder.At("none"), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_are_not_followed_unless_asked()
    {
        folder.File("real/1.jpg");
        folder.Link("link.jpg", "real/1.jpg");
        folder.Link("folder", "real");
        folder.Link("dangling.jpg", "none.jpg");
        Assert.Equal(["real/1.jpg"], Scan());
        Assert.Equal(["dangling.jpg", "link.jpg", "folder/"], skipped.Select(skip => skip.Path));
        Assert.All(skipped, skip => Assert.Contains("links are not followed", skip.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Followed_links_stay_inside_the_input_and_folders_are_met_once()
    {
        using var elsewhere = new TemporaryFolder();
        elsewhere.File("secret.jpg");
        folder.File("real/1.jpg", 5);
        folder.Link("link.jpg", "real/1.jpg");
        folder.Link("dangling.jpg", "none.jpg");
        folder.Link("loop.jpg", "loop.jpg");
        folder.Link("out.jpg", elsewhere.At("secret.jpg"));
        folder.Link("outside", elsewhere.Path);
        folder.Link("real/again", "../real");
        folder.Link("real/up", "..");
        Assert.Equal(["link.jpg", "real/1.jpg"], Scan(new ArchiveScanOptions { FollowLinks = true }));
        Assert.Equal(
            ["dangling.jpg", "loop.jpg", "out.jpg", "outside/", "real/again/", "real/up/"],
            skipped.Select(skip => skip.Path).Order(StringComparer.Ordinal)
        );
        Assert.Equal(2, skipped.Count(skip => skip.Reason.Contains("leads outside the input folder", StringComparison.Ordinal)));
        Assert.Equal(2, skipped.Count(skip => skip.Reason.Contains("broken symbolic link", StringComparison.Ordinal)));
        Assert.Equal(2, skipped.Count(skip => skip.Reason.Contains("already part of the archive", StringComparison.Ordinal)));
    }

    [Fact]
    public void Followed_links_may_leave_the_input_when_that_is_asked_and_still_end()
    {
        using var elsewhere = new TemporaryFolder();
        elsewhere.File("far.jpg", 8);
        elsewhere.Link("back", folder.Path);
        elsewhere.Link("round", ".");
        folder.Link("out.jpg", elsewhere.At("far.jpg"));
        folder.Link("outside", elsewhere.Path);
        folder.Link("outside2", elsewhere.Path);
        Assert.Equal(["out.jpg", "outside/far.jpg"], Scan(new ArchiveScanOptions { FollowLinks = true, LinksMayLeaveInput = true }));
        Assert.Equal(["outside/back/", "outside/round/", "outside2/"], skipped.Select(skip => skip.Path));
    }

    [Fact]
    public void A_pipe_named_like_a_picture_is_reported_and_never_opened()
    {
        if (OperatingSystem.IsWindows())
            return;
        PosixName.MakePipe(folder.At("pipe.jpg"));
        Assert.Empty(Scan());
        Assert.Equal([("pipe.jpg", "not a file: a pipe, socket or device")], skipped);
    }

    [Fact]
    public void The_scan_is_lazy_and_a_file_removed_meanwhile_is_reported()
    {
        folder.File("1.jpg");
        var second = folder.File("2.jpg");
        folder.File("3.jpg");
        using var items = Enumerate().GetEnumerator();
        Assert.True(items.MoveNext());
        File.Delete(second);
        Assert.True(items.MoveNext());
        Assert.Equal("3.jpg", items.Current.RelativePath);
        Assert.Equal(1, items.Current.Number);
        Assert.Equal([("2.jpg", "removed during the scan")], skipped);
    }

    [Fact]
    public void A_folder_removed_meanwhile_is_reported_and_the_rest_is_scanned()
    {
        folder.File("1.jpg");
        folder.File("a/2.jpg");
        folder.File("b/3.jpg");
        using var items = Enumerate().GetEnumerator();
        Assert.True(items.MoveNext());
        Directory.Delete(folder.At("a"), recursive: true);
        Assert.True(items.MoveNext());
        Assert.Equal("b/3.jpg", items.Current.RelativePath);
        Assert.Equal([("a/", "removed during the scan")], skipped);
    }

    /// <summary>What an unmounted disk looks like: an empty folder of the same name.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_input_that_is_removed_is_an_error_and_not_the_end(bool emptyFolderInItsPlace)
    {
        folder.File("in/1.jpg");
        folder.File("in/a/2.jpg");
        using var items = ArchiveScan.Enumerate(folder.At("in"), new ArchiveScanOptions(), onSkipped: null).GetEnumerator();
        Assert.True(items.MoveNext());
        Directory.Move(folder.At("in"), folder.At("away"));
        if (emptyFolderInItsPlace)
            folder.Folder("in");
        var fault = Assert.ThrowsAny<IOException>(() => items.MoveNext());
        Assert.Contains("removed or replaced", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_trees_need_no_deep_stack()
    {
        var deep = string.Join('/', Enumerable.Repeat("d", 1_500));
        folder.File(deep + "/1.jpg");
        Assert.Equal([deep + "/1.jpg"], Scan());
    }

    private IEnumerable<ArchiveItem> Enumerate(ArchiveScanOptions? options = null) =>
        ArchiveScan.Enumerate(folder.Path, options ?? new ArchiveScanOptions(), (path, reason) => skipped.Add((path, reason)));

    private string[] Scan(ArchiveScanOptions? options = null) => [.. Enumerate(options).Select(item => item.RelativePath)];
}
