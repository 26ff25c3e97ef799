using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Runs;

/// <summary>Answers queries about runs and models: immediately, after reading from disk, or as soon as there are updates.</summary>
/// <param name="registry">The runs.</param>
/// <param name="reports">Makes the answers.</param>
/// <param name="models">The named models.</param>
/// <param name="coordinator">Gets <see cref="FolderRead"/>.</param>
/// <param name="log">The coordinator's log.</param>
internal sealed class RunQuestions(
    RunRegistry registry,
    RunReports reports,
    ModelRegistry models,
    IActorRef coordinator,
    ILoggingAdapter log
)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly List<(TrainingQueries.UpdatesAfter Query, IActorRef Watcher, DateTimeOffset Until)> _waiting = [];

    /// <summary>Whether any watcher waits for updates.</summary>
    internal bool IsAwaited => _waiting.Count > 0;

    /// <summary>Answers a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="asker">The sender.</param>
    /// <param name="now">The time.</param>
    internal void Answer(TrainingQueries.ITrainingQuery query, IActorRef asker, DateTimeOffset now)
    {
        switch (query)
        {
            case TrainingQueries.Show show:
                Answer(show.Run, asker, reports.StatusOf);
                break;
            case TrainingQueries.List list:
                asker.Tell(reports.List(list));
                break;
            case TrainingQueries.Models:
                AnswerFromDisk(asker, "the models", () => RunReports.Models(models));
                break;
            case TrainingQueries.Checkpoints checkpoints when registry.Find(checkpoints.Run) is { } entry:
                var folder = entry.Origin.Request.RunFolder;
                AnswerFromDisk(asker, $"the checkpoints of run {checkpoints.Run}", () => RunReports.Checkpoints(checkpoints.Run, folder));
                break;
            case TrainingQueries.Checkpoints checkpoints:
                asker.Tell(new TrainingReports.NoSuchRun(checkpoints.Run));
                break;
            case TrainingQueries.UpdatesAfter after when Waits(after):
                _waiting.Add((after, asker, now + (after.Wait < LongestWait ? after.Wait : LongestWait)));
                break;
            case TrainingQueries.UpdatesAfter after:
                Answer(after.Run, asker, entry => reports.UpdatesAfter(entry, after.After));
                break;
            default:
                throw new ArgumentException($"unknown query {query.GetType().Name}", nameof(query));
        }
    }

    /// <summary>Answers the watchers for which there are updates, and those whose run was forgotten.</summary>
    internal void AnswerUpdated() => AnswerWaiting((query, _) => registry.ViewOf(query.Run) is not { } view || view.Sequence > query.After);

    /// <summary>Answers the watchers whose deadline has passed.</summary>
    internal void AnswerLate(DateTimeOffset now) => AnswerWaiting((_, until) => until <= now);

    /// <summary>Adds what was read from a run's folder and answers the query.</summary>
    internal void Take(FolderRead read)
    {
        if (read.Problem is { } problem) // for example a folder that was deleted
            log.Warning(problem, "the folder of run {0} cannot be read: {1}", read.Run, problem.Message);
        if (registry.ViewOf(read.Run) is { } view)
        {
            if (read.Timeline is { } timeline)
                view.Read(timeline);
            view.WasRead = true;
        }

        Answer(read.Run, read.Asker, read.Answer);
    }

    private bool Waits(TrainingQueries.UpdatesAfter query) =>
        registry.Find(query.Run) is { IsOver: false } && registry.ViewOf(query.Run)!.Sequence <= query.After && query.Wait > TimeSpan.Zero;

    /// <summary>Answers a query about a run; what happened before this process started is first read from its folder, once.</summary>
    private void Answer(RunId run, IActorRef asker, Func<RunEntry, object> answer)
    {
        if (registry.Find(run) is not { } entry)
        {
            asker.Tell(new TrainingReports.NoSuchRun(run));
            return;
        }

        if (entry.TotalSteps is null || registry.ViewOf(run) is { WasRead: true })
        {
            asker.Tell(answer(entry));
            return;
        }

        var folder = new RunFolder(entry.Origin.Request.RunFolder);
        Task.Run(() => RunTimeline.Read(folder))
            .PipeTo(
                coordinator,
                success: timeline => new FolderRead(run, timeline, null, asker, answer),
                failure: e => new FolderRead(run, null, e, asker, answer)
            );
    }

    private void AnswerFromDisk<T>(IActorRef asker, string what, Func<T> read) =>
        Task.Run(read)
            .PipeTo(
                asker,
                coordinator,
                success: page => page!,
                failure: e =>
                {
                    log.Warning(e, "{0} cannot be read: {1}", what, e.Message);
                    return new TrainingReports.NotReadable(e.Message);
                }
            );

    private void AnswerWaiting(Func<TrainingQueries.UpdatesAfter, DateTimeOffset, bool> isDue)
    {
        foreach (var waiter in _waiting.Where(waiter => isDue(waiter.Query, waiter.Until)).ToArray())
        {
            _waiting.Remove(waiter);
            waiter.Watcher.Tell(
                registry.Find(waiter.Query.Run) is { } entry
                    ? reports.UpdatesAfter(entry, waiter.Query.After)
                    : new TrainingReports.NoSuchRun(waiter.Query.Run)
            );
        }
    }

    /// <summary>The content of a run's folder, or why it cannot be read.</summary>
    internal sealed record FolderRead(RunId Run, RunTimeline? Timeline, Exception? Problem, IActorRef Asker, Func<RunEntry, object> Answer);
}
