using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Tests.Storage;

/// <summary>Files under names that are not UTF-8.</summary>
public sealed class FilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Raw => folder.At("St\uEFE4dte/Gr\uEFFC\uEFDFe.jpg");

    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
            PosixName.Delete(folder.Path, [.. "St"u8, 0xE4, .. "dte"u8], [.. "Gr"u8, 0xFC, 0xDF, .. "e.jpg"u8]);
        folder.Dispose();
    }

    [Fact]
    public void Are_written_read_replaced_and_found_under_their_bytes()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Files.CreateDirectory(Path.GetDirectoryName(Raw)!);
        Files.CreateDirectory(Path.GetDirectoryName(Raw)!); // as if it were not there
        AtomicFile.Write(Raw, static stream => stream.Write("first"u8));
        AtomicFile.Write(Raw, static stream => stream.Write("second"u8));

        Assert.True(PosixName.Exists(folder.Path, [.. "St"u8, 0xE4, .. "dte/Gr"u8, 0xFC, 0xDF, .. "e.jpg"u8]));
        Assert.True(Files.Exists(Raw));
        Assert.Equal(6, Files.Length(Raw));
        using var file = new StreamReader(Files.OpenRead(Raw));
        Assert.Equal("second", file.ReadToEnd());
        Assert.Equal("16367aacb67a4a017c8da8ab95682ccb390863780f7114dda0a0e0c55644c7c4", FileHash.Sha256Hex(Raw));
        Assert.Equal([Raw], FolderListing.FilesBelow(folder.Path, static _ => true));
    }

    [Fact]
    public void Leftovers_are_deleted_in_folders_of_such_names_too()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Files.CreateDirectory(Path.GetDirectoryName(Raw)!);
        using (Files.CreateNew(AtomicFile.TemporaryPathFor(Raw)))
            AtomicFile.DeleteLeftovers(folder.Path);
        Assert.Empty(FolderListing.FilesBelow(folder.Path, static _ => true));
    }

    [Fact]
    public void A_missing_one_is_reported_as_such()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Assert.Throws<FileNotFoundException>(() => Files.OpenRead(Raw));
        Assert.Null(Files.Length(Raw));
        Assert.False(Files.Exists(Raw));
        Assert.Throws<DirectoryNotFoundException>(() => FolderListing.Read(folder.At("\uEFFF")));
    }

    [Fact]
    public void The_version_of_a_file_tells_a_new_content_under_an_old_date()
    {
        var path = folder.File("a.jpg", 5);
        var before = FileVersion.Of(path)!.Value;
        Assert.Equal(before, FileVersion.Of(path));
        Assert.Equal(File.GetLastWriteTimeUtc(path), before.Modified);

        AtomicFile.Write(path, static stream => stream.Write("other"u8));
        File.SetLastWriteTimeUtc(path, before.Modified);

        var after = FileVersion.Of(path)!.Value;
        Assert.Equal((before.Length, before.Modified), (after.Length, after.Modified));
        Assert.NotEqual(before, after);
        if (OperatingSystem.IsLinux())
            Assert.False(after.HasContentOf(before));
    }
}
