using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Jobs;

/// <summary>Watchers that have seen everything and wait for more.</summary>
internal sealed class EventWaiters
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly List<(JobQueries.EventsAfter Query, IActorRef Watcher, TimeSpan Until)> _waiting = [];

    /// <summary>Whether the watcher has to wait at all.</summary>
    internal static bool Waits(JobQueries.EventsAfter query, LedgerProgress committed) =>
        query.After >= committed.LastSequence && query.Wait > TimeSpan.Zero;

    internal void Add(JobQueries.EventsAfter query, IActorRef watcher, TimeSpan now) =>
        _waiting.Add((query, watcher, now + TimeSpan.FromTicks(Math.Min(query.Wait.Ticks, LongestWait.Ticks))));

    /// <summary>Those for whom there is something, or whose time is over; they wait no longer.</summary>
    internal IReadOnlyList<(JobQueries.EventsAfter Query, IActorRef Watcher)> Due(Func<JobId, long?> lastSequence, TimeSpan now)
    {
        if (_waiting.Count == 0)
            return [];
        var due = _waiting
            .Where(waiter => waiter.Until <= now || lastSequence(waiter.Query.Job) is not { } last || last > waiter.Query.After)
            .ToList();
        if (due.Count > 0)
            _waiting.RemoveAll(due.Contains);
        return due.ConvertAll(waiter => (waiter.Query, waiter.Watcher));
    }
}
