using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Jobs;

/// <summary>Answers queries about jobs: from memory, or through the store's reader.</summary>
internal sealed class JobQueryHandler(OpenJobs jobs, WorkScheduler scheduler, CommitPipeline commits, IActorRef reader, JobClock clock)
{
    private readonly EventWaiters _waiters = new();

    internal void Answer(JobQueries.Show query, IActorRef asker)
    {
        if (jobs.Find(query.Job) is { } entry)
            asker.Tell(StatusOf(entry));
        else
            reader.Tell(new JobReaderQueries.Find(query.Job, default, "", query, asker));
    }

    internal void Answer(JobQueries.List query, IActorRef asker) => reader.Tell(query, asker);

    internal void Answer(JobQueries.Errors query, IActorRef asker) => reader.Tell(query, asker);

    internal void Answer(JobQueries.Reviews query, IActorRef asker) => reader.Tell(query, asker);

    internal void Answer(JobQueries.Items query, IActorRef asker) =>
        reader.Tell(
            new JobReaderQueries.ItemsWithLeases(query, jobs.Find(query.Job)?.Ledger.LeasedNumbers() ?? new HashSet<long>()),
            asker
        );

    internal void Answer(JobQueries.UsersOfModel query, IActorRef asker)
    {
        const int most = 20;
        var folder = Path.TrimEndingDirectorySeparator(query.Folder) + Path.DirectorySeparatorChar;
        asker.Tell(
            new JobReports.ModelUsers([
                .. jobs
                    .All.Where(entry =>
                        !entry.State.IsOver && entry.State.Specification.ModelPath.StartsWith(folder, StringComparison.Ordinal)
                    )
                    .Select(static entry => entry.Job)
                    .OrderBy(static job => job.Value, StringComparer.Ordinal)
                    .Take(most),
            ])
        );
    }

    internal void AnswerWorkers(IActorRef asker) => asker.Tell(new JobReports.WorkerPage([.. scheduler.Workers(clock.Elapsed).Take(100)]));

    /// <summary>Answers with a page of a job's events; if there are none yet, the answer is delayed.</summary>
    internal void Answer(JobQueries.EventsAfter query, IActorRef watcher)
    {
        if (jobs.Find(query.Job) is { } entry && EventWaiters.Waits(query, entry.Committed))
            _waiters.Add(query, watcher, clock.Elapsed);
        else
            Read(query, watcher);
    }

    /// <summary>The reader's answer to <see cref="JobQueries.Show"/>.</summary>
    internal static void Answer(JobQueries.Show query, LoadedJob? found, IActorRef asker)
    {
        if (found?.Stored is { } job)
            asker.Tell(Status(job.State, job.Progress, 0, null, 0, null));
        else
            asker.Tell(new JobReports.NoSuchJob(query.Job));
    }

    /// <summary>Answers the watchers of a job if it has new events or has ended.</summary>
    internal void AnswerWaiters(JobId job)
    {
        foreach (var (query, watcher) in _waiters.Due(job, jobs.Find(job)?.Committed.LastSequence))
            Read(query, watcher);
    }

    /// <summary>Answers the watchers whose deadline has passed.</summary>
    internal void AnswerExpiredWaiters()
    {
        foreach (var (query, watcher) in _waiters.Due(clock.Elapsed))
            Read(query, watcher);
    }

    private void Read(JobQueries.EventsAfter query, IActorRef watcher)
    {
        if (jobs.Find(query.Job) is { } entry)
            reader.Tell(new JobReaderQueries.EventsOfOpenJob(query, entry.Committed, entry.State.Scan is not null), watcher);
        else
            reader.Tell(new JobReaderQueries.EventsOfClosedJob(query), watcher);
    }

    private JobReports.JobStatus StatusOf(JobEntry entry)
    {
        var rate = entry.Rate.PerSecond(clock.Elapsed);
        var left = entry.Ledger.Items - entry.Ledger.Counts.Settled;
        var remaining =
            entry.State.Scan is not null && rate > 0 && entry.State.GrantsWork && left / rate < TimeSpan.MaxValue.TotalSeconds / 2
                ? TimeSpan.FromSeconds(left / rate)
                : (TimeSpan?)null;
        return Status(entry.State, entry.Ledger.Progress, entry.Ledger.Leased, WaitsFor(entry), rate, remaining);
    }

    private static JobReports.JobStatus Status(
        JobState state,
        LedgerProgress progress,
        long granted,
        string? waitsFor,
        double rate,
        TimeSpan? remaining
    ) =>
        new(
            state.Job,
            state.Origin.Client,
            state.Origin.Key,
            state.Specification,
            state.Priority,
            state.Phase,
            progress.Items,
            state.Scan is not null,
            granted,
            progress.Counts,
            state.Pauses,
            waitsFor,
            rate,
            remaining,
            state.Origin.At,
            state.End?.At,
            (state.End?.Failure ?? state.Ending?.Failure),
            state.End?.Detail ?? state.Ending?.Detail ?? "",
            progress.LastSequence
        );

    private string? WaitsFor(JobEntry entry) =>
        entry switch
        {
            _ when commits.StalledBy is { } reason => reason,
            { State.Phase: JobPhase.Paused } => string.Join(
                "; ",
                entry.State.Pauses.Select(pause => $"paused by {pause.Owner}: {pause.Reason}")
            ),
            { FinalizingTrouble: { } trouble } => trouble,
            { State.Ending: not null } => null,
            _ when jobs.Before(entry) is { } other => $"job {other.Job} writes into the same folder",
            { State.Phase: JobPhase.Cancelling } => null,
            { State.Scan: null } when entry.Ledger.Items == entry.Ledger.Counts.Settled => "the archive is being walked",
            _ => scheduler.WaitsFor(entry.Work, clock.Elapsed),
        };
}
