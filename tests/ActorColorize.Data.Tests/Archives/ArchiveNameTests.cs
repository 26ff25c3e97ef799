using System.Text;
using ActorColorize.Data.Archives;
using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Tests.Archives;

public sealed class ArchiveNameTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<(string Path, string Reason)> skipped = [];

    public static TheoryData<string> LegalNames =>
        new(
            " leading and trailing .jpg",
            "emoji 😀👩‍👩‍👧.jpg",
            "e\u0301te\u0301 decomposed.jpg",
            "\u00E9t\u00E9 composed.jpg",
            "page[0].jpg",
            "brackets.jpg[n=1].jpg",
            "line\nend.jpg",
            "tab\tand\u0001control.jpg",
            "quotes'\"`$(x);&|.jpg",
            "back\\slash.jpg",
            "-rf.jpg",
            "~.jpg",
            "*?.jpg",
            ".hidden.jpg",
            "...jpg",
            "\u202Egpj.right to left.jpg",
            "real replacement \uFFFD.jpg",
            new string('x', 251) + ".jpg",
            string.Concat(Enumerable.Repeat("é", 125)) + "x.jpg"
        );

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(LegalNames))]
    public void Every_legal_name_of_a_file_and_of_a_folder_is_found_and_can_be_opened(string name)
    {
        if (OperatingSystem.IsWindows())
            return;
        folder.File(name, 3);
        folder.File($"folder/{name}/inside.jpg", 4);
        var items = ArchiveScan.Enumerate(folder.Path, new ArchiveScanOptions(), (path, reason) => skipped.Add((path, reason))).ToArray();
        Assert.Equal(2, items.Length);
        Assert.Equal(name, items[0].RelativePath);
        Assert.Equal([3L, 4L], items.Select(item => item.Length));
        Assert.All(items, item => Assert.Equal(item.Length, File.ReadAllBytes(ArchiveScan.FullPath(folder.Path, item)).Length));
        Assert.Empty(skipped);
    }

    [Fact]
    public void Composed_and_decomposed_names_are_two_files()
    {
        if (!OperatingSystem.IsLinux())
            return;
        folder.File("\u00E9.jpg");
        folder.File("e\u0301.jpg");
        Assert.Equal(
            ["e\u0301.jpg", "\u00E9.jpg"],
            ArchiveScan.Enumerate(folder.Path, new ArchiveScanOptions(), onSkipped: null).Select(item => item.RelativePath)
        );
    }

    [Fact]
    public void Names_that_are_not_UTF_8_are_found_and_can_be_opened()
    {
        if (!OperatingSystem.IsLinux())
            return;
        folder.File("good.jpg");
        using var file = PosixName.Rename(folder.File("file.jpg", 5), [.. "Gr"u8, 0xFC, 0xDF, .. "e.jpg"u8]); // Latin-1
        folder.File("folder/inside.jpg", 6);
        using var named = PosixName.Rename(folder.At("folder"), [0xFF]);
        var items = ArchiveScan.Enumerate(folder.Path, new ArchiveScanOptions(), (path, reason) => skipped.Add((path, reason))).ToArray();
        Assert.Equal(["Gr\uEFFC\uEFDFe.jpg", "good.jpg", "\uEFFF/inside.jpg"], items.Select(item => item.RelativePath));
        Assert.Empty(skipped);
        foreach (var item in items)
        {
            using var opened = Files.OpenRead(ArchiveScan.FullPath(folder.Path, item));
            Assert.Equal(item.Length, opened.Length);
        }
    }

    [Fact]
    public void A_name_that_is_not_UTF_8_is_another_one_than_that_with_the_replacement_character()
    {
        if (!OperatingSystem.IsLinux())
            return;
        folder.File("a\uFFFD.jpg", 5);
        using var raw = PosixName.Rename(folder.File("raw.jpg", 6), [(byte)'a', 0xFF, .. ".jpg"u8]);
        Assert.Equal(
            [new ArchiveItem(0, "a\uEFFF.jpg", 6), new ArchiveItem(1, "a\uFFFD.jpg", 5)],
            ArchiveScan.Enumerate(folder.Path, new ArchiveScanOptions(), onSkipped: null)
        );
    }

    [Fact]
    public void A_link_under_a_name_that_is_not_UTF_8_may_not_lead_outside_the_archive()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var archive = folder.Folder("archive");
        File.CreateSymbolicLink(Path.Combine(archive, "link.jpg"), folder.File("outside.jpg"));
        using var raw = PosixName.Rename(Path.Combine(archive, "link.jpg"), [0xE9, .. ".jpg"u8]);
        var options = new ArchiveScanOptions { FollowLinks = true };
        Assert.Empty(ArchiveScan.Enumerate(archive, options, (path, reason) => skipped.Add((path, reason))));
        Assert.Contains("outside", Assert.Single(skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_names_are_255_bytes_long() =>
        Assert.Equal([255, 255], LegalNames.Cast<object[]>().TakeLast(2).Select(name => Encoding.UTF8.GetByteCount((string)name[0])));
}
