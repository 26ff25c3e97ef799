using ActorColorize.Actors.Liveness;
using ActorColorize.Actors.NodeProcess;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Isolation;
using ActorColorize.Host.Logging;
using ActorColorize.Host.Nodes;
using ActorColorize.Host.Serving;
using Akka;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Host.Clustering;

/// <summary>
/// The parent of a clustered daemon's processes: starts, watches, restarts and gracefully stops them. It holds no other state and is not a
/// member of the cluster. If it is killed, its processes are killed with it.
/// </summary>
internal sealed class NodeProcesses(CommandContext context, ServeSettings settings, RunLog log, DaemonState state)
{
    private const string WarningPrefix = "warning: ";

    /// <summary>Supervises the processes until the stop signal.</summary>
    public async Task RunAsync()
    {
        var nodes = NodeBootstrap.For(settings, Environment.ProcessId);
        var processes = new List<(NodeRoles Role, IActorRef Writer)>();
        var limits = new NodeProcessLimits();
        await using var parent = await LocalNode.StartAsync(log.Factory, limits.LeaveGrace, akka => akka.WithActors(
                (system, _) =>
                {
                    foreach (var node in nodes)
                    {
                        var starter = new BootstrappedProcessStarter(
                            node.Name,
                            [.. OwnProgram.Command, NodeProcessMain.Command, node.Name],
                            node.ToLine()
                        );
                        processes.Add(
                            (
                                node.Role,
                                system.ActorOf(
                                    Props.Create(() =>
                                        new NodeProcessActor(starter, limits, line => Pass(node.Name, line), TimeProvider.System)
                                    ),
                                    node.Name
                                )
                            )
                        );
                    }
                }
            ));
        Tell(nodes);
        // Each process watches itself and is replaced; this one is alive if it can replace them.
        parent.WatchLiveness(new LivenessSettings([.. nodes.Select(node => $"/user/{node.Name}")]), state.Judged);
        state.Ready($"supervising {string.Join(", ", nodes.Select(node => node.Name))}");
        await StoppedAsync();
        state.Stopping();
        log.Factory.CreateLogger("Serve").LogInformation("stopping: devices first, so that the coordinator records what they finish");
        foreach (var role in new[] { NodeRoles.Device, NodeRoles.Coordinator })
            await Task.WhenAll(
                processes.Where(entry => entry.Role == role).Select(entry => entry.Writer.Ask<Done>(NodeProcessActor.Stop.Instance))
            );
    }

    private void Tell(IReadOnlyList<NodeBootstrap> nodes)
    {
        var processes = string.Join(", ", nodes.Select(node => $"{node.Name} at port {node.Port}"));
        context.Screen.Line($"starting {processes}; data folder {settings.DataFolder}, each process logs to the logs folder");
        context.Screen.Json(
            new
            {
                Data = settings.DataFolder,
                Process = Environment.ProcessId,
                Nodes = nodes.Select(node => new { node.Name, node.Port }),
            }
        );
        log.Factory.CreateLogger("Serve").LogInformation("supervising {Processes}", processes);
    }

    private void Pass(string name, NodeLine line)
    {
        if (log.Relay(name, line.Text))
            return;
        var logger = log.Factory.CreateLogger("Serve");
        if (!line.IsError)
        {
            context.Screen.Line($"{name}: {line.Text}");
            logger.LogInformation("{Name}: {Line}", name, line.Text);
        }
        else if (line.Text.StartsWith(WarningPrefix, StringComparison.Ordinal))
        {
            logger.LogWarning("{Name}: {Line}", name, line.Text[WarningPrefix.Length..]);
        }
        else
        {
            logger.LogInformation("{Name}: {Line}", name, line.Text); // the end of the process is logged as a warning
        }
    }

    private async Task StoppedAsync()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stop = context.Stop.Token.Register(() => stopped.TrySetResult());
        await stopped.Task;
    }
}
