using ActorColorize.Data.Archives;

namespace ActorColorize.Data.Tests.Archives;

public sealed class BrowsableFoldersTests : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("actorcolorize-browse-").FullName;

    private string Root => Path.Combine(_scratch, "photos");

    public BrowsableFoldersTests()
    {
        foreach (var folder in new[] { "photos/b", "photos/a/deep", "photos/.hidden", "photos-of-others", "elsewhere" })
            Directory.CreateDirectory(Path.Combine(_scratch, folder));
        foreach (var file in new[] { "photos/2.jpg", "photos/1.png", "photos/notes.txt", "photos/.3.jpg", "elsewhere/secret.jpg" })
            File.WriteAllText(Path.Combine(_scratch, file), "");
    }

    [Fact]
    public void Folders_come_first_and_hidden_names_and_other_files_are_left_out()
    {
        var folder = new BrowsableFolders([Root]).List(Root, null, 10)!;

        Assert.Equal(["a", "b", "1.png", "2.jpg"], folder.Entries.Select(static entry => entry.Name));
        Assert.Equal([true, true, false, false], folder.Entries.Select(static entry => entry.IsFolder));
        Assert.Equal((Root, null, false, true), (folder.Path, folder.Parent, folder.HasMore, folder.IsComplete));
    }

    [Fact]
    public void A_folder_is_read_page_by_page()
    {
        var folders = new BrowsableFolders([Root]);
        var first = folders.List(Root, null, 3)!;
        var second = folders.List(Root, first.Entries[^1], 3)!;

        Assert.Equal(["a", "b", "1.png"], first.Entries.Select(static entry => entry.Name));
        Assert.Equal(["2.jpg"], second.Entries.Select(static entry => entry.Name));
        Assert.Equal((true, false), (first.HasMore, second.HasMore));
    }

    [Fact]
    public void The_folder_above_is_named_up_to_the_root()
    {
        var folders = new BrowsableFolders([Root]);
        Assert.Equal(Root, folders.List(Path.Combine(Root, "a"), null, 10)!.Parent);
        Assert.Equal(Path.Combine(Root, "a"), folders.List(Path.Combine(Root, "a", "deep") + "/", null, 10)!.Parent);
    }

    [Theory]
    [InlineData("photos/../elsewhere")]
    [InlineData("photos/..")]
    [InlineData("photos-of-others")]
    [InlineData("elsewhere")]
    [InlineData("photos/missing")]
    [InlineData("photos/2.jpg")]
    public void What_is_not_a_folder_below_the_roots_is_missing(string path) =>
        Assert.Null(new BrowsableFolders([Root]).List(Path.Combine(_scratch, path), null, 10));

    [Theory]
    [InlineData("photos")]
    [InlineData("")]
    [InlineData("/photos\0")]
    public void A_path_that_is_not_absolute_or_not_a_path_is_missing(string path) =>
        Assert.Null(new BrowsableFolders([Root]).List(path, null, 10));

    [Fact]
    public void A_symbolic_link_is_not_listed_and_does_not_lead_out()
    {
        Directory.CreateSymbolicLink(Path.Combine(Root, "out"), Path.Combine(_scratch, "elsewhere"));
        Directory.CreateSymbolicLink(Path.Combine(Root, "in"), Path.Combine(Root, "a"));
        File.CreateSymbolicLink(Path.Combine(Root, "3.jpg"), Path.Combine(_scratch, "elsewhere", "secret.jpg"));
        var folders = new BrowsableFolders([Root]);

        Assert.Equal(["a", "b", "1.png", "2.jpg"], folders.List(Root, null, 10)!.Entries.Select(static entry => entry.Name));
        Assert.Null(folders.List(Path.Combine(Root, "out"), null, 10));
        Assert.Equal(["deep"], folders.List(Path.Combine(Root, "in"), null, 10)!.Entries.Select(static entry => entry.Name));
    }

    [Fact]
    public void A_root_may_be_a_link_itself()
    {
        var link = Path.Combine(_scratch, "link");
        Directory.CreateSymbolicLink(link, Root);
        Assert.Equal(4, new BrowsableFolders([link]).List(link, null, 10)!.Entries.Count);
    }

    [Fact]
    public void A_folder_with_too_many_entries_says_so()
    {
        var full = Directory.CreateDirectory(Path.Combine(Root, "b", "full")).FullName;
        for (var i = 0; i <= BrowsableFolders.MostEntries; i++)
            File.WriteAllBytes(Path.Combine(full, $"{i}.jpg"), []);

        var folder = new BrowsableFolders([Root]).List(full, null, 10)!;

        Assert.Equal((10, true, false), (folder.Entries.Count, folder.HasMore, folder.IsComplete));
    }

    public void Dispose() => Directory.Delete(_scratch, recursive: true);
}
