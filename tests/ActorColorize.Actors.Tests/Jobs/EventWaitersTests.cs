using ActorColorize.Actors.Jobs;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Tests.Jobs;

public sealed class EventWaitersTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);

    private readonly EventWaiters _waiters = new();

    [Fact]
    public void Watchers_of_a_job_are_answered_once_when_there_are_events_or_the_job_has_ended()
    {
        var (early, late) = (Wait("1", after: 5), Wait("1", after: 9));
        var other = Wait("2", after: 5);

        Assert.Empty(_waiters.Due(new JobId("1"), lastSequence: 5));
        Assert.Equal([early], Queries(_waiters.Due(new JobId("1"), lastSequence: 6)));
        Assert.Empty(_waiters.Due(new JobId("1"), lastSequence: 6));
        Assert.Equal([late], Queries(_waiters.Due(new JobId("1"), lastSequence: null)));
        Assert.Equal([other], Queries(_waiters.Due(Start + TimeSpan.FromMinutes(1))));
    }

    [Fact]
    public void No_watcher_waits_longer_than_requested_or_than_a_minute()
    {
        var (patient, hasty) = (Wait("1", after: 5, TimeSpan.FromHours(1)), Wait("1", after: 5, TimeSpan.FromSeconds(10)));

        Assert.Empty(_waiters.Due(Start + TimeSpan.FromSeconds(9)));
        Assert.Equal([hasty], Queries(_waiters.Due(Start + TimeSpan.FromSeconds(10))));
        Assert.Equal([patient], Queries(_waiters.Due(Start + TimeSpan.FromMinutes(1))));
        Assert.Empty(_waiters.Due(new JobId("1"), lastSequence: null));
    }

    private JobQueries.EventsAfter Wait(string job, long after, TimeSpan? time = null)
    {
        var query = new JobQueries.EventsAfter(new JobId(job), after, 100, time ?? TimeSpan.FromSeconds(30));
        _waiters.Add(query, ActorRefs.Nobody, Start);
        return query;
    }

    private static IEnumerable<JobQueries.EventsAfter> Queries(IReadOnlyList<(JobQueries.EventsAfter Query, IActorRef Watcher)> due) =>
        due.Select(waiter => waiter.Query);
}
