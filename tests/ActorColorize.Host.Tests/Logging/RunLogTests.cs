using ActorColorize.Host.Displays;
using ActorColorize.Host.Logging;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Host.Tests.Logging;

public sealed class RunLogTests
{
    [Fact]
    public void Every_line_in_the_file_carries_the_runs_id_and_warnings_are_shown_as_well()
    {
        using var scratch = new ScratchFolder();
        using var screen = new RecordedScreen(OutputStyle.Plain);
        using (var log = RunLog.Open(scratch["logs"], "k3f9", screen.Screen, verbose: false))
        {
            var logger = log.Factory.CreateLogger("Loader");
            logger.LogInformation("indexed {Count} pictures", 600);
            logger.LogWarning("left out {Name}", "a\u001b.jpg");
        }

        var lines = File.ReadAllLines(Assert.Single(Directory.GetFiles(scratch["logs"])));
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Contains(" k3f9 Loader ", line));
        Assert.Contains("[INF]", lines[0]);
        Assert.StartsWith("warning: left out", Assert.Single(screen.Error));
        Assert.DoesNotContain('\u001b', screen.Error[0]);
        Assert.Empty(screen.Output);
    }

    [Fact]
    public void A_fault_goes_with_its_trace_to_the_file_alone()
    {
        using var scratch = new ScratchFolder();
        using var screen = new RecordedScreen(OutputStyle.Plain);
        using (var log = RunLog.Open(scratch["logs"], "k3f9", screen.Screen, verbose: false))
            log.Fault(new InvalidOperationException("inner cause"), "outer line");

        var text = File.ReadAllText(Directory.GetFiles(scratch["logs"]).Single());
        Assert.Contains("outer line", text);
        Assert.Contains("System.InvalidOperationException: inner cause", text);
        Assert.Empty(screen.Error);
    }

    [Fact]
    public void Files_are_bounded_in_size_and_number()
    {
        using var scratch = new ScratchFolder();
        using var screen = new RecordedScreen(OutputStyle.Plain);
        var text = new string('x', 1_000_000);
        using (var log = RunLog.Open(scratch["logs"], "k3f9", screen.Screen, verbose: false))
        {
            for (var i = 0; i < 80; i++)
                log.Factory.CreateLogger("Loader").LogInformation("{Text}", text);
        }

        var files = new DirectoryInfo(scratch["logs"]).GetFiles();
        Assert.Equal(5, files.Length);
        Assert.All(files, file => Assert.InRange(file.Length, 1, 11_500_000));
    }

    [Fact]
    public void A_log_that_cannot_be_written_does_not_stop_the_work()
    {
        using var scratch = new ScratchFolder();
        using var screen = new RecordedScreen(OutputStyle.Plain);
        File.WriteAllText(scratch["file"], string.Empty);
        using var log = RunLog.Open(scratch["file/logs"], "k3f9", screen.Screen, verbose: false);

        log.Factory.CreateLogger("Loader").LogWarning("still here");

        Assert.Equal("warning: still here", Assert.Single(screen.Error));
    }

    [Fact]
    public void A_log_whose_last_lines_a_full_disk_refuses_ends_with_one_warning()
    {
        using var scratch = new ScratchFolder();
        using var screen = new RecordedScreen(OutputStyle.Plain);
        Directory.CreateDirectory(scratch["logs"]);
        File.CreateSymbolicLink(scratch["logs/actorcolorize.log"], "/dev/full");

        using (var log = RunLog.Open(scratch["logs"], "k3f9", screen.Screen, verbose: false))
            log.Factory.CreateLogger("Loader").LogInformation("a line that finds no room");

        Assert.Equal($"warning: the last lines of the log are not in {scratch["logs/actorcolorize.log"]}: no space left on the disk", Assert.Single(screen.Error));
    }
}
