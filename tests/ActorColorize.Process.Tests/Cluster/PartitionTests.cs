using System.Diagnostics;
using System.Globalization;
using ActorColorize.Actors.Tests.Postgres;
using Xunit.Abstractions;

namespace ActorColorize.Process.Tests.Cluster;

/// <summary>
/// The leading coordinator is cut off from the others together with one device, while both sides still reach the database and the files:
/// the worst case for publishing twice. As root, the network is partitioned; otherwise the two processes are suspended, which looks the
/// same to the others. <c>scripts/partition</c> runs a longer test.
/// </summary>
public sealed class PartitionTests(ITestOutputHelper output, PostgresServer database) : IClassFixture<PostgresServer>
{
    private const int Lease = 8;

    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(Number("SECONDS", 20));

    [Fact]
    public async Task A_coordinator_that_is_cut_off_with_a_device_is_replaced_and_comes_back_as_one_of_the_others()
    {
        using var scratch = new ScratchFolder();
        using var network = CutNetwork.IsPossible ? new CutNetwork(3) : null;
        string[] roles = ["coordinator,device", "coordinator,device", "coordinator"];
        var places = roles.Select((role, i) => network?.Place(i, role) ?? NodePlace.Here(role)).ToArray();
        var archive = StormArchive.Make(scratch, Number("ITEMS", 400));
        var (calm, cut) = (Path.Combine(scratch.Path, "calm"), Path.Combine(scratch.Path, "cut"));
        using var cluster = await ClusterOnThisMachine.StartAsync(
            scratch,
            database.ThroughSocket(database.CreateDatabase()),
            Lease,
            places
        );
        await cluster.UntilOpenAsync();
        var expected = await cluster.WatchAsync(await cluster.SubmitAsync(archive, calm));
        var victim = cluster.Holder!;
        Assert.True(victim.HasDevice, "the first to start is the oldest, and has a device");
        var (coordinator, device) = (victim.Coordinator!.Value, victim.Device!.Value);

        var watching = cluster.WatchAsync(await cluster.SubmitAsync(archive, cut));
        await victim.Parent.UntilAsync(() => OutputTree.Count(cut) >= 8, "some pictures are out");
        var clock = Stopwatch.StartNew();
        Separate(network, cluster, victim, coordinator, device);
        await victim.Parent.UntilAsync(() => cluster.Holder != victim, "another coordinator becomes the leader");
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"another coordinator is the leader after {clock.Elapsed.TotalSeconds:0} s")
        );
        await victim.Parent.UntilAsync(() => clock.Elapsed >= Cut, "the cut lasts");
        var holder = cluster.Holder!;
        var before = OutputTree.Count(cut);
        Join(network, cluster, victim, coordinator, device);
        var outcome = await watching;
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{before} pictures when the cut was resolved after {Cut.TotalSeconds:0} s; {outcome.GetRawText()}"
            )
        );

        await victim.Parent.UntilAsync(
            () => victim.Coordinator is { } next && next != coordinator && victim.Device is { } other && other != device,
            "the processes that were cut off are replaced"
        );
        await victim.Parent.UntilAsync(
            () =>
                holder.Lines("coordinator").Count(line => line.Contains($":{victim.Port} (coordinator) is up", StringComparison.Ordinal))
                > 1,
            "the new one has joined"
        );
        Assert.Same(holder, cluster.Holder);
        OutputTree.RequireSame(expected, outcome);
        Assert.Equal(OutputTree.Verified(calm), OutputTree.Verified(cut));
        Assert.All(await Task.WhenAll(cluster.Nodes.Select(node => node.Parent.TerminateAsync())), ended =>
            Assert.True(ended.ExitCode == 0, ended.Error)
        );
    }

    private static void Separate(CutNetwork? network, ClusterOnThisMachine cluster, NodeOnThisMachine victim, params int[] processes)
    {
        if (network is not null)
            network.Cut(Array.IndexOf(cluster.Nodes.ToArray(), victim));
        else
            foreach (var process in processes)
                DeviceProcesses.Send(process, DeviceProcesses.Stop);
    }

    private static void Join(CutNetwork? network, ClusterOnThisMachine cluster, NodeOnThisMachine victim, params int[] processes)
    {
        if (network is not null)
            network.Clear(Array.IndexOf(cluster.Nodes.ToArray(), victim));
        else
            foreach (var process in processes.Where(process => !DeviceProcesses.IsGone(process)))
                DeviceProcesses.Send(process, DeviceProcesses.Continue);
    }

    private static int Number(string name, int fallback) =>
        Environment.GetEnvironmentVariable($"ACTORCOLORIZE_PARTITION_{name}") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : fallback;
}
