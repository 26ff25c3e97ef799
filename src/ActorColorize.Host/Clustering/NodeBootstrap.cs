using System.Text.Json;
using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Host.Serving;

namespace ActorColorize.Host.Clustering;

/// <summary>
/// What one process of a clustered daemon is to be. Its parent has read and checked the configuration and hands it over through standard
/// input: it may hold a database's password, and a command line
/// or an environment can be read by others.
/// </summary>
/// <param name="ParentProcess">The parent's process id.</param>
/// <param name="Name">The process' name among its parent's, for logs: <c>coordinator</c>, <c>device-1</c> …</param>
/// <param name="Role">What it is for.</param>
/// <param name="Port">The port that it listens at for other members.</param>
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

    /// <summary>The folder of the process' log files.</summary>
    public string LogFolder => Path.Combine(Settings.DataFolder, "logs", Name);

    /// <summary>One line without a line end in it.</summary>
    public string ToLine() => JsonSerializer.Serialize(this);

    /// <summary>Reads what <see cref="ToLine"/> wrote.</summary>
    /// <exception cref="DeviceProcessException">The line is no bootstrap message.</exception>
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
