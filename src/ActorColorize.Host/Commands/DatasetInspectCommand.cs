using ActorColorize.Actors.Inspection;
using ActorColorize.Data.Datasets;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Inspection;
using ActorColorize.Host.Logging;
using ActorColorize.Host.Nodes;
using ActorColorize.Host.Watchers;
using ActorColorize.Model.Devices;
using Akka.Actor;

namespace ActorColorize.Host.Commands;

/// <summary>Looks at every picture of a dataset and says what is to be known before it is trained on.</summary>
internal sealed class DatasetInspectCommand(CommandContext context)
{
    /// <summary>Runs until every picture was looked at.</summary>
    public async Task<ExitCode> RunAsync(DatasetInspectOptions options)
    {
        var root = Path.GetFullPath(options.Data);
        var splits = options.Split is { } split ? [DatasetLayout.Open(root, split)] : DatasetLayout.OpenAll(root);
        LibTorchRuntime.EnsureLoaded();
        var report = options.Report is { } folder ? Path.GetFullPath(folder) : null;
        if (report is not null)
            Directory.CreateDirectory(report); // a folder that cannot be written to is said before the work, not after it

        var findings = await InspectAsync(splits);
        InspectionText.Show(context.Screen, findings);
        context.Screen.Json(InspectionJson.Of(findings));
        if (report is not null)
            context.Screen.Line($"page: {InspectionPage.Write(report, findings)}");
        return findings.Unreadable.Count > 0 ? ExitCode.CompletedWithErrors : ExitCode.Success;
    }

    private async Task<DatasetFindings> InspectAsync(IReadOnlyList<PictureSet> splits)
    {
        var log = context.OpenLog(StateFolder.Logs, CommandContext.NewId());
        var ended = new TaskCompletionSource<DatasetFindings>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var display = new InspectionDisplay(context.Screen, context.Time);
        await using var node = await LocalNode.StartForInspectingAsync(new InspectionSettings(), log.Factory);
        var watcher = node.System.ActorOf(Props.Create(() => new InspectionWatcher(display, ended)), "inspection-watcher");
        node.Actors.Get<InspectionActor>().Tell(new InspectionCommands.Inspect(splits, watcher), watcher);
        return await ended.Task.WaitAsync(context.Stop.Token);
    }
}
