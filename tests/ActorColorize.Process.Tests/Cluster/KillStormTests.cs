using System.Diagnostics;
using System.Globalization;
using ActorColorize.Actors.Tests.Postgres;
using Xunit.Abstractions;

namespace ActorColorize.Process.Tests.Cluster;

/// <summary>
/// Three coordinators and two devices, each a process, under a storm of kills. <c>scripts/kill-storm</c> makes it a long one by the
/// variables <c>ACTORCOLORIZE_STORM_…</c>.
/// </summary>
public sealed class KillStormTests(ITestOutputHelper output, PostgresServer database) : IClassFixture<PostgresServer>
{
    private static readonly StormPlan Plan = new(
        Number("ITEMS", 150),
        Number("SEED", 1),
        Number("KILLS", 4),
        Number("STOPS", 0),
        Number("LEASE_SECONDS", 10)
    );

    [Fact]
    public async Task Under_kills_of_any_process_the_job_completes_with_the_results_of_an_undisturbed_run()
    {
        using var scratch = new ScratchFolder();
        var archive = StormArchive.Make(scratch, Plan.Items);
        var (calm, stormy) = (Path.Combine(scratch.Path, "calm"), Path.Combine(scratch.Path, "stormy"));
        using var cluster = await ClusterOnThisMachine.StartAsync(
            scratch,
            database.CreateDatabase(),
            Plan.LeaseSeconds,
            NodePlace.Here("coordinator,device"),
            NodePlace.Here("coordinator,device"),
            NodePlace.Here("coordinator")
        );
        await cluster.UntilOpenAsync();

        var calmRun = Stopwatch.StartNew();
        var expected = await cluster.WatchAsync(await cluster.SubmitAsync(archive, calm));
        output.WriteLine($"calm: {expected.GetRawText()} in {calmRun.Elapsed.TotalSeconds:0} s");
        var job = await cluster.SubmitAsync(archive, stormy);
        var stormyRun = Stopwatch.StartNew();
        var watching = cluster.WatchAsync(job);
        var storm = new KillStorm(cluster, Plan, () => OutputTree.Count(stormy), () => watching.IsCompleted, output.WriteLine);
        await storm.RageAsync();
        var outcome = await watching;
        output.WriteLine(
            $"stormy: {outcome.GetRawText()} in {stormyRun.Elapsed.TotalSeconds:0} s; "
                + $"{string.Join(", ", storm.Victims.Select(victim => $"{victim.Value} × {victim.Key}"))}"
        );

        OutputTree.RequireSame(expected, outcome);
        Assert.Equal(OutputTree.Verified(calm), OutputTree.Verified(stormy));
        Assert.True(
            storm.Victims.Values.Sum() >= (IsLong ? Plan.Kills + Plan.Stops : 2),
            $"the job was over after {storm.Victims.Values.Sum()} of {Plan.Kills + Plan.Stops} strikes: give it more items"
        );
        Assert.All(await Task.WhenAll(cluster.Nodes.Select(node => node.Parent.TerminateAsync())), ended =>
            Assert.True(ended.ExitCode == 0, ended.Error)
        );
    }

    private static bool IsLong => Environment.GetEnvironmentVariable("ACTORCOLORIZE_STORM_KILLS") is { Length: > 0 };

    private static int Number(string name, int fallback) =>
        Environment.GetEnvironmentVariable($"ACTORCOLORIZE_STORM_{name}") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : fallback;
}
