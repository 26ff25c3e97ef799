using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Tests.Storage;

/// <summary>One specification for both ways of looking at a path: the system's own call where there is one, and .NET's.</summary>
public sealed class FileFactsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public FileFactsTests()
    {
        folder.File("file ü.jpg", 1234);
        folder.Folder("folder");
        folder.Link("link", "file ü.jpg");
        folder.Link("link-to-link", "link");
        folder.Link("link-to-folder", "folder");
        folder.Link("dangling", "none");
        folder.Link("loop", "loop");
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("file ü.jpg", "File", "File", 1234)]
    [InlineData("folder", "Folder", "Folder", 0)]
    [InlineData("link", "Link", "File", 1234)]
    [InlineData("link-to-link", "Link", "File", 1234)]
    [InlineData("link-to-folder", "Link", "Folder", 0)]
    [InlineData("dangling", "Link", "Missing", 0)]
    [InlineData("loop", "Link", "Unreachable", 0)]
    [InlineData("none", "Missing", "Missing", 0)]
    [InlineData("file ü.jpg/none", "Missing", "Missing", 0)]
    public void Kind_and_length_are_read_with_and_without_following_links(
        string name,
        string kind,
        string followedKind,
        long followedLength
    )
    {
        var path = folder.At(name);
        foreach (var look in new Func<string, bool, FileFacts>[] { FileFacts.Of, FileFacts.ByFileInfo })
        {
            Assert.Equal(kind, look(path, arg2: false).Kind.ToString());
            var followed = look(path, arg2: true);
            Assert.Equal(followedKind, followed.Kind.ToString());
            Assert.Equal(followedLength, followed.Length);
        }
    }

    [Fact]
    public void A_path_of_any_length_gets_an_answer() =>
        Assert.Equal(
            FileKind.Unreachable,
            FileFacts.Of(folder.At(string.Concat(Enumerable.Repeat("long/", 2_000))), followLinks: true).Kind
        );

    [Fact]
    public void Two_names_of_one_folder_are_the_same()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var facts = FileFacts.Of(folder.At("folder"), followLinks: true);
        Assert.True(facts.IsSameAs(FileFacts.Of(folder.At("link-to-folder"), followLinks: true)));
        Assert.False(facts.IsSameAs(FileFacts.Of(folder.Path, followLinks: true)));
        Assert.False(default(FileFacts).IsSameAs(default));
    }
}
