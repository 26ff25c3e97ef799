using System.Text.RegularExpressions;
using ActorColorize.Actors.Tests.Postgres;
using Xunit.Abstractions;

namespace ActorColorize.Process.Tests.Cluster;

/// <summary>What the operator of a cluster reads when one of three coordinators is killed, and comes back.</summary>
public sealed partial class OperatorLinesTests(ITestOutputHelper output, PostgresServer database) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task A_killed_coordinator_makes_one_plain_sentence_for_each_thing_that_happens()
    {
        using var scratch = new ScratchFolder();
        using var cluster = await ClusterOnThisMachine.StartAsync(
            scratch,
            database.ThroughSocket(database.CreateDatabase()),
            8,
            [.. Enumerable.Repeat(NodePlace.Here("coordinator"), 3)]
        );
        await cluster.UntilOpenAsync();
        await cluster.Nodes[0].Parent.UntilAsync(() => cluster.Holder is not null, "one leads");
        var victim = cluster.Holder!;
        var others = cluster.Nodes.Where(node => node != victim).ToArray();
        var name = $"127.0.0.1:{victim.Port}";
        foreach (var other in others)
            await other.Parent.UntilAsync(() => Says(other, $"{name} (coordinator) is up"), "all are there");

        await victim.KillAsync();
        foreach (var other in others)
            await other.Parent.UntilAsync(() => Says(other, $"{name} (coordinator) was removed"), "it is removed");
        victim.Start();
        foreach (var other in others)
            await other.Parent.UntilAsync(() => Count(other, $"{name} (coordinator) is up") == 2, "its successor has joined");

        var logged = cluster.Nodes.SelectMany(static node => node.Lines("coordinator")).ToArray();
        var ended = new List<string>();
        foreach (var node in cluster.Nodes)
        {
            var run = await node.Parent.TerminateAsync();
            Assert.True(run.ExitCode == 0, run.Error);
            ended.AddRange((run.Output + run.Error).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            output.WriteLine($"--- {(node == victim ? "the killed one" : "another")}\n{run.Output}{run.Error}");
        }

        Assert.Contains(ended, line => line.Contains($"{name} (coordinator) is unreachable", StringComparison.Ordinal));
        Assert.Contains(ended, line =>
            line.EndsWith($": {name} cannot be reached and is taken out of the cluster", StringComparison.Ordinal)
        );
        Assert.All(ended, static line => Assert.DoesNotMatch(OfAkka(), line));
        output.WriteLine(string.Join('\n', logged));
        Assert.All(logged, static line => Assert.DoesNotMatch(OfConnections(), line));
    }

    private static bool Says(NodeOnThisMachine node, string text) => Count(node, text) > 0;

    private static int Count(NodeOnThisMachine node, string text) =>
        node.Lines("coordinator").Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>The library about lost connections and decisions; its steps of joining and handing over may be logged.</summary>
    [GeneratedRegex(
        @"SBR|Cluster Node|UniqueAddress|having UID|now gated|is now quarantined|AssociationError|Remoting shut down|dead letter",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex OfConnections();

    /// <summary>Addresses, names and words of the library.</summary>
    [GeneratedRegex(
        @"akka\.|Akka|SBR|Remoting|InitJoin|Cluster Node|UniqueAddress|UID|gated|quarantin|heartbeat|Associat|dead letter",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex OfAkka();
}
