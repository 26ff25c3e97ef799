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
    public void A_fault_is_written_with_its_stack_trace_to_the_file_only()
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
    public void A_log_whose_last_lines_do_not_fit_on_the_disk_ends_with_one_warning()
    {
        using var scratch = new ScratchFolder();
        using var screen = new RecordedScreen(OutputStyle.Plain);
        Directory.CreateDirectory(scratch["logs"]);
        File.CreateSymbolicLink(scratch["logs/actorcolorize.log"], "/dev/full");

        using (var log = RunLog.Open(scratch["logs"], "k3f9", screen.Screen, verbose: false))
            log.Factory.CreateLogger("Loader").LogInformation("a line that finds no room");

        Assert.Equal(
            $"warning: the last lines of the log could not be written to {scratch["logs/actorcolorize.log"]}: no space left on the disk",
            Assert.Single(screen.Error)
        );
    }

    [Fact]
    public void Akkas_own_lines_about_its_start_and_end_are_left_out()
    {
        using var scratch = new ScratchFolder();
        using var screen = new RecordedScreen(OutputStyle.Plain);
        using (var log = RunLog.Open(scratch["logs"], "serve", screen.Screen, verbose: true))
        {
            var akka = log.Factory.CreateLogger("Akka.Actor.ActorSystem");
            akka.LogInformation("Starting remoting");
            akka.LogInformation("Remoting started; listening on addresses : [{Address}]", "akka.ssl.tcp://a@127.0.0.1:1");
            akka.LogInformation("Remoting shut down.");
            akka.LogInformation("worker cpu is connected");
            log.Factory.CreateLogger("Serve").LogInformation("Remoting started"); // not Akka's
        }

        Assert.Equal(["worker cpu is connected", "Remoting started"], screen.Error);
    }

    /// <summary>Lines as Akka.NET 1.5.74 writes them.</summary>
    [Theory]
    [InlineData(
        "SBR took decision Akka.Cluster.SBR.DownUnreachable and is downing [akka.ssl.tcp://actorcolorize@127.0.0.1:22392], [1] unreachable "
            + "of [3] members, full reachability status: [Reachability([akka.ssl.tcp://actorcolorize@127.0.0.1:31029 -> "
            + "UniqueAddress: (…)])]",
        "127.0.0.1:22392 cannot be reached and is taken out of the cluster"
    )]
    [InlineData(
        "SBR took decision Akka.Cluster.SBR.DownReachable and is downing [akka.ssl.tcp://a@10.0.0.1:4588, akka.ssl.tcp://a@10.0.0.2:4588]",
        "too few coordinators can be reached: this side of the cluster stops, and its processes are started anew"
    )]
    [InlineData(
        "Scheduled sending of heartbeat was delayed. Previous heartbeat was sent [3172] ms ago, expected interval is [1000] ms. This may "
            + "cause failure detection to mark members as unreachable.",
        "a heartbeat to other nodes went out late: this machine is overloaded, or the process was suspended"
    )]
    [InlineData(
        "Cluster Node [akka.ssl.tcp://a@10.0.0.3:4588] - Couldn't join seed nodes after [2] attempts, will try again. seed-nodes=[…]",
        "no coordinator that 'cluster.seeds' names answers yet; they are tried again"
    )]
    [InlineData(
        "Association to [akka.ssl.tcp://actorcolorize@10.0.0.3:4588] having UID [512] is irrecoverably failed. UID is now quarantined and "
            + "all messages to this UID will be delivered to dead letters.",
        "10.0.0.3:4588 must start anew before it can connect: it was taken out of the cluster"
    )]
    [InlineData(
        "AssociationError [akka.ssl.tcp://actorcolorize@10.0.0.1:4588] -> [akka.ssl.tcp://actorcolorize@10.0.0.3:4588]: Error [refused] []",
        "the connection with 10.0.0.3:4588 failed; it is tried again"
    )]
    [InlineData("SBR is downing [UniqueAddress: (akka.ssl.tcp://actorcolorize@127.0.0.1:22392, 1872268317)]", null)]
    [InlineData(
        "This node is now the leader responsible for taking SBR decisions among the reachable nodes (more leaders may exist).",
        null
    )]
    [InlineData("heartbeat interval is growing too large for address akka.ssl.tcp://a@10.0.0.3:4588: 3000 millis", null)]
    [InlineData("ClusterSingletonManager state change [\"Younger\" -> \"BecomingOldest\"] Akka.Cluster.Tools.Singleton.YoungerData", null)]
    [InlineData("Singleton identified at [akka.ssl.tcp://actorcolorize@127.0.0.1:23298/user/training/singleton]", null)]
    [InlineData("Retry [1], sending HandOverToMe to [akka.ssl.tcp://actorcolorize@127.0.0.1:22392]", null)]
    [InlineData("Quarantined address [akka.ssl.tcp://a@10.0.0.3:4588] is still unreachable or has not been restarted.", null)]
    [InlineData("127.0.0.1:22392 (coordinator) is unreachable", "127.0.0.1:22392 (coordinator) is unreachable")]
    public void What_akka_says_about_a_cluster_is_one_plain_sentence_or_nothing(string said, string? shown)
    {
        using var scratch = new ScratchFolder();
        using var screen = new RecordedScreen(OutputStyle.Plain);
        using (var log = RunLog.Open(scratch["logs"], "coordinator", screen.Screen, verbose: true))
            log.Factory.CreateLogger("Akka.Actor.ActorSystem").LogWarning("{Message}", said);

        Assert.Equal(shown is null ? [] : [$"warning: {shown}"], screen.Error);
    }

    [Fact]
    public void A_port_scan_and_invalid_data_leave_a_few_short_lines_and_a_count()
    {
        using var scratch = new ScratchFolder();
        using var screen = new RecordedScreen(OutputStyle.Plain);
        var clock = new HandTurnedClock(DateTimeOffset.UnixEpoch);
        using (var log = RunLog.Open(scratch["logs"], "serve", screen.Screen, verbose: false, time: clock))
        {
            var akka = log.Factory.CreateLogger("Akka.Actor.ActorSystem");
            void JoinDue(int port)
            {
                akka.LogError(
                    new AggregateException(new IOException("Channel is closed")),
                    "{Message}",
                    $"TLS handshake failed on channel [[::1]:4587->[::1]:{port}](Id=00640ed1)\nTLS handshake failed (Server side):\n  "
                        + "Error: Channel is closed\n\nServer-side TLS troubleshooting:\n  - Verify server certificate has accessible "
                        + "private key\n"
                );
                akka.LogWarning(
                    "Rejected incoming connection from [[::1]:{Port}] due to TLS handshake failure. This is likely invalid or malicious "
                        + "traffic.",
                    port
                );
            }

            for (var port = 0; port < 2000; port++)
                JoinDue(port);
            akka.LogError(
                new InvalidDataException("not an SSL/TLS record: " + new string('6', 40_000)),
                "Error caught channel [[::1]:4587->[::1]:1](Id=00640ed1)"
            );
            akka.LogInformation("Removing receive buffers for [akka.ssl.tcp://a@h:1]->[akka.ssl.tcp://b@h:2]");
            akka.LogWarning("[::1]:7 is refused: CN=mallory: unable to get local issuer certificate");
            clock.Turn(TimeSpan.FromMinutes(1));
            JoinDue(2000);
            akka.LogError(new InvalidOperationException("a fault of ours"), "the coordinator crashed");
            log.Factory.CreateLogger("Serve").LogWarning("TLS handshake failed, says a certificate's owner");
        }

        var lines = File.ReadAllLines(Directory.GetFiles(scratch["logs"]).Single());
        // Handshakes, invalid data, certificate, count and handshake, crash with its trace, ours
        Assert.Equal(10 + 1 + 1 + 2 + 2 + 1, lines.Length);
        Assert.All(lines[..14], static line => Assert.InRange(line.Length, 1, 450));
        Assert.EndsWith(
            "[WRN] serve Akka.Actor.ActorSystem TLS handshake failed on channel [[::1]:4587->[::1]:0](Id=00640ed1) Error: Channel is "
                + "closed",
            lines[0],
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "(more of 'TLS handshake failed: IOException' within a minute are only counted)",
            lines[9],
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Error caught channel [[::1]:4587->[::1]:1](Id=00640ed1): not an SSL/TLS record: 666",
            lines[10],
            StringComparison.Ordinal
        );
        Assert.Contains("is refused: CN=mallory", lines[11], StringComparison.Ordinal);
        Assert.Contains("1990 more of 'TLS handshake failed: IOException' were omitted", lines[12], StringComparison.Ordinal);
        Assert.Contains("the coordinator crashed", lines[14], StringComparison.Ordinal);
        Assert.Contains("a fault of ours", lines[15], StringComparison.Ordinal);
        Assert.Contains("certificate's owner", lines[16], StringComparison.Ordinal);
        Assert.Equal(
            "error: the coordinator crashed",
            Assert.Single(screen.Error, static line => line.StartsWith("error: ", StringComparison.Ordinal))
        );
    }
}
