using System.Text.Json;

namespace ActorColorize.Process.Tests.Cluster;

/// <summary>
/// A cluster whose nodes are all on this machine: a <c>serve</c> for each, with a data folder and ports of its own, certificates of one
/// authority, and one PostgreSQL database. A killed node is restarted, as by a service manager.
/// </summary>
internal sealed class ClusterOnThisMachine : IDisposable
{
    private const int PortsOfANode = 4;

    private readonly ScratchFolder _scratch;

    private ClusterOnThisMachine(ScratchFolder scratch, IReadOnlyList<NodeOnThisMachine> nodes)
    {
        _scratch = scratch;
        Nodes = nodes;
    }

    public IReadOnlyList<NodeOnThisMachine> Nodes { get; }

    public IEnumerable<NodeOnThisMachine> Coordinators => Nodes.Where(node => node.HasCoordinator);

    public IEnumerable<NodeOnThisMachine> Devices => Nodes.Where(node => node.HasDevice);

    /// <summary>The node whose coordinator became the leader last; null before there is one.</summary>
    public NodeOnThisMachine? Holder => Coordinators.Where(node => node.BecameLeader is not null).MaxBy(node => node.BecameLeader);

    /// <summary>The address and credentials of clients.</summary>
    public string[] ForClients =>
        [
            "--daemon",
            string.Join(',', Coordinators.Select(node => node.Gateway)),
            "--certificate",
            Path.Combine(_scratch.Path, "certs", "clients", "alice.pem"),
            "--authority",
            Path.Combine(_scratch.Path, "certs", "authority.crt"),
        ];

    /// <summary>Writes certificates and configurations, and starts the nodes.</summary>
    /// <param name="scratch">The folder of all files.</param>
    /// <param name="database">Connection string of the database.</param>
    /// <param name="leaseSeconds">How long work is leased.</param>
    /// <param name="places">The nodes.</param>
    public static async Task<ClusterOnThisMachine> StartAsync(
        ScratchFolder scratch,
        string database,
        int leaseSeconds,
        params NodePlace[] places
    )
    {
        await MakeCertificatesAsync(
            scratch,
            ["--node", "certs", .. places.Select(place => place.Address).Distinct(StringComparer.Ordinal)]
        );
        await MakeCertificatesAsync(scratch, "certs", "127.0.0.1", "alice");
        var ports = places.Select(_ => FreePorts.First(PortsOfANode)).ToArray();
        var seeds = places
            .Zip(ports)
            .Where(node => node.First.Roles.Contains("coordinator", StringComparison.Ordinal))
            .Select(node => $"{node.First.Address}:{node.Second}")
            .ToArray();
        var authority = Path.Combine(scratch.Path, "certs", "authority.crt");
        var nodes = new List<NodeOnThisMachine>();
        foreach (var (place, port) in places.Zip(ports))
        {
            var file = Path.Combine(scratch.Path, $"node-{nodes.Count}.json");
            var certificate = Path.Combine(scratch.Path, "certs", "nodes", $"{place.Address}.pem");
            var gateway = port + PortsOfANode - 1;
            await File.WriteAllTextAsync(
                file,
                JsonSerializer.Serialize(
                    new
                    {
                        roles = place.Roles,
                        cluster = new
                        {
                            host = place.Address,
                            port,
                            seeds,
                            certificate,
                            authority,
                            dead_after_seconds = 5,
                            stable_for_seconds = 4,
                        },
                        gateway = new
                        {
                            host = place.Address,
                            port = gateway,
                            certificate,
                            authority,
                        },
                        store = new { kind = "postgresql", connection = database },
                        device = new { name = "cpu", threads = 1 },
                        jobs = new { lease_seconds = leaseSeconds },
                        models = new { folder = Path.Combine(scratch.Path, "models") },
                    }
                )
            );
            nodes.Add(new NodeOnThisMachine(scratch, place, file, Path.Combine(scratch.Path, $"data-{nodes.Count}"), port, gateway));
        }

        foreach (var node in nodes)
            node.Start();
        return new ClusterOnThisMachine(scratch, nodes);
    }

    /// <summary>Runs a client's command, which succeeds, to its end.</summary>
    /// <returns>The last line of its JSON.</returns>
    public async Task<JsonElement> SayAsync(params string[] arguments)
    {
        var said = await ProgramRun.OfProgramAsync(_scratch, [.. arguments, "--json", .. ForClients]);
        Assert.True(said.ExitCode == 0, $"{string.Join(' ', arguments)}: exit code {said.ExitCode}: {said.Output}{said.Error}");
        return Json(said);
    }

    /// <summary>
    /// Waits until every coordinator accepts clients and all of them are members: while a cluster forms, two may lead for a moment.
    /// </summary>
    public async Task UntilOpenAsync()
    {
        foreach (var node in Coordinators)
            await node.Parent.UntilAsync(() => node.IsOpen, "its gateway is open");
        var count = Coordinators.Count();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (count > 1 && (await SayAsync("status")).GetProperty("coordinators").GetProperty("seen").GetArrayLength() < count)
            await Task.Delay(TimeSpan.FromMilliseconds(200), patience.Token);
    }

    /// <summary>Submits an archive, to be coloured with the model in the box.</summary>
    /// <returns>The job.</returns>
    public async Task<string> SubmitAsync(string archive, string folder)
    {
        var submitted = await SayAsync("job", "submit", archive, "--out", folder, "--recolor");
        return submitted.GetProperty("job").GetString()!;
    }

    /// <summary>Watches a job to its end, however long that takes.</summary>
    /// <returns>How it ended.</returns>
    public async Task<JsonElement> WatchAsync(string job)
    {
        using var watcher = new RunningProgram(_scratch, ["job", "watch", job, "--json", .. ForClients]);
        var watched = await watcher.EndAsync(TimeSpan.FromHours(2));
        Assert.True(watched.ExitCode is 0 or 3, watched.Output + watched.Error);
        return Json(watched);
    }

    public void Dispose()
    {
        foreach (var node in Nodes)
            node.Dispose();
    }

    private static JsonElement Json(ProgramRun run) =>
        JsonDocument.Parse(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement;

    private static async Task MakeCertificatesAsync(ScratchFolder scratch, params string[] arguments)
    {
        var made = await ProgramRun.OfAsync(Path.Combine(Installation.Root, "scripts", "make-certs"), scratch, arguments);
        Assert.True(made.ExitCode == 0, made.Error);
    }
}
