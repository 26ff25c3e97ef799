using ActorColorize.Data.Archives;
using CsCheck;

namespace ActorColorize.Data.Tests.Archives;

public sealed class ArchiveOrderTests
{
    private static readonly string[] Names = ["a", "b", "a b", "A", "ä", "z-1", "z.", "🎨", "\uFFFF", "色", "aa"];

    [Fact]
    public void It_is_the_order_in_which_a_scan_finds_pictures() =>
        Gen.Int[0, Names.Length - 1]
            .Array[1, 4]
            .Array[1, 12]
            .Sample(
                trees =>
                {
                    using var folder = new TemporaryFolder();
                    foreach (var parts in trees)
                    {
                        var path = Path.Join(folder.Path, string.Join('/', parts.Select(part => Names[part]))) + ".jpg";
                        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                        File.WriteAllBytes(path, []);
                    }

                    var found = ArchiveScan
                        .Enumerate(folder.Path, new ArchiveScanOptions(), null)
                        .Select(item => item.RelativePath)
                        .ToList();

                    Assert.Equal(found.Order(ArchiveOrder.Instance), found);
                },
                iter: 200
            );

    [Theory]
    [InlineData("a.jpg", "a.jpg", 0)]
    [InlineData("z.jpg", "a/a.jpg", -1)] // files before folders
    [InlineData("a/z.jpg", "a/b/a.jpg", -1)]
    [InlineData("a/b/z.jpg", "b/a.jpg", -1)]
    [InlineData("a-/1.jpg", "a/1.jpg", 1)] // by names, not by whole paths, where "-" comes before "/"
    [InlineData("\uFFFF.jpg", "🎨.jpg", -1)] // as UTF-8, where UTF-16 would have it the other way
    public void Examples(string left, string right, int sign)
    {
        Assert.Equal(sign, Math.Sign(ArchiveOrder.Instance.Compare(left, right)));
        Assert.Equal(-sign, Math.Sign(ArchiveOrder.Instance.Compare(right, left)));
    }
}
