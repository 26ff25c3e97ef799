using System.Text;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Runs;

/// <content>
/// What is asked about runs, and what watchers are told. Updates is gathered for a moment before it goes out, so that a run of quick steps
/// costs no more than a slow one.
/// </content>
public sealed partial class RunCoordinator
{
    private const int MostCheckpoints = 100;
    private const int MostModels = 100;
    private const int MostNoticesAtOnce = 20;
    private const int MostRunsAtOnce = 100;
    private const int LargestPage = 24 * 1024; // bytes of names; the rest of an entry is counted as so many
    private const int RestOfEntry = 120;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly List<(TrainingQueries.UpdatesAfter Query, IActorRef Watcher, DateTimeOffset Until)> _waiting = [];
    private long _sequence;
    private bool _updatesIsDue;

    private void ReceiveQueries()
    {
        Command<TrainingQueries.Show>(query => Answer(query.Run, Sender, () => StatusOf(query.Run)));
        Command<TrainingQueries.List>(List);
        Command<TrainingQueries.Checkpoints>(ListCheckpoints);
        Command<TrainingQueries.Models>(_ =>
        {
            var models = _settings.Models;
            Task.Run(() =>
                    new TrainingReports.ModelPage(Fitting(models.All().Take(MostModels), model => [model.Name, model.File, model.Sha256]))
                )
                .PipeTo(Sender, Self, page => page, e => new TrainingReports.NotReadable(e.Message));
        });
        Command<TrainingQueries.UpdatesAfter>(query =>
        {
            if (
                _views.TryGetValue(query.Run, out var view)
                && view.Sequence <= query.After
                && !_entries[query.Run].IsOver
                && query.Wait > TimeSpan.Zero
            )
                _waiting.Add((query, Sender, Now + (query.Wait < LongestWait ? query.Wait : LongestWait)));
            else
                Answer(query.Run, Sender, () => UpdatesAfter(query));
        });
        Command<WasRead>(read =>
        {
            if (read.Timeline is { } timeline)
                _views[read.Run].Read(timeline);
            else
                _views[read.Run].WasRead = true;
            read.Asker.Tell(read.Answer());
        });
        Command<UpdatesDue>(_ =>
        {
            _updatesIsDue = false;
            AnswerWaiters(waiter => _views[waiter.Query.Run].Sequence > waiter.Query.After);
        });
        Command<WaitersLate>(_ => AnswerWaiters(waiter => waiter.Until <= Now));
    }

    /// <summary>Answers about a run; what happened before this process is looked up in its folder first, once.</summary>
    private void Answer(RunId run, IActorRef asker, Func<object> answer)
    {
        if (!_entries.TryGetValue(run, out var entry))
        {
            asker.Tell(new TrainingReports.NoSuchRun(run));
            return;
        }

        if (entry.TotalSteps is null || _views[run].WasRead)
        {
            asker.Tell(answer());
            return;
        }

        var folder = new RunFolder(entry.Origin.Request.RunFolder);
        Task.Run(() => RunTimeline.Read(folder))
            // A folder that is gone tells nothing
            .PipeTo(
                Self,
                success: timeline => new WasRead(run, timeline, asker, answer),
                failure: _ => new WasRead(run, null, asker, answer)
            );
    }

    private void AnswerWaiters(Func<(TrainingQueries.UpdatesAfter Query, IActorRef Watcher, DateTimeOffset Until), bool> isDue)
    {
        foreach (var waiter in _waiting.Where(isDue).ToArray())
        {
            _waiting.Remove(waiter);
            waiter.Watcher.Tell(UpdatesAfter(waiter.Query));
        }
    }

    private TrainingReports.RunUpdates UpdatesAfter(TrainingQueries.UpdatesAfter query)
    {
        var view = _views[query.Run];
        return new(view.Sequence, StatusOf(query.Run), view.NoticesAfter(query.After, MostNoticesAtOnce), _entries[query.Run].IsOver);
    }

    private TrainingPhase PhaseOf(RunId run) => _entries[run].PhaseWith(_views[run].Placement);

    private TrainingReports.RunStatus StatusOf(RunId run)
    {
        var (entry, view) = (_entries[run], _views[run]);
        return new(
            run,
            entry.Origin.Client,
            entry.Origin.Key,
            entry.Name,
            entry.Origin.Request.Data,
            entry.Origin.Request.RunFolder,
            PhaseOf(run),
            StepOf(entry, view),
            entry.TotalSteps,
            entry.IsOver
                ? view.Progress is { } last
                    ? last with
                    {
                        Remaining = null,
                    }
                    : null
                : view.Progress,
            view.Validation,
            view.Checkpoint,
            view.Faults,
            DoingOf(entry, view),
            entry.FirstSubmittedAt,
            entry.IsOver ? entry.End?.At : null,
            entry.End?.Detail ?? string.Empty
        );
    }

    private static StepNumber StepOf(RunEntry entry, RunView view) => entry.End is { } end && end.Step > view.Step ? end.Step : view.Step;

    private string? DoingOf(RunEntry entry, RunView view) =>
        entry.PhaseWith(view.Placement) switch
        {
            TrainingPhase.Paused => $"paused by {entry.DesiredBy}",
            TrainingPhase.Preparing or TrainingPhase.Waiting when _hearsOfSupervisor && _devices.Count == 0 =>
                "no device is there to train on; it begins when one joins",
            TrainingPhase.Waiting
                when _views.FirstOrDefault(other => other.Value.Placement?.Stage == RunStage.OnDevice && other.Key != entry.Run)
                    is { Value: not null } busy => _devices.Count > 1
                ? $"all {_devices.Count} devices train other runs"
                : $"run {busy.Key} is on the device",
            TrainingPhase.Preparing or TrainingPhase.Running => view.Doing
                ?? (view.Placement?.Device is { } device ? $"on {device}" : null),
            _ => null,
        };

    private void List(TrainingQueries.List query)
    {
        var wanted = _entries
            .Values.Where(entry => query.Before is null || string.CompareOrdinal(entry.Run.Value, query.Before) < 0)
            .OrderByDescending(entry => entry.Run.Value, StringComparer.Ordinal)
            .ToList();
        var page = Fitting(wanted.Take(Math.Clamp(query.Limit, 1, MostRunsAtOnce)), entry => [entry.Name, entry.Origin.Request.RunFolder]);
        Sender.Tell(new TrainingReports.RunPage([.. page.Select(SummaryOf)], page.Count < wanted.Count ? page[^1].Run.Value : null));
    }

    private RunSummary SummaryOf(RunEntry entry) =>
        new(
            entry.Run,
            entry.Origin.Client,
            entry.Name,
            entry.Origin.Request.RunFolder,
            PhaseOf(entry.Run),
            StepOf(entry, _views[entry.Run]),
            entry.TotalSteps,
            entry.FirstSubmittedAt
        );

    /// <summary>As many as a small message carries, at least one.</summary>
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

    private void ListCheckpoints(TrainingQueries.Checkpoints query)
    {
        if (!_entries.TryGetValue(query.Run, out var entry))
        {
            Sender.Tell(new TrainingReports.NoSuchRun(query.Run));
            return;
        }

        var folder = entry.Origin.Request.RunFolder;
        Task.Run(() =>
            {
                var entries = new CheckpointStore(folder, query.Run.Value).List();
                var best = CheckpointStore.Best(entries);
                return new TrainingReports.CheckpointPage(
                    query.Run,
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
            })
            .PipeTo(Sender, Self, page => page, e => new TrainingReports.NotReadable(e.Message));
    }

    // ---- what happens

    private void Hear(IWithRunId fact)
    {
        if (!_views.TryGetValue(fact.Run, out var view) || !view.Hear(fact, out var notice))
            return;
        Show(fact.Run, _ => { }, notice);
    }

    private void Notice(RunId run, string text) => Show(run, _ => { }, text);

    private void Show(RunId run, Action<RunView> change, string? notice = null)
    {
        if (!_views.TryGetValue(run, out var view))
            return;
        change(view);
        view.Changed(++_sequence, Now, notice);
        if (_updatesIsDue || _waiting.Count == 0)
            return;
        _updatesIsDue = true;
        Timers.StartSingleTimer(nameof(UpdatesDue), UpdatesDue.Instance, _settings.GatherUpdatesFor);
    }

    private sealed record WasRead(RunId Run, RunTimeline? Timeline, IActorRef Asker, Func<object> Answer);

    private sealed class UpdatesDue
    {
        internal static readonly UpdatesDue Instance = new();
    }

    private sealed class WaitersLate
    {
        internal static readonly WaitersLate Instance = new();
    }
}
