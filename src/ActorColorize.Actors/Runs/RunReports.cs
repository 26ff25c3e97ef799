using System.Text;
using ActorColorize.Actors.Training;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Runs;

/// <summary>Builds a coordinator's answers about its runs.</summary>
/// <param name="registry">The runs.</param>
internal sealed class RunReports(RunRegistry registry)
{
    private const int MostCheckpoints = 100;
    private const int MostModels = 100;
    private const int MostNoticesAtOnce = 20;
    private const int MostRunsAtOnce = 100;
    private const int LargestPage = 24 * 1024; // bytes of names; the rest of an entry is counted as so many
    private const int RestOfEntry = 120;

    /// <summary>The devices that train; null until the supervisor has reported them.</summary>
    internal IReadOnlyList<TrainingDevice>? Devices { get; set; }

    /// <summary>The phase of a known run.</summary>
    internal TrainingPhase PhaseOf(RunEntry entry) => entry.PhaseWith(registry.ViewOf(entry.Run)?.Placement);

    /// <summary>The status of a known run.</summary>
    internal TrainingReports.RunStatus StatusOf(RunEntry entry)
    {
        var view = registry.ViewOf(entry.Run)!;
        return new(
            entry.Run,
            entry.Origin.Client,
            entry.Origin.Key,
            entry.Name,
            entry.Origin.Request.Data,
            entry.Origin.Request.RunFolder,
            PhaseOf(entry),
            StepOf(entry, view),
            entry.TotalSteps,
            entry.IsOver && view.Progress is { } last ? last with { Remaining = null } : view.Progress,
            view.Validation,
            view.Checkpoint,
            view.Faults,
            DoingOf(entry, view),
            entry.FirstSubmittedAt,
            entry.IsOver ? entry.End?.At : null,
            entry.End?.Detail ?? string.Empty,
            entry.End?.Cause
        );
    }

    /// <summary>The updates of a known run.</summary>
    internal TrainingReports.RunUpdates UpdatesAfter(RunEntry entry, long sequence)
    {
        var view = registry.ViewOf(entry.Run)!;
        return new(view.Sequence, StatusOf(entry), view.NoticesAfter(sequence, MostNoticesAtOnce), entry.IsOver);
    }

    /// <summary>Runs, the newest first.</summary>
    internal TrainingReports.RunPage List(TrainingQueries.List query)
    {
        var wanted = registry
            .Entries.Where(entry => query.Before is null || string.CompareOrdinal(entry.Run.Value, query.Before) < 0)
            .OrderByDescending(entry => entry.Run.Value, StringComparer.Ordinal)
            .ToList();
        var page = Fitting(wanted.Take(Math.Clamp(query.Limit, 1, MostRunsAtOnce)), entry => [entry.Name, entry.Origin.Request.RunFolder]);
        return new([.. page.Select(SummaryOf)], page.Count < wanted.Count ? page[^1].Run.Value : null);
    }

    /// <summary>A run's complete checkpoints, read from its folder; blocks.</summary>
    internal static TrainingReports.CheckpointPage Checkpoints(RunId run, string folder)
    {
        var entries = new CheckpointStore(folder, run.Value).List();
        var best = CheckpointStore.Best(entries);
        return new(
            run,
            [
                .. Fitting(entries.Reverse().Take(MostCheckpoints), point => [point.Folder])
                    .Reverse<CheckpointEntry>()
                    .Select(point => new CheckpointReport(
                        new StepNumber(point.Manifest.Step),
                        point.Manifest.CreatedAt,
                        point.Manifest.ValidationLoss,
                        point == best,
                        point.Folder
                    )),
            ]
        );
    }

    /// <summary>The named models, read from their folder; blocks.</summary>
    internal static TrainingReports.ModelPage Models(ModelRegistry models) =>
        new(Fitting(models.All().Take(MostModels), model => [model.Name, model.File, model.Sha256]));

    private static StepNumber StepOf(RunEntry entry, RunView view) => entry.End is { } end && end.Step > view.Step ? end.Step : view.Step;

    private string? DoingOf(RunEntry entry, RunView view) =>
        entry.PhaseWith(view.Placement) switch
        {
            TrainingPhase.Paused => $"paused by {entry.DesiredBy}",
            TrainingPhase.Preparing or TrainingPhase.Waiting when Devices is { Count: 0 } =>
                "no device is available; training starts when one joins",
            TrainingPhase.Waiting
                when registry.Views.FirstOrDefault(other => other.View.Placement?.Stage == RunStage.OnDevice && other.Run != entry.Run)
                    is { View: not null } busy => Devices is { Count: > 1 } devices
                ? $"all {devices.Count} devices are training other runs"
                : $"run {busy.Run} is using the device",
            TrainingPhase.Preparing or TrainingPhase.Running => view.Doing
                ?? (view.Placement?.Device is { } device ? $"on {device}" : null),
            _ => null,
        };

    private RunSummary SummaryOf(RunEntry entry) =>
        new(
            entry.Run,
            entry.Origin.Client,
            entry.Name,
            entry.Origin.Request.RunFolder,
            PhaseOf(entry),
            StepOf(entry, registry.ViewOf(entry.Run)!),
            entry.TotalSteps,
            entry.FirstSubmittedAt
        );

    /// <summary>As many entries as fit into a message, at least one.</summary>
    private static List<T> Fitting<T>(IEnumerable<T> entries, Func<T, IReadOnlyList<string>> texts)
    {
        var (page, bytes) = (new List<T>(), 0);
        foreach (var entry in entries)
        {
            bytes += RestOfEntry + texts(entry).Sum(Encoding.UTF8.GetByteCount);
            if (page.Count > 0 && bytes > LargestPage)
                break;
            page.Add(entry);
        }

        return page;
    }
}
