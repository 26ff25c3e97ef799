using System.Diagnostics;
using System.Globalization;

namespace ActorColorize.Process.Tests.Cluster;

/// <summary>The parameters of a kill storm.</summary>
/// <param name="Items">Pictures of the job; the kills are spread over it.</param>
/// <param name="Seed">Seed of the victims.</param>
/// <param name="Kills">How many processes are killed.</param>
/// <param name="Stops">How many devices are suspended past their lease and resumed.</param>
/// <param name="LeaseSeconds">How long work is leased.</param>
internal sealed record StormPlan(int Items, int Seed, int Kills, int Stops, int LeaseSeconds);

/// <summary>
/// Kills processes of a busy cluster, each after some pictures since the last kill: coordinators, the leader first; devices; parents.
/// Reports each kill on a line.
/// </summary>
internal sealed class KillStorm(ClusterOnThisMachine cluster, StormPlan plan, Func<int> finished, Func<bool> isOver, Action<string> tell)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly Random _random = new(plan.Seed);
    private readonly SortedDictionary<string, int> _victims = new(StringComparer.Ordinal);

    /// <summary>Victims by kind.</summary>
    public IReadOnlyDictionary<string, int> Victims => _victims;

    /// <summary>Runs until every victim has been killed or the job has ended.</summary>
    public async Task RageAsync()
    {
        for (var strike = 0; strike < plan.Kills && !isOver(); strike++)
        {
            await StrikeAsync(strike);
            if (strike < plan.Stops)
                await StopAsync();
            await ProgressAsync(plan.Kills - strike);
        }
    }

    private async Task StrikeAsync(int strike)
    {
        var kind = strike == 0 ? 0 : _random.Next(10);
        switch (kind)
        {
            case < 2 when cluster.Holder is { } holder:
                await KillAsync("leading coordinator", holder, node => node.Coordinator);
                break;
            case < 5:
                await KillAsync("coordinator", Any(cluster.Coordinators), node => node.Coordinator);
                break;
            case < 8:
                await KillAsync("device", Any(cluster.Devices), node => node.Device);
                break;
            default:
                var parent = Any(cluster.Nodes);
                Count("parent", parent);
                await parent.KillAsync();
                parent.Start();
                break;
        }
    }

    private async Task KillAsync(string kind, NodeOnThisMachine node, Func<NodeOnThisMachine, int?> process)
    {
        await UntilAsync(() => process(node) is not null, $"the {kind} of {node.Port} runs");
        var victim = process(node)!.Value;
        Count(kind, node);
        DeviceProcesses.Send(victim, DeviceProcesses.Kill);
        await DeviceProcesses.UntilGoneAsync(victim);
    }

    /// <summary>Suspends a device until its units have been leased to another, then resumes it.</summary>
    private async Task StopAsync()
    {
        const int graceSeconds = 15; // what the coordinator waits beyond a lease
        var node = Any(cluster.Devices);
        await UntilAsync(() => node.Device is not null, "a device runs");
        var sleeper = node.Device!.Value;
        Count("device stopped past its lease", node);
        DeviceProcesses.Send(sleeper, DeviceProcesses.Stop);
        var clock = Stopwatch.StartNew();
        await UntilAsync(() => clock.Elapsed > TimeSpan.FromSeconds(plan.LeaseSeconds + graceSeconds), "its lease is over");
        if (!DeviceProcesses.IsGone(sleeper))
            DeviceProcesses.Send(sleeper, DeviceProcesses.Continue);
    }

    /// <summary>Waits for enough pictures to spread the remaining kills over the remaining pictures.</summary>
    private async Task ProgressAsync(int strikesLeft)
    {
        var before = finished();
        var between = Math.Max(4, (plan.Items - before) / (strikesLeft + 4));
        await UntilAsync(() => finished() >= before + between || isOver(), "further pictures come out");
    }

    private NodeOnThisMachine Any(IEnumerable<NodeOnThisMachine> nodes)
    {
        var all = nodes.ToArray();
        return all[_random.Next(all.Length)];
    }

    private void Count(string kind, NodeOnThisMachine node)
    {
        _victims[kind] = _victims.GetValueOrDefault(kind) + 1;
        tell(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss} {finished()} pictures: {kind} of {node.Port}"));
    }

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!condition())
        {
            if (clock.Elapsed > Patience)
                throw new TimeoutException($"it did not come about that {what}");
            await tick.WaitForNextTickAsync();
        }
    }
}
