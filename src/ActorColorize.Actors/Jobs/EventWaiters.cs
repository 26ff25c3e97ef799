using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Jobs;

/// <summary>Watchers that have seen all events and wait for more, by job and by deadline.</summary>
internal sealed class EventWaiters
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Dictionary<JobId, List<Waiter>> _byJob = [];
    private readonly PriorityQueue<Waiter, TimeSpan> _byTime = new();

    /// <summary>Whether the watcher has to wait at all.</summary>
    internal static bool Waits(JobQueries.EventsAfter query, LedgerProgress committed) =>
        query.After >= committed.LastSequence && query.Wait > TimeSpan.Zero;

    internal void Add(JobQueries.EventsAfter query, IActorRef watcher, TimeSpan now)
    {
        var waiter = new Waiter(query, watcher);
        if (!_byJob.TryGetValue(query.Job, out var waiters))
            _byJob.Add(query.Job, waiters = []);
        waiters.Add(waiter);
        _byTime.Enqueue(waiter, now + TimeSpan.FromTicks(Math.Min(query.Wait.Ticks, LongestWait.Ticks)));
    }

    /// <summary>Removes and returns the watchers of a job that has new events or has ended.</summary>
    /// <param name="job">The job.</param>
    /// <param name="lastSequence">Sequence number of the job's newest event; null if the job has ended.</param>
    internal IReadOnlyList<(JobQueries.EventsAfter Query, IActorRef Watcher)> Due(JobId job, long? lastSequence) =>
        _byJob.TryGetValue(job, out var waiters)
            ? Release(waiters.FindAll(waiter => lastSequence is not { } last || last > waiter.Query.After))
            : [];

    /// <summary>Removes and returns the watchers whose deadline has passed.</summary>
    internal IReadOnlyList<(JobQueries.EventsAfter Query, IActorRef Watcher)> Due(TimeSpan now)
    {
        var due = new List<Waiter>();
        while (_byTime.TryPeek(out var waiter, out var until) && until <= now)
        {
            _byTime.Dequeue();
            if (!waiter.IsAnswered)
                due.Add(waiter);
        }

        return Release(due);
    }

    private List<(JobQueries.EventsAfter Query, IActorRef Watcher)> Release(List<Waiter> due)
    {
        foreach (var waiter in due)
        {
            waiter.IsAnswered = true;
            var waiters = _byJob[waiter.Query.Job];
            waiters.Remove(waiter);
            if (waiters.Count == 0)
                _byJob.Remove(waiter.Query.Job);
        }

        return due.ConvertAll(waiter => (waiter.Query, waiter.Watcher));
    }

    private sealed class Waiter(JobQueries.EventsAfter query, IActorRef watcher)
    {
        internal JobQueries.EventsAfter Query { get; } = query;

        internal IActorRef Watcher { get; } = watcher;

        internal bool IsAnswered { get; set; }
    }
}
