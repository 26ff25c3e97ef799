using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>
/// Answers queries from the job store over its own connection, on its own thread: a long list delays neither the writer nor the
/// coordinator. A query that cannot be answered at the moment is answered with the reason; the sender asks again.
/// </summary>
internal sealed class JobReaderActor : ReceiveActor
{
    private readonly Func<IJobStore> _open;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IJobStore? _store;
    private bool _isAway;

    public JobReaderActor(Func<IJobStore> open)
    {
        _open = open;
        Receive<JobQueries.List>(query => Answer(store => store.List(query)));
        Receive<JobQueries.Errors>(query =>
            Answer(store => store.Find(query.Job) is null ? new JobReports.NoSuchJob(query.Job) : store.Errors(query))
        );
        Receive<JobQueries.Reviews>(query =>
            Answer(store => store.Find(query.Job) is null ? new JobReports.NoSuchJob(query.Job) : store.Reviews(query.Job))
        );
        Receive<JobReaderQueries.ItemsWithLeases>(query =>
            Answer(store => store.Find(query.Query.Job) is null ? new JobReports.NoSuchJob(query.Query.Job) : Items(store, query))
        );
        Receive<JobReaderQueries.EventsOfOpenJob>(query =>
            Answer(store => Events(store, query.Query, query.Progress, query.IsScanned, isOver: false))
        );
        Receive<JobReaderQueries.EventsOfClosedJob>(query =>
            Answer(store =>
                store.Find(query.Query.Job) is { } job
                    ? Events(store, query.Query, job.Progress, job.State.Scan is not null, job.State.IsOver)
                    : new JobReports.NoSuchJob(query.Query.Job)
            )
        );
        Receive<JobReaderQueries.Find>(query =>
            Answer(
                store => new JobReaderAnswers.Found(
                    query,
                    (query.Job is { } id ? store.Find(id) : store.FindByKey(query.Client, query.Key)) is { } job
                        ? LoadedJob.Of(store, job)
                        : null
                ),
                fault => new JobReaderAnswers.NotFound(query, fault)
            )
        );
        Receive<JobReaderQueries.EndedBefore>(query =>
            Answer(store => new JobReaderAnswers.JobsEnded(store.EndedBefore(query.Time, query.Passing)))
        );
    }

    protected override void PostStop() => _store?.Dispose();

    private static JobReports.ItemPage Items(IJobStore store, JobReaderQueries.ItemsWithLeases query)
    {
        var page = store.Items(query.Query);
        var items = page.Items.Select(item =>
            item.State == ItemState.Pending && query.Leased.Contains(item.Number) ? item with { State = ItemState.Leased } : item
        );
        return page with { Items = [.. items.Where(item => query.Query.State is null || item.State == query.Query.State)] };
    }

    private static JobReports.EventPage Events(
        IJobStore store,
        JobQueries.EventsAfter query,
        LedgerProgress progress,
        bool isScanned,
        bool isOver
    )
    {
        var events = store.Events(query.Job, query.After, query.Limit);
        var last = events.Count > 0 ? events[^1].Sequence : query.After;
        return new JobReports.EventPage(
            query.Job,
            events,
            progress.Counts,
            progress.Items,
            isScanned,
            isOver && last >= progress.LastSequence
        );
    }

    private void Answer(Func<IJobStore, object> read, Func<string, object>? otherwise = null)
    {
        try
        {
            _store ??= _open();
            Sender.Tell(read(_store));
            if (_isAway)
                _log.Info("jobs can be read again");
            _isAway = false;
        }
        catch (JobStoreException fault)
        {
            if (!_isAway)
                _log.Warning("queries about jobs cannot be answered: {0}", fault.Message); // once, not for each
            _isAway = true;
            _store?.Dispose();
            _store = null;
            Sender.Tell(otherwise is null ? new JobReports.NotReadable(fault.Message) : otherwise(fault.Message));
        }
    }
}

/// <summary>Queries to the store's reader, in addition to the public queries, which it answers unchanged.</summary>
internal static class JobReaderQueries
{
    /// <summary>A page of pictures.</summary>
    /// <param name="Query">The original query.</param>
    /// <param name="Leased">Numbers of the leased pictures, which are stored as pending.</param>
    internal sealed record ItemsWithLeases(JobQueries.Items Query, IReadOnlySet<long> Leased);

    /// <summary>A page of the history of an open job.</summary>
    /// <param name="Query">The original query.</param>
    /// <param name="Progress">What is on disk.</param>
    /// <param name="IsScanned">Whether the archive has been walked to its end.</param>
    internal sealed record EventsOfOpenJob(JobQueries.EventsAfter Query, LedgerProgress Progress, bool IsScanned);

    /// <summary>A page of the history of a job that the coordinator does not have in memory.</summary>
    internal sealed record EventsOfClosedJob(JobQueries.EventsAfter Query);

    /// <summary>A job by its id, or by client and key.</summary>
    /// <param name="Job">Its id; null for client and key.</param>
    /// <param name="Client">The client.</param>
    /// <param name="Key">The client's key of the job.</param>
    /// <param name="About">The message that needs the job; returned with the answer.</param>
    /// <param name="ReplyTo">The actor that waits for the answer to it.</param>
    internal sealed record Find(JobId? Job, ClientId Client, string Key, object About, IActorRef ReplyTo);

    /// <summary>
    /// Jobs whose details are to be deleted: those that ended before one time and still have details, and passing ones that ended before
    /// another.
    /// </summary>
    internal sealed record EndedBefore(DateTimeOffset Time, DateTimeOffset Passing);
}

/// <summary>Answers of the store's reader to the coordinator.</summary>
internal static class JobReaderAnswers
{
    /// <summary>The job; null if there is none.</summary>
    internal sealed record Found(JobReaderQueries.Find Query, LoadedJob? Job);

    /// <summary>The store cannot be read.</summary>
    internal sealed record NotFound(JobReaderQueries.Find Query, string Reason);

    /// <summary>The jobs, oldest first.</summary>
    internal sealed record JobsEnded(IReadOnlyList<JobId> Jobs);
}
