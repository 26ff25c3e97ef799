using ActorColorize.Data.Storage;
using CsCheck;

namespace ActorColorize.Data.Tests.Storage;

public sealed class AppendLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string LogPath => folder.At("metrics.jsonl");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Lines_are_appended_over_several_openings()
    {
        using (var log = new AppendLog(LogPath))
        {
            log.Append("""{"step":1}""");
            log.Append("""{"step":2}"""u8);
        }

        using (var log = new AppendLog(LogPath))
        {
            Assert.Equal(0, log.DroppedBytes);
            log.Append("""{"step":3}""");
            log.Sync();
            Assert.Equal(["""{"step":1}""", """{"step":2}""", """{"step":3}"""], AppendLog.ReadLines(LogPath));
        }

        Assert.Equal("{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n", File.ReadAllText(LogPath));
    }

    [Fact]
    public void Nothing_is_in_the_file_before_a_flush_and_everything_after()
    {
        using var log = new AppendLog(LogPath);
        log.Append("line");
        Assert.Empty(AppendLog.ReadLines(LogPath));
        log.Flush();
        Assert.Equal(["line"], AppendLog.ReadLines(LogPath));
    }

    [Fact]
    public void A_full_buffer_is_written_without_a_flush()
    {
        using var log = new AppendLog(LogPath);
        for (var line = 0; line < 10_000; line++)
            log.Append(new string('x', 99));
        Assert.InRange(new FileInfo(LogPath).Length, 1_000_000 - (64 * 1024), 1_000_000);
    }

    /// <summary>However a crash cuts the file, what is left after opening are whole lines, and all that there were.</summary>
    [Fact]
    public void A_log_cut_anywhere_keeps_its_whole_lines_and_drops_the_rest()
    {
        string[] lines = ["first", "", "third ü", "fourth"];
        var whole = System.Text.Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            File.WriteAllBytes(LogPath, whole[..cut]);
            var kept = whole[..cut].Count(value => value == '\n');
            Assert.Equal(lines[..kept], AppendLog.ReadLines(LogPath));
            using (var log = new AppendLog(LogPath))
            {
                Assert.Equal(cut - (whole.AsSpan(0, cut).LastIndexOf((byte)'\n') + 1), log.DroppedBytes);
                log.Append("next");
            }

            Assert.Equal([.. lines[..kept], "next"], AppendLog.ReadLines(LogPath));
        }
    }

    [Theory]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(100_000)]
    public void A_half_written_line_of_any_length_is_dropped(int length)
    {
        File.WriteAllText(LogPath, "whole\n" + new string('x', length));
        using (var log = new AppendLog(LogPath))
            Assert.Equal(length, log.DroppedBytes);
        Assert.Equal("whole\n", File.ReadAllText(LogPath));
    }

    [Fact]
    public void Lines_of_any_length_are_read_back() =>
        Gen.Int[0, 200_000]
            .Array[0, 5]
            .Sample(
                lengths =>
                {
                    var path = folder.At(Guid.NewGuid().ToString("n"));
                    var lines = lengths.Select(length => new string('y', length)).ToArray();
                    using (var log = new AppendLog(path))
                    {
                        foreach (var line in lines)
                            log.Append(line);
                    }

                    var same = AppendLog.ReadLines(path).SequenceEqual(lines);
                    File.Delete(path);
                    return same;
                },
                iter: 50
            );

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    public void A_full_disk_leaves_whole_lines_and_the_rest_is_written_when_there_is_room(int room)
    {
        var disk = new FillingDisk { Room = long.MaxValue };
        using (var log = new AppendLog(LogPath, disk.Write))
        {
            log.Append("first");
            log.Flush();
            disk.Room = room;
            log.Append("second");
            var fault = Assert.ThrowsAny<IOException>(log.Flush);
            Assert.Contains(LogPath, fault.Message, StringComparison.Ordinal);
            Assert.True(StorageFault.IsDiskFull(fault));
            Assert.Equal("first\n", File.ReadAllText(LogPath));

            log.Append("third");
            disk.Room = long.MaxValue;
        }

        Assert.Equal(["first", "second", "third"], AppendLog.ReadLines(LogPath));
    }

    [Fact]
    public void Closing_on_a_full_disk_says_so_and_closes()
    {
        var disk = new FillingDisk { Room = 0 };
        var log = new AppendLog(LogPath, disk.Write);
        log.Append("lost");
        Assert.ThrowsAny<IOException>(log.Dispose);
        log.Dispose();
        using var again = new AppendLog(LogPath);
        Assert.Equal(0, again.DroppedBytes);
    }

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("carriage\rreturn")]
    public void A_line_end_inside_a_line_is_refused(string line)
    {
        using var log = new AppendLog(LogPath);
        Assert.Throws<ArgumentException>(() => log.Append(line));
    }

    [Fact]
    public void A_missing_folder_is_an_error_that_names_the_path()
    {
        var fault = Assert.ThrowsAny<IOException>(() => new AppendLog(folder.At("none/log")));
        Assert.Contains(folder.At("none/log"), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_log_refuses_lines()
    {
        var log = new AppendLog(LogPath);
        log.Dispose();
        Assert.Throws<ObjectDisposedException>(() => log.Append("late"));
    }

    /// <summary>A disk with little room: it writes what fits, as the system does, and then fails.</summary>
    private sealed class FillingDisk
    {
        public long Room { get; set; }

        public void Write(Microsoft.Win32.SafeHandles.SafeFileHandle file, ReadOnlySpan<byte> block, long offset)
        {
            var fits = (int)Math.Min(Room, block.Length);
            RandomAccess.Write(file, block[..fits], offset);
            if (fits < block.Length)
                throw StorageFaultTests.DiskFull;
        }
    }
}
