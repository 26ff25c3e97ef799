using ActorColorize.Actors.Inspection;
using ActorColorize.Data.Datasets;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Logging;
using ActorColorize.Host.Nodes;
using ActorColorize.Host.Watchers;
using ActorColorize.Model.Devices;
using Akka.Actor;

namespace ActorColorize.Host.Commands.Datasets;

/// <summary>Runs the inspection actor for a command.</summary>
internal static class Inspecting
{
    /// <summary>Inspects every picture of the splits, with progress on the screen.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="splits">The splits.</param>
    internal static async Task<DatasetFindings> RunAsync(CommandContext context, IReadOnlyList<PictureSet> splits)
    {
        LibTorchRuntime.EnsureLoaded();
        var log = context.OpenLog(StateFolder.Logs, CommandContext.NewId());
        var ended = new TaskCompletionSource<DatasetFindings>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var display = new InspectionDisplay(context.Screen, context.Time);
        await using var node = await LocalNode.StartForInspectingAsync(new InspectionSettings(), log.Factory);
        var watcher = node.System.ActorOf(Props.Create(() => new InspectionWatcher(display, ended)), "inspection-watcher");
        node.Actors.Get<InspectionActor>().Tell(new InspectionCommands.Inspect(splits, watcher), watcher);
        return await ended.Task.WaitAsync(context.Stop.Token);
    }
}
