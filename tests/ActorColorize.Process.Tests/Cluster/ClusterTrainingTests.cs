using System.Text.Json;
using ActorColorize.Actors.Tests.Pictures;
using ActorColorize.Actors.Tests.Postgres;

namespace ActorColorize.Process.Tests.Cluster;

/// <summary>Training in a cluster of three coordinators and two devices, compared with <c>train</c> with the same seed.</summary>
public sealed class ClusterTrainingTests(PostgresServer database) : IClassFixture<PostgresServer>, IDisposable
{
    private const int Steps = 600;

    private readonly ScratchFolder _scratch = new();
    private readonly DrawnDataset _data = new(training: 60);

    [Fact]
    public async Task Two_concurrent_runs_end_with_the_weights_of_train_although_a_device_and_the_leader_are_killed()
    {
        var alone = new TrainingCommand(_scratch, _data.Root, "alone", Steps);
        var reference = await ProgramRun.OfProgramAsync(_scratch, alone.Arguments);
        Assert.True(reference.ExitCode == 0, reference.Error);
        TrainingCommand[] commands = [new(_scratch, _data.Root, "first", Steps), new(_scratch, _data.Root, "second", Steps)];
        using var cluster = await ClusterOnThisMachine.StartAsync(
            _scratch,
            database.CreateDatabase(),
            10,
            NodePlace.Here("coordinator,device"),
            NodePlace.Here("coordinator,device"),
            NodePlace.Here("coordinator")
        );
        await cluster.UntilOpenAsync();

        var runs = await Task.WhenAll(commands.Select(command => StartAsync(cluster, command)));
        await UntilAsync(cluster, commands, command => command.LastStep() >= 12, "both train");
        Assert.All(commands, command => Assert.True(command.LastStep() < Steps, "the runs were over too soon"));

        await RequireStatusAsync(cluster);
        var victim = cluster.Nodes[0].Device!.Value;
        DeviceProcesses.Send(victim, DeviceProcesses.Kill);
        await UntilAsync(cluster, commands, command => command.LastStep() >= 60, "both go on without the device");
        var leader = cluster.Holder!;
        var coordinator = leader.Coordinator!.Value;
        DeviceProcesses.Send(coordinator, DeviceProcesses.Kill);
        await DeviceProcesses.UntilGoneAsync(coordinator);

        foreach (var run in runs)
            Assert.Equal("completed", (await cluster.SayAsync("run", "watch", run)).GetProperty("phase").GetString());
        Assert.All(commands, command =>
        {
            Assert.Equal(alone.FinalWeightsHash(), command.FinalWeightsHash());
            Assert.Equal(alone.Losses(), command.Losses());
        });
        await RequireUseAsync(cluster, runs[0]);
    }

    public void Dispose()
    {
        _scratch.Dispose();
        _data.Dispose();
    }

    /// <summary>Every node is seen, and has told its version and certificates.</summary>
    private static async Task RequireStatusAsync(ClusterOnThisMachine cluster)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        JsonElement status;
        JsonElement[] nodes;
        do
        {
            patience.Token.ThrowIfCancellationRequested();
            status = await cluster.SayAsync("status");
            nodes = [.. status.GetProperty("nodes").EnumerateArray()];
        } while (nodes.Length < 5 || nodes.Any(node => node.GetProperty("program").ValueKind == JsonValueKind.Null));

        Assert.Equal("3 of 3 coordinators; one more may be lost", Text(status.GetProperty("coordinators"), "summary"));
        Assert.All(nodes, node =>
        {
            Assert.StartsWith("actorcolorize ", Text(node, "program"), StringComparison.Ordinal);
            // make-certs makes certificates for 3,650 days
            Assert.InRange(node.GetProperty("certificate").GetProperty("days_left").GetInt32(), 3648, 3650);
        });
    }

    /// <summary>A checkpoint gets a name, and a job uses it.</summary>
    private async Task RequireUseAsync(ClusterOnThisMachine cluster, string run)
    {
        var gallery = Path.Combine(_scratch.Path, "grey");
        for (var i = 0; i < 3; i++)
            DrawnDataset.Draw(Path.Combine(gallery, $"{i}.jpg"), i, 60, 40, grey: true);
        var promoted = Text(await cluster.SayAsync("run", "promote", run, "--as", "drawn"), "file");
        var job = Text(
            await cluster.SayAsync("job", "submit", gallery, "--out", Path.Combine(_scratch.Path, "coloured"), "--model", "drawn"),
            "job"
        );

        var outcome = await cluster.WatchAsync(job);

        Assert.Equal((promoted, 3), (Text(outcome, "model"), outcome.GetProperty("done").GetInt32()));
    }

    private static async Task<string> StartAsync(ClusterOnThisMachine cluster, TrainingCommand command) =>
        Text(
            await cluster.SayAsync(
                "run",
                "start",
                "--data",
                command.Data,
                "--out",
                command.Run,
                "--config",
                command.ConfigurationFile,
                "--seed",
                "5",
                "--precision",
                "fp32"
            ),
            "run"
        );

    private static async Task UntilAsync(
        ClusterOnThisMachine cluster,
        IReadOnlyList<TrainingCommand> commands,
        Func<TrainingCommand, bool> condition,
        string what
    )
    {
        foreach (var command in commands)
            await cluster.Nodes[0].Parent.UntilAsync(() => condition(command), what);
    }

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;
}
