using ActorColorize.Actors.Tests.Postgres;

namespace ActorColorize.Process.Tests.Cluster;

/// <summary>
/// The nodes of a cluster are replaced one after the other, as <c>config/operations.md</c> describes, while a job runs. The first program
/// is that of <c>ACTORCOLORIZE_EARLIER</c> (<c>scripts/rolling-upgrade</c> sets it); without it, this one: then it is a rolling restart.
/// </summary>
public sealed class RollingUpgradeTests(PostgresServer database) : IClassFixture<PostgresServer>
{
    private const int Pictures = 1_000;

    private static readonly string? Earlier = Environment.GetEnvironmentVariable("ACTORCOLORIZE_EARLIER") is { Length: > 0 } path
        ? path
        : null;

    /// <summary>Starts the earlier program in place of the one that follows as the first argument.</summary>
    private static readonly string[] Through = Earlier is null ? [] : ["/bin/sh", "-c", "shift; exec \"$0\" \"$@\"", Earlier];

    [Fact]
    public async Task A_job_completes_while_device_followers_and_leader_are_upgraded()
    {
        using var scratch = new ScratchFolder();
        var archive = StormArchive.Make(scratch, Pictures);
        var output = Path.Combine(scratch.Path, "out");
        using var cluster = await ClusterOnThisMachine.StartAsync(
            scratch,
            database.CreateDatabase(),
            10,
            new NodePlace("coordinator", "127.0.0.1", Through),
            new NodePlace("coordinator", "127.0.0.1", Through),
            new NodePlace("coordinator", "127.0.0.1", Through),
            new NodePlace("device", "127.0.0.1", Through)
        );
        await cluster.UntilOpenAsync();
        var job = await cluster.SubmitAsync(archive, output);
        var watching = cluster.WatchAsync(job);
        await cluster.Nodes[0].Parent.UntilAsync(() => OutputTree.Count(output) >= 4, "a few pictures");

        await cluster.Devices.Single().UpgradeAsync();
        var leader = cluster.Holder!;
        foreach (var node in cluster.Coordinators.Where(node => node != leader).Append(leader))
        {
            await node.UpgradeAsync();
            await node.Parent.UntilAsync(() => node.IsOpen, "the upgraded coordinator is open");
        }

        Assert.False(watching.IsCompleted, "the job was over too soon");
        var end = await watching;

        Assert.Equal(
            (Pictures, Pictures, 0),
            (end.GetProperty("items").GetInt32(), end.GetProperty("done").GetInt32(), end.GetProperty("failed").GetInt32())
        );
        Assert.Equal(Pictures, OutputTree.Count(output));
        Assert.All(await Task.WhenAll(cluster.Nodes.Select(static node => node.Parent.TerminateAsync())), ended =>
            Assert.True(ended.ExitCode == 0, ended.Error)
        );
    }
}
