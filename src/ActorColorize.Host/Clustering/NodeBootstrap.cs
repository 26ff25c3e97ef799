using System.Text.Json;
using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Host.Serving;

namespace ActorColorize.Host.Clustering;

/// <summary>
/// The configuration of one process of a clustered daemon. Its parent has read and validated it and passes it through standard input,
/// because it may hold a database password, and other processes can read a command line or an environment.
/// </summary>
/// <param name="ParentProcess">The parent's process id.</param>
/// <param name="Name">The process's name, unique under its parent, for logs: <c>coordinator</c>, <c>device-1</c> …</param>
/// <param name="Role">Its role in the cluster.</param>
/// <param name="Port">The port on which it listens for other members.</param>
/// <param name="Device">The device that it computes on; null for a coordinator.</param>
/// <param name="Settings">The daemon's settings.</param>
internal sealed record NodeBootstrap(int ParentProcess, string Name, NodeRoles Role, int Port, string? Device, ServeSettings Settings)
{
    /// <summary>The processes of a daemon: its coordinator, then a process for each device, at consecutive ports.</summary>
    public static IReadOnlyList<NodeBootstrap> For(ServeSettings settings, int parent)
    {
        var first = settings.Cluster!.Port;
        var nodes = new List<NodeBootstrap>();
        if (settings.Roles.HasFlag(NodeRoles.Coordinator))
            nodes.Add(new NodeBootstrap(parent, "coordinator", NodeRoles.Coordinator, first, null, settings));
        if (settings.Roles.HasFlag(NodeRoles.Device))
        {
            var devices = settings.Device.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < devices.Length; i++)
                nodes.Add(new NodeBootstrap(parent, $"device-{i + 1}", NodeRoles.Device, first + nodes.Count, devices[i], settings));
        }

        return nodes;
    }

    /// <summary>The folder of the process's log files.</summary>
    public string LogFolder => Path.Combine(Settings.DataFolder, "logs", Name);

    /// <summary>The message as a single line, without a line end.</summary>
    public string ToLine() => JsonSerializer.Serialize(this);

    /// <summary>Reads what <see cref="ToLine"/> wrote.</summary>
    /// <exception cref="DeviceProcessException">The line is not a valid bootstrap message.</exception>
    public static NodeBootstrap Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<NodeBootstrap>(line) ?? throw new DeviceProcessException("the bootstrap message is empty");
        }
        catch (JsonException e)
        {
            throw new DeviceProcessException($"the bootstrap message cannot be read: {e.Message}", e);
        }
    }
}
