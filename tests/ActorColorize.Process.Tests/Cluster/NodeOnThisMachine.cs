using System.Globalization;

namespace ActorColorize.Process.Tests.Cluster;

/// <summary>The address and roles of a node.</summary>
/// <param name="Roles"><c>coordinator</c>, <c>device</c> or both with a comma.</param>
/// <param name="Address">Its address.</param>
/// <param name="Through">The command that starts it in its own network namespace.</param>
internal sealed record NodePlace(string Roles, string Address, IReadOnlyList<string> Through)
{
    /// <summary>A node on the loopback address.</summary>
    public static NodePlace Here(string roles) => new(roles, "127.0.0.1", []);
}

/// <summary>A node of a cluster: a parent process, and under it a coordinator, a device, or both.</summary>
internal sealed class NodeOnThisMachine(
    ScratchFolder scratch,
    NodePlace place,
    string configuration,
    string data,
    int port,
    int gatewayPort
) : IDisposable
{
    private RunningProgram? _parent;

    public bool HasCoordinator { get; } = place.Roles.Contains("coordinator", StringComparison.Ordinal);

    public bool HasDevice { get; } = place.Roles.Contains("device", StringComparison.Ordinal);

    public NodePlace Place => place;

    public int Port => port;

    /// <summary>The address for clients.</summary>
    public string Gateway => $"{place.Address}:{gatewayPort}";

    /// <summary>The parent process.</summary>
    public RunningProgram Parent => _parent ?? throw new InvalidOperationException("the node was never started");

    /// <summary>The coordinator's process; null while there is none.</summary>
    public int? Coordinator => DeviceProcesses.Of(Parent.Id, "node-process coordinator");

    /// <summary>The device's process; null while there is none.</summary>
    public int? Device => DeviceProcesses.Of(Parent.Id, "node-process device-1");

    /// <summary>Whether clients are accepted.</summary>
    public bool IsOpen => File.Exists(Path.Combine(data, "gateway.json"));

    /// <summary>When its coordinator last began to grant work; null if it never has.</summary>
    public DateTimeOffset? BecameLeader =>
        Lines("coordinator").LastOrDefault(line => line.Contains("jobs are unfinished", StringComparison.Ordinal)) is { } line
            ? DateTimeOffset.Parse(line.AsSpan(0, line.IndexOf(' ')), CultureInfo.InvariantCulture)
            : null;

    /// <summary>The lines written so far to a process's log.</summary>
    public IReadOnlyList<string> Lines(string process)
    {
        var file = Path.Combine(data, "logs", process, "actorcolorize.log");
        if (!File.Exists(file))
            return [];
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd().Split('\n')[..^1];
    }

    /// <summary>Starts the node, also after it was killed.</summary>
    public void Start() => Start(place.Through);

    /// <summary>Stops the node gracefully and starts it with the program of the tests.</summary>
    public async Task UpgradeAsync()
    {
        var ended = await Parent.TerminateAsync();
        Assert.True(ended.ExitCode == 0, ended.Error);
        Parent.Dispose();
        File.Delete(Path.Combine(data, "gateway.json"));
        Start([]);
    }

    // An earlier version knows the option as --data
    private void Start(IReadOnlyList<string> through) =>
        _parent = new RunningProgram(scratch, through, ["serve", "--config", configuration, "--data", data]);

    /// <summary>Kills the parent process, and with it the others.</summary>
    public async Task KillAsync()
    {
        int?[] children = [Coordinator, Device];
        await Parent.KillAsync();
        Parent.Dispose();
        foreach (var child in children.OfType<int>())
            await DeviceProcesses.UntilGoneAsync(child);
    }

    public void Dispose() => _parent?.Dispose();
}
