using System.Text;
using ActorColorize.Data.Archives;

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
    public void Names_that_are_not_UTF_8_are_reported_and_not_lost()
    {
        if (!OperatingSystem.IsLinux())
            return;
        folder.File("good.jpg");
        using var file = PosixName.Rename(folder.File("file.jpg"), [.. "Gr"u8, 0xFC, 0xDF, .. "e.jpg"u8]);
        folder.File("folder/inside.jpg");
        using var named = PosixName.Rename(folder.At("folder"), [0xFF]);
        Assert.Equal(
            ["good.jpg"],
            ArchiveScan
                .Enumerate(folder.Path, new ArchiveScanOptions(), (path, reason) => skipped.Add((path, reason)))
                .Select(item => item.RelativePath)
        );
        Assert.Equal(["Gr\uFFFD\uFFFDe.jpg", "\uFFFD/"], skipped.Select(skip => skip.Path));
        Assert.All(skipped, skip => Assert.Contains("not UTF-8", skip.Reason, StringComparison.Ordinal));
    }

    /// <summary>A name that is not UTF-8 can decode to the name of another file: that one is taken once, not twice.</summary>
    [Fact]
    public void A_name_that_decodes_to_that_of_another_file_is_reported()
    {
        if (!OperatingSystem.IsLinux())
            return;
        folder.File("a\uFFFD.jpg", 5);
        using var raw = PosixName.Rename(folder.File("raw.jpg", 6), [(byte)'a', 0xFF, .. ".jpg"u8]);
        var item = Assert.Single(
            ArchiveScan.Enumerate(folder.Path, new ArchiveScanOptions(), (path, reason) => skipped.Add((path, reason)))
        );
        Assert.Equal(new ArchiveItem(0, "a\uFFFD.jpg", 5), item);
        Assert.Contains("not UTF-8", Assert.Single(skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_names_are_255_bytes_long() =>
        Assert.Equal([255, 255], LegalNames.Cast<object[]>().TakeLast(2).Select(name => Encoding.UTF8.GetByteCount((string)name[0])));
}
