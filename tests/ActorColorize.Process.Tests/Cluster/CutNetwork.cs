using System.Diagnostics;

namespace ActorColorize.Process.Tests.Cluster;

/// <summary>Nodes with their own network namespaces on one bridge, which can be partitioned and healed. Requires root.</summary>
internal sealed class CutNetwork : IDisposable
{
    private readonly string _id = $"ac{Environment.ProcessId % 100_000}";
    private readonly int _subnet = 16 + Environment.ProcessId % 200;
    private readonly int _count;

    /// <summary>Creates the namespaces.</summary>
    public CutNetwork(int count)
    {
        _count = count;
        Run("ip", "link", "add", _id, "type", "bridge");
        Run("ip", "addr", "add", $"10.77.{_subnet}.254/24", "dev", _id);
        Run("ip", "link", "set", _id, "up");
        for (var i = 0; i < count; i++)
        {
            Run("ip", "netns", "add", Name(i));
            Run("ip", "link", "add", $"{_id}v{i}", "type", "veth", "peer", "name", "eth0", "netns", Name(i));
            Run("ip", "link", "set", $"{_id}v{i}", "master", _id, "up");
            Run("ip", "-n", Name(i), "addr", "add", $"{Address(i)}/24", "dev", "eth0");
            Run("ip", "-n", Name(i), "link", "set", "eth0", "up");
            Run("ip", "-n", Name(i), "link", "set", "lo", "up");
        }
    }

    /// <summary>Whether namespaces can be created here.</summary>
    public static bool IsPossible => Environment.UserName == "root" && File.Exists("/usr/sbin/ip") | File.Exists("/sbin/ip");

    /// <summary>The address of a node; the test has a different one, which no partition affects.</summary>
    public string Address(int node) => $"10.77.{_subnet}.{node + 1}";

    /// <summary>The place of a node.</summary>
    public NodePlace Place(int node, string roles) => new(roles, Address(node), ["ip", "netns", "exec", Name(node)]);

    /// <summary>Silently drops all packets between these nodes and the others, in both directions.</summary>
    public void Cut(params int[] side) =>
        ForEachPair(side, (from, to) => Run("ip", "-n", Name(from), "route", "add", "blackhole", $"{Address(to)}/32"));

    /// <summary>Heals the partition.</summary>
    public void Clear(params int[] side) =>
        ForEachPair(side, (from, to) => Run("ip", "-n", Name(from), "route", "del", "blackhole", $"{Address(to)}/32"));

    public void Dispose()
    {
        for (var i = 0; i < _count; i++)
            Run("ip", "netns", "del", Name(i));
        Run("ip", "link", "del", _id);
    }

    private string Name(int node) => $"{_id}-{node}";

    private void ForEachPair(int[] side, Action<int, int> act)
    {
        for (var from = 0; from < _count; from++)
        {
            for (var to = 0; to < _count; to++)
            {
                if (side.Contains(from) != side.Contains(to))
                    act(from, to);
            }
        }
    }

    private static void Run(params string[] command)
    {
        using var process = System.Diagnostics.Process.Start(
            new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, UseShellExecute = false }
        )!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)}: {error}");
    }
}
