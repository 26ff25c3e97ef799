using ActorColorize.Data.Archives;

namespace ActorColorize.Data.Tests.Archives;

public sealed class IsInsideTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public IsInsideTests()
    {
        folder.Folder("photos/1923");
        folder.Folder("out");
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("photos", "photos", true)]
    [InlineData("photos/", "photos", true)]
    [InlineData("photos", "photos//", true)]
    [InlineData("photos", "photos/1923", true)]
    [InlineData("photos", "photos/not/there/yet", true)]
    [InlineData("photos", "out/../photos/new", true)]
    [InlineData("photos", "./photos/.", true)]
    [InlineData("photos", "photos/../out", false)]
    [InlineData("photos", "photos-out", false)]
    [InlineData("photos", "photos..", false)]
    [InlineData("photos/1923", "photos", false)]
    [InlineData("photos", "out", false)]
    [InlineData("not/there", "not/there/either", true)]
    [InlineData("not/there", "not", false)]
    public void Paths_are_compared_by_their_targets(string outer, string candidate, bool expected) =>
        Assert.Equal(expected, ArchiveScan.IsInside(folder.At(outer), folder.At(candidate)));

    [Fact]
    public void Relative_paths_are_taken_from_the_current_folder()
    {
        Assert.True(ArchiveScan.IsInside(".", "sub"));
        Assert.True(ArchiveScan.IsInside(Environment.CurrentDirectory, "."));
        Assert.False(ArchiveScan.IsInside("sub", "."));
    }

    [Theory]
    [InlineData("photos", "photos/../photos/", true)]
    [InlineData("photos", "photos/coloured", false)]
    [InlineData("photos/coloured", "photos", false)]
    [InlineData("photos", "photos-coloured", false)]
    public void The_same_folder_is_inside_itself_both_ways(string one, string other, bool expected) =>
        Assert.Equal(expected, ArchiveScan.IsSameFolder(folder.At(one), folder.At(other)));

    [Fact]
    public void Everything_is_inside_the_root() => Assert.True(ArchiveScan.IsInside(Path.GetPathRoot(folder.Path)!, folder.At("out")));

    [Fact]
    public void Links_are_resolved_on_both_sides_also_in_the_middle_of_a_path()
    {
        folder.Link("to-photos", "photos");
        folder.Link("chain", "to-photos");
        folder.Link("photos/exit", "../out");
        folder.Link("up-and-down", "photos/exit/../photos");
        Assert.True(ArchiveScan.IsInside(folder.At("photos"), folder.At("to-photos")));
        Assert.True(ArchiveScan.IsInside(folder.At("chain"), folder.At("photos/new")));
        Assert.True(ArchiveScan.IsInside(folder.At("photos"), folder.At("chain/1923/new")));
        Assert.True(ArchiveScan.IsInside(folder.At("photos"), folder.At("up-and-down")));
        Assert.False(ArchiveScan.IsInside(folder.At("photos"), folder.At("photos/exit/new")));
        Assert.True(ArchiveScan.IsInside(folder.At("out"), folder.At("photos/exit/new")));
    }

    [Fact]
    public void Links_that_form_a_loop_are_an_error()
    {
        folder.Link("one", "two");
        folder.Link("two", "one");
        Assert.Throws<IOException>(() => ArchiveScan.IsInside(folder.At("photos"), folder.At("one/new")));
    }

    [Fact]
    public void Case_matters_if_the_file_system_is_case_sensitive()
    {
        var ignored = Directory.Exists(folder.At("PHOTOS"));
        Assert.Equal(ignored, ArchiveScan.IsInside(folder.At("photos"), folder.At("PHOTOS/new")));
    }

    [Fact]
    public void A_file_is_inside_itself()
    {
        var path = folder.File("photos/1.jpg");
        Assert.True(ArchiveScan.IsInside(path, path));
        Assert.False(ArchiveScan.IsInside(path, folder.At("photos/2.jpg")));
    }
}
