using System.Globalization;
using System.Text.RegularExpressions;
using ActorColorize.Host.Serving;

namespace ActorColorize.Host.Tests.Serving;

/// <summary>A supervisor that kills a daemon before its graceful stop can end would lose what the stop saves.</summary>
public sealed class StopTimesTests
{
    private const string Units = "src/ActorColorize.Host/packaging/systemd";
    private const string Seconds = @"(?<seconds>\d+)";

    [Theory]
    [InlineData($"{Units}/actorcolorize.service", $"^TimeoutStopSec={Seconds}$", false)]
    [InlineData($"{Units}/actorcolorize-node@.service", $"^TimeoutStopSec={Seconds}$", true)]
    [InlineData("docker/compose.yaml", $"^ *stop_grace_period: {Seconds}s$", false)]
    [InlineData("docker/compose.cluster.yaml", $"^ *stop_grace_period: {Seconds}s$", true)]
    [InlineData("docker/kubernetes/base/coordinators.yaml", $"^ *terminationGracePeriodSeconds: {Seconds}$", true)]
    [InlineData("docker/kubernetes/base/devices.yaml", $"^ *terminationGracePeriodSeconds: {Seconds}$", true)]
    public void Every_supervisor_waits_longer_than_a_graceful_stop_takes(string file, string pattern, bool isClusterNode)
    {
        var longest = isClusterNode ? StopTimes.ClusterNode : StopTimes.Standalone;

        var found = Regex.Matches(File.ReadAllText(Path.Combine(Root, file)), pattern, RegexOptions.Multiline, TimeSpan.FromSeconds(10));

        var match = Assert.Single(found);
        var granted = TimeSpan.FromSeconds(double.Parse(match.Groups["seconds"].Value, CultureInfo.InvariantCulture));
        Assert.True(granted > longest, $"{file} grants {granted.TotalSeconds} s, but a graceful stop may take {longest.TotalSeconds} s");
    }

    [Fact]
    public void Both_units_are_hardened_alike()
    {
        static IEnumerable<string> Hardening(string unit) =>
            File.ReadAllLines(Path.Combine(Root, Units, unit))
                .SkipWhile(static line => !line.StartsWith("# No MemoryDenyWriteExecute", StringComparison.Ordinal))
                .TakeWhile(static line => line != "[Install]");

        var daemon = Hardening("actorcolorize.service").ToList();
        Assert.Contains("ProtectSystem=strict", daemon);
        Assert.Contains("NoNewPrivileges=yes", daemon);
        Assert.Equal(daemon, Hardening("actorcolorize-node@.service"));
    }

    [Fact]
    public void The_watchdog_is_slower_than_the_daemon_tells_that_it_is_alive()
    {
        var interval = new ActorColorize.Actors.Liveness.LivenessSettings([]).Interval;
        foreach (var unit in new[] { "actorcolorize.service", "actorcolorize-node@.service" })
        {
            var line = Assert.Single(File.ReadAllLines(Path.Combine(Root, Units, unit)), static line =>
                line.StartsWith("WatchdogSec=", StringComparison.Ordinal)
            );
            Assert.True(TimeSpan.FromSeconds(int.Parse(line["WatchdogSec=".Length..], CultureInfo.InvariantCulture)) > 10 * interval);
        }
    }

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ActorColorize.sln")))
                folder = folder.Parent;
            return folder?.FullName ?? throw new InvalidOperationException($"no ActorColorize.sln above {AppContext.BaseDirectory}");
        }
    }
}
