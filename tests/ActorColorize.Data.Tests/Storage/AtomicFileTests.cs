using System.Text;
using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Tests.Storage;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_is_written_and_nothing_else_is_left()
    {
        AtomicFile.Write(folder.At("new.json"), stream => stream.Write("content"u8));
        Assert.Equal("content", File.ReadAllText(folder.At("new.json")));
        Assert.Equal([folder.At("new.json")], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void While_it_is_written_the_old_file_remains_and_the_new_one_is_hidden()
    {
        var path = folder.Text("file.json", "old");
        AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(path));
            var aside = Path.GetFileName(Assert.Single(Directory.GetFiles(folder.Path), file => file != path));
            Assert.Matches(@"^\.file\.json\.[0-9a-f]{8}\.partial$", aside);
        });
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void A_full_disk_leaves_the_old_file_and_no_temporary_one_and_names_the_path()
    {
        var path = folder.Text("file.json", "old");
        var fault = Assert.ThrowsAny<IOException>(() => AtomicFile.Write(path, stream =>
            {
                stream.Write("half of the"u8);
                throw StorageFaultTests.DiskFull;
            }));
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
        Assert.True(StorageFault.IsDiskFull(fault));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void An_exception_of_the_writer_is_propagated_and_leaves_no_file()
    {
        Assert.Throws<FormatException>(() => AtomicFile.Write(folder.At("file"), _ => throw new FormatException()));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_missing_folder_is_an_error_that_names_the_path()
    {
        var fault = Assert.ThrowsAny<IOException>(() => AtomicFile.Write(folder.At("none/file"), stream => stream.Write("x"u8)));
        Assert.Contains(folder.At("none/file"), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_the_way_is_an_error_and_leaves_no_temporary_file()
    {
        folder.File("taken/inside.txt");
        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(folder.At("taken"), stream => stream.Write("x"u8)));
        Assert.Equal([folder.At("taken")], Directory.GetFileSystemEntries(folder.Path));
        Assert.True(File.Exists(folder.At("taken/inside.txt")));
    }

    [Fact]
    public void A_link_in_the_way_is_replaced_and_its_target_left_alone()
    {
        var original = folder.Text("original.jpg", "original");
        var link = folder.Link("link.jpg", original);
        AtomicFile.Write(link, stream => stream.Write("new"u8));
        Assert.Equal("original", File.ReadAllText(original));
        Assert.Equal("new", File.ReadAllText(link));
        Assert.Null(new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void A_finished_file_is_moved_into_its_place_over_the_old_one()
    {
        var path = folder.Text("picture.jpg", "old");
        var temporary = AtomicFile.TemporaryPathFor(path);
        File.WriteAllText(temporary, "new");
        AtomicFile.Move(temporary, path);
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_move_that_fails_deletes_the_temporary_file()
    {
        folder.File("taken/inside.txt");
        var temporary = AtomicFile.TemporaryPathFor(folder.At("taken"));
        File.WriteAllText(temporary, "new");
        Assert.ThrowsAny<Exception>(() => AtomicFile.Move(temporary, folder.At("taken")));
        Assert.False(File.Exists(temporary));
    }

    [Fact]
    public void A_move_of_nothing_is_an_error_that_names_the_path()
    {
        var fault = Assert.ThrowsAny<IOException>(() => AtomicFile.Move(folder.At("none.partial"), folder.At("file")));
        Assert.Contains(folder.At("file"), fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", 255)]
    [InlineData("é", 254)]
    [InlineData("😀", 252)]
    public void A_name_of_255_bytes_can_be_written_and_its_temporary_name_is_no_longer(string letter, int bytes)
    {
        var name = string.Concat(Enumerable.Repeat(letter, bytes / Encoding.UTF8.GetByteCount(letter)));
        Assert.Equal(bytes, Encoding.UTF8.GetByteCount(name));
        AtomicFile.Write(folder.At(name), stream => stream.Write("x"u8));
        Assert.Equal([folder.At(name)], Directory.GetFileSystemEntries(folder.Path));

        var temporary = Path.GetFileName(AtomicFile.TemporaryPathFor(folder.At(name)));
        Assert.InRange(Encoding.UTF8.GetByteCount(temporary), 250, 255);
        Assert.DoesNotContain('\uFFFD', temporary);
    }

    [Fact]
    public void Temporary_names_differ_from_call_to_call() =>
        Assert.Equal(
            100,
            Enumerable.Range(0, 100).Select(_ => AtomicFile.TemporaryPathFor(folder.At("file"))).Distinct(StringComparer.Ordinal).Count()
        );

    [Fact]
    public void A_path_without_a_file_name_is_refused() =>
        Assert.Throws<ArgumentException>(() => AtomicFile.TemporaryPathFor(folder.Path + "/"));

    [Fact]
    public void A_folder_can_be_flushed_and_a_missing_one_is_an_error()
    {
        AtomicFile.SyncDirectory(folder.Path);
        if (OperatingSystem.IsWindows())
            return;
        var fault = Assert.ThrowsAny<IOException>(() => AtomicFile.SyncDirectory(folder.At("none")));
        Assert.Contains(folder.At("none"), fault.Message, StringComparison.Ordinal);
    }
}
