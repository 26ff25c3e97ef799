using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Jobs;

/// <summary>What is asked about jobs: what is in memory is answered here, everything else by the store's reader.</summary>
public sealed partial class JobCoordinator
{
    private void ReceiveQueries()
    {
        Command<JobQueries.Show>(query =>
        {
            if (_jobs.TryGetValue(query.Job, out var entry))
                Sender.Tell(StatusOf(entry));
            else
                _reader.Tell(new JobReaderQueries.Find(query.Job, default, "", query, Sender));
        });
        Command<JobQueries.List>(query => _reader.Forward(query));
        Command<JobQueries.Errors>(query => _reader.Forward(query));
        Command<JobQueries.Items>(query =>
            _reader.Forward(
                new JobReaderQueries.ItemsWithLeases(
                    query,
                    _jobs.TryGetValue(query.Job, out var entry) ? entry.Ledger.LeasedNumbers() : new HashSet<long>()
                )
            )
        );
        Command<JobQueries.Workers>(_ => Sender.Tell(new JobReports.WorkerPage([.. _scheduler.Workers(Elapsed).Take(100)])));
        Command<JobQueries.EventsAfter>(query =>
        {
            if (!_jobs.TryGetValue(query.Job, out var entry))
                _reader.Forward(new JobReaderQueries.EventsOfClosedJob(query));
            else if (EventWaiters.Waits(query, entry.Committed))
                _waiters.Add(query, Sender, Elapsed);
            else
                AnswerEvents(query, Sender);
        });
    }

    private void AnswerWaiters()
    {
        foreach (var (query, watcher) in _waiters.Due(job => _jobs.GetValueOrDefault(job)?.Committed.LastSequence, Elapsed))
            AnswerEvents(query, watcher);
    }

    private void AnswerEvents(JobQueries.EventsAfter query, IActorRef watcher)
    {
        if (_jobs.TryGetValue(query.Job, out var entry))
            _reader.Tell(new JobReaderQueries.EventsOfOpenJob(query, entry.Committed, entry.State.Scan is not null), watcher);
        else
            _reader.Tell(new JobReaderQueries.EventsOfClosedJob(query), watcher);
    }

    private JobReports.JobStatus StatusOf(JobEntry entry)
    {
        var rate = entry.Rate.PerSecond(Elapsed);
        var left = entry.Ledger.Items - entry.Ledger.Counts.Settled;
        var remaining =
            entry.State.Scan is not null && rate > 0 && entry.State.GrantsWork && left / rate < TimeSpan.MaxValue.TotalSeconds / 2
                ? TimeSpan.FromSeconds(left / rate)
                : (TimeSpan?)null;
        return Status(entry.State, entry.Ledger.Progress, entry.Ledger.Leased, WaitsFor(entry), rate, remaining);
    }

    private static JobReports.JobStatus StatusOf(LoadedJob job) => Status(job.Stored.State, job.Stored.Progress, 0, null, 0, null);

    private static JobReports.JobStatus Status(
        JobState state,
        LedgerProgress progress,
        long leased,
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
            leased,
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
            _ when _stalled is { } reason => reason,
            { State.Phase: JobPhase.Paused } => string.Join(
                "; ",
                entry.State.Pauses.Select(pause => $"paused by {pause.Owner}: {pause.Reason}")
            ),
            { FinalizingTrouble: { } trouble } => trouble,
            { State.Ending: not null } => null,
            _ when Before(entry) is { } other => $"job {other.Job} writes into the same folder",
            { State.Phase: JobPhase.Cancelling } => null,
            { State.Scan: null } when entry.Ledger.Items == entry.Ledger.Counts.Settled => "the archive is being walked",
            _ => _scheduler.WaitsFor(entry.Work, Elapsed),
        };
}
