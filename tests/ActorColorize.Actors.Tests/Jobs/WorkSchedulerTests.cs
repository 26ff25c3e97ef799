using System.Diagnostics;
using ActorColorize.Actors.Jobs;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.Jobs;

public sealed class WorkSchedulerTests
{
    private static readonly LedgerSettings Settings = new() { ItemsPerUnit = 4 };
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);

    private readonly WorkScheduler _scheduler = new(Settings);

    [Fact]
    public void A_worker_gets_units_up_to_its_credit_and_the_next_when_one_is_complete()
    {
        var worker = Samples.Worker();
        Add(100);
        _scheduler.Request(worker, 2, Samples.At, Start);

        var leased = _scheduler.Grant(Start);
        Assert.Equal(2, leased.Count);
        Assert.Empty(_scheduler.Grant(Start));
        Assert.True(Settle(worker, leased[0].Unit));

        Assert.Equal(2, Assert.Single(_scheduler.Grant(Start)).Unit.Number);
    }

    [Fact]
    public void Two_workers_share_the_work()
    {
        Add(100);
        _scheduler.Request(Samples.Worker("a"), 2, Samples.At, Start);
        _scheduler.Request(Samples.Worker("b"), 2, Samples.At, Start);

        Assert.Equal(["a", "a", "b", "b"], _scheduler.Grant(Start).Select(grant => grant.Worker.Device).Order());
    }

    [Fact]
    public void A_new_incarnation_means_that_the_earlier_one_died_and_its_late_messages_change_nothing()
    {
        var job = Add(8);
        var (first, second) = (Samples.Worker(incarnation: 1), Samples.Worker(incarnation: 2));
        _scheduler.Request(first, 1, Samples.At, Start);
        var leased = Assert.Single(_scheduler.Grant(Start)).Unit;

        _scheduler.Request(second, 1, Samples.At, Start);

        Assert.Equal(4, job.Ledger.Suspected);
        Assert.False(Settle(first, leased));
        Assert.Null(_scheduler.Renew(new WorkCommands.RenewLeases(first, 1, [leased.Lease]), Samples.At, Start));
        _scheduler.ReleaseAll(new WorkCommands.ReleaseAllWork(first, true, "late"), Samples.At, Start);
        Assert.Equal(second, Assert.Single(_scheduler.Workers(Start)).Worker);
        Assert.Equal(4, Assert.Single(_scheduler.Grant(Start)).Unit.Items.Count);
    }

    [Fact]
    public void A_suspect_is_leased_to_an_idle_worker_that_gets_nothing_else()
    {
        var job = Add(8);
        var worker = Samples.Worker();
        _scheduler.Request(worker, 2, Samples.At, Start);
        var leased = _scheduler.Grant(Start);
        _scheduler.ReleaseAll(new WorkCommands.ReleaseAllWork(worker, true, "crash"), Samples.At, Start);
        Assert.Equal(8, job.Ledger.Suspected);
        Assert.Empty(_scheduler.Grant(Start)); // until it asks again
        _scheduler.Request(worker, 2, Samples.At, Start);

        for (var i = 0; i < 8; i++)
        {
            var alone = Assert.Single(_scheduler.Grant(Start)).Unit;
            Assert.Single(alone.Items);
            Assert.True(Settle(worker, alone));
        }

        Assert.Equal(8, job.Ledger.Counts.Done);
        Assert.Equal(2, leased.Count);
    }

    [Fact]
    public void A_worker_with_other_work_is_emptied_before_it_gets_a_suspect()
    {
        var suspects = Add(1, id: "1", client: "ann");
        Add(100, id: "2", client: "bob");
        var (died, busy) = (Samples.Worker("died"), Samples.Worker("busy"));
        _scheduler.Request(died, 1, Samples.At, Start);
        Assert.Equal("1", Assert.Single(_scheduler.Grant(Start)).Unit.Job.Value);
        _scheduler.ReleaseAll(new WorkCommands.ReleaseAllWork(died, true, "crash"), Samples.At, Start);
        _scheduler.Terminated(died, Samples.At, Start);
        Assert.Equal(1, suspects.Ledger.Suspected);

        _scheduler.Request(busy, 2, Samples.At, Start);
        var leased = _scheduler.Grant(Start).Select(grant => grant.Unit).ToList();
        for (var turn = 0; turn < 20 && !leased.Exists(unit => unit.Job.Value == "1"); turn++)
        {
            foreach (var unit in leased)
                Assert.True(Settle(busy, unit));
            leased = [.. _scheduler.Grant(Start).Select(grant => grant.Unit)];
        }

        Assert.Equal("1", Assert.Single(leased).Job.Value);
    }

    [Fact]
    public void Units_that_did_not_reach_a_worker_are_sent_again_and_lost_leases_are_reported()
    {
        var worker = Samples.Worker();
        Add(4);
        _scheduler.Request(worker, 2, Samples.At, Start);
        var unit = Assert.Single(_scheduler.Grant(Start)).Unit;
        var stale = unit.Lease with { Epoch = new LeaseEpoch(99) };

        var soon = _scheduler.Renew(new WorkCommands.RenewLeases(worker, 2, [stale]), Samples.At, Start + TimeSpan.FromSeconds(1))!.Value;
        Assert.Empty(soon.Again); // it may be on its way
        Assert.Equal(stale, Assert.Single(soon.Answer.Lost));
        var later = _scheduler.Renew(new WorkCommands.RenewLeases(worker, 2, []), Samples.At, Start + Settings.LeaseFor / 2)!.Value;

        Assert.Equal(unit.Lease, Assert.Single(later.Again).Lease);
        Assert.Equal(unit.Items, later.Again[0].Items);
    }

    [Fact]
    public void A_job_is_not_offered_to_a_worker_that_refused_it_for_some_time()
    {
        var job = Add(8);
        var worker = Samples.Worker();
        _scheduler.Request(worker, 1, Samples.At, Start);
        var unit = Assert.Single(_scheduler.Grant(Start)).Unit;

        Assert.True(
            _scheduler.Release(
                new WorkCommands.Release(worker, unit.Lease, ReleaseReason.ArchiveNotVisible, "/archive does not exist"),
                Samples.At,
                Start
            )
        );

        Assert.Empty(_scheduler.Grant(Start));
        Assert.Contains("gpu: /archive does not exist", _scheduler.WaitsFor(job, Start), StringComparison.Ordinal);
        Assert.Equal(unit.Number, Assert.Single(_scheduler.Grant(Start + TimeSpan.FromSeconds(16))).Unit.Number);
    }

    [Fact]
    public void Deaths_in_a_row_are_counted_until_a_picture_is_settled()
    {
        var job = Add(8);
        for (var life = 1; life <= 3; life++)
        {
            _scheduler.Request(Samples.Worker(incarnation: life), 2, Samples.At, Start);
            Assert.NotEmpty(_scheduler.Grant(Start));
        }

        Assert.Equal(2, job.DeathsInARow);
        var alone = _scheduler.Jobs[job.State.Job].Ledger.Leases().Single().Lease;
        _scheduler.Settle(
            new WorkCommands.SettleItems(
                Samples.Worker(incarnation: 3),
                alone,
                [new SettledItem(job.Ledger.LeasedNumbers().Single(), Samples.Failed)]
            ),
            Samples.At,
            Start
        );

        Assert.Equal(0, job.DeathsInARow);
    }

    [Fact]
    public void A_paused_job_grants_nothing()
    {
        var job = Add(8);
        _scheduler.Request(Samples.Worker(), 1, Samples.At, Start);
        job.State = job.State.Apply(new JobEvents.Paused(job.State.Job, new JobPause(PauseOwner.Of(Samples.Client), "", Samples.At, null)));

        Assert.Empty(_scheduler.Grant(Start));
    }

    [Fact]
    public void A_paused_job_is_granted_again_when_it_is_resumed()
    {
        var job = Add(8);
        _scheduler.Request(Samples.Worker(), 1, Samples.At, Start);
        var pause = new JobPause(PauseOwner.Of(Samples.Client), "", Samples.At, null);
        job.State = job.State.Apply(new JobEvents.Paused(job.State.Job, pause));
        Assert.Empty(_scheduler.Grant(Start));

        job.State = job.State.Apply(new JobEvents.Resumed(job.State.Job, pause.Owner, ""));

        Assert.Single(_scheduler.Grant(Start));
    }

    [Fact]
    public void Pictures_that_come_later_are_granted_and_a_priority_that_changes_counts_at_once()
    {
        var (late, other) = (Add(0, id: "1"), Add(8, id: "2"));
        _scheduler.Request(Samples.Worker(), 3, Samples.At, Start);
        Assert.Equal(["2", "2"], _scheduler.Grant(Start).Select(grant => grant.Unit.Job.Value));

        late.Ledger.Found(Samples.Paths(0, 8));
        Samples.Supply(late.Ledger);
        other.Ledger.Found(Samples.Paths(8, 4));
        Samples.Supply(other.Ledger);
        other.State = other.State.Apply(new JobEvents.PriorityChanged(other.State.Job, JobPriority.High));
        Assert.Equal("2", Assert.Single(_scheduler.Grant(Start)).Unit.Job.Value);
        _scheduler.Request(Samples.Worker(), 5, Samples.At, Start);

        Assert.Equal(["1", "1"], _scheduler.Grant(Start).Select(grant => grant.Unit.Job.Value));
    }

    [Fact]
    public void Pictures_that_failed_for_now_are_granted_again_when_their_delay_is_over()
    {
        Add(4);
        var worker = Samples.Worker();
        _scheduler.Request(worker, 1, Samples.At, Start);
        var unit = Assert.Single(_scheduler.Grant(Start)).Unit;
        Assert.True(
            _scheduler.Settle(new WorkCommands.SettleItems(worker, unit.Lease, Samples.All(unit, Samples.FailedForNow)), Samples.At, Start)
        );

        Assert.Empty(_scheduler.Grant(Start));
        Assert.Empty(_scheduler.Grant(Start + Settings.RetryAfter / 2));
        Assert.Equal(unit.Items, Assert.Single(_scheduler.Grant(Start + Settings.RetryAfter)).Unit.Items);
    }

    [Fact]
    public void A_lease_that_expires_is_taken_from_its_worker_and_a_job_that_is_removed_takes_its_leases_along()
    {
        Add(4, id: "1");
        Add(4, id: "2");
        var worker = Samples.Worker();
        _scheduler.Request(worker, 2, Samples.At, Start);
        Assert.Equal(2, _scheduler.Grant(Start).Count);

        _scheduler.Remove(new JobId("1"));
        Assert.Equal(1, Assert.Single(_scheduler.Workers(Start)).Units);
        _scheduler.ExpireLeases(Samples.At, Start + Settings.LeaseFor + Settings.Grace + TimeSpan.FromSeconds(1));
        var later = Start + Settings.LeaseFor * 2;
        _scheduler.Request(worker, 2, Samples.At, later);

        Assert.Equal("2", Assert.Single(_scheduler.Grant(later)).Unit.Job.Value);
    }

    [Fact]
    public void A_job_that_killed_too_many_workers_in_a_row_is_reported_once()
    {
        var job = Add(4 * Settings.DeathsInARow);
        for (var life = 0; life <= Settings.DeathsInARow; life++)
        {
            _scheduler.Request(Samples.Worker(incarnation: life), 1, Samples.At, Start);
            Assert.Equal(life == Settings.DeathsInARow ? [job] : [], _scheduler.TakeFatalJobs());
            Assert.NotEmpty(_scheduler.Grant(Start));
        }

        Assert.Empty(_scheduler.TakeFatalJobs());
        Assert.Equal(0, job.DeathsInARow);
    }

    [Fact]
    public void A_heartbeat_is_answered_with_its_number()
    {
        var answer = _scheduler.Renew(new WorkCommands.RenewLeases(Samples.Worker(), 1, [], 42), Samples.At, Start)!.Value.Answer;

        Assert.Equal(42, answer.Heartbeat);
    }

    [Fact]
    public void A_grant_costs_the_same_among_many_jobs_as_among_few()
    {
        var (few, many) = (FastestGrant(jobs: 100), FastestGrant(jobs: 10_000));

        Assert.True(many < few * 10, $"{few.TotalMicroseconds} µs among 100 jobs, {many.TotalMicroseconds} µs among 10,000");
    }

    [Fact]
    public void The_reason_why_a_job_waits_is_reported()
    {
        var job = Add(4);
        Assert.Equal("no device is available", _scheduler.WaitsFor(job, Start));

        _scheduler.Request(Samples.Worker(), 0, Samples.At, Start);
        Assert.Contains("accept no archive work", _scheduler.WaitsFor(job, Start), StringComparison.Ordinal);
        _scheduler.Request(Samples.Worker(), 1, Samples.At, Start);
        _scheduler.Grant(Start);

        Assert.Null(_scheduler.WaitsFor(job, Start));
    }

    /// <summary>
    /// The shortest of many measurements of a grant and its settlement while this many jobs are ready: other load on the machine lengthens
    /// some of them, but not all.
    /// </summary>
    private static TimeSpan FastestGrant(int jobs)
    {
        var (scheduler, worker) = (new WorkScheduler(Settings), Samples.Worker());
        for (var i = 0; i < jobs; i++)
        {
            var state = JobState.From(Samples.Submitted(new JobId($"{i:d6}"), new ClientId($"client {i % 10}")));
            var ledger = new JobLedger(state.Job, Settings);
            ledger.Found(Samples.Paths(0, 40));
            Samples.Supply(ledger);
            scheduler.Add(new JobAtWork(state, ledger), Start);
        }

        scheduler.Request(worker, 1, Samples.At, Start);
        var unit = Assert.Single(scheduler.Grant(Start)).Unit;
        var fastest = TimeSpan.MaxValue;
        for (var i = 0; i < 300; i++)
        {
            var began = Stopwatch.GetTimestamp();
            scheduler.Settle(new WorkCommands.SettleItems(worker, unit.Lease, Samples.All(unit, Samples.Done)), Samples.At, Start);
            unit = scheduler.Grant(Start)[0].Unit;
            if (Stopwatch.GetElapsedTime(began) is var time && time < fastest)
                fastest = time;
        }

        return fastest;
    }

    private JobAtWork Add(int items, string? id = null, string client = "ann")
    {
        var state = JobState.From(Samples.Submitted(new JobId(id ?? Samples.Job.Value), new ClientId(client)));
        var ledger = new JobLedger(state.Job, Settings);
        ledger.Found(Samples.Paths(0, items));
        Samples.Supply(ledger);
        var job = new JobAtWork(state, ledger);
        _scheduler.Add(job, Start);
        return job;
    }

    private bool Settle(WorkerId worker, WorkUnit unit) =>
        _scheduler.Settle(new WorkCommands.SettleItems(worker, unit.Lease, Samples.All(unit, Samples.Done)), Samples.At, Start);
}
