using ActorColorize.Actors.Jobs;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.Jobs;

public sealed class JobLedgerTests
{
    private static readonly WorkerId Worker = Samples.Worker();
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);

    [Fact]
    public void A_picture_is_settled_once()
    {
        var ledger = Samples.Ledger(2);
        var unit = Grant(ledger);

        Assert.Equal(Settlement.Taken, Settle(ledger, unit, 0, Samples.Done));
        Assert.Equal(Settlement.Taken, Settle(ledger, unit, 0, Samples.Failed));
        Assert.Equal(new JobCounts(1, 0, 0, 0), ledger.Counts);
        Assert.Equal(Settlement.UnitOver, Settle(ledger, unit, 1, Samples.Failed));
        Assert.Equal(Settlement.LeaseLost, Settle(ledger, unit, 1, Samples.Done));
    }

    [Fact]
    public void A_result_under_an_older_lease_changes_nothing()
    {
        var ledger = Samples.Ledger(2);
        var unit = Grant(ledger);
        ledger.TakeBack(unit.Lease, ReturnCause.GivenBack, "", Samples.At, Start);
        var again = Grant(ledger);
        ledger.TakeChanges();

        Assert.Equal(unit.Number, again.Number);
        Assert.True(again.Epoch.Number > unit.Epoch.Number);
        Assert.Equal(Settlement.LeaseLost, Settle(ledger, unit, 0, Samples.Done));
        Assert.False(ledger.Renew(unit.Lease, Worker, Start));
        Assert.False(ledger.TakeBack(unit.Lease, ReturnCause.Died, "", Samples.At, Start));
        Assert.False(ledger.HasChanges);
        Assert.Equal(Settlement.Taken, Settle(ledger, again, 0, Samples.Done));
    }

    [Fact]
    public void A_renewed_lease_holds_and_any_other_expires_after_its_grace()
    {
        var settings = new LedgerSettings();
        var ledger = Samples.Ledger(64);
        var (renewed, silent) = (Grant(ledger), Grant(ledger));
        var later = Start + settings.LeaseFor;
        Assert.True(ledger.Renew(renewed.Lease, Worker, later));

        Assert.Empty(ledger.TakeBackExpired(Samples.At, later));
        var lapsed = Assert.Single(ledger.TakeBackExpired(Samples.At, later + settings.Grace + TimeSpan.FromTicks(1)));

        Assert.Equal(silent.Lease, lapsed.Lease);
        Assert.Equal(32, ledger.Leased);
    }

    [Fact]
    public void A_unit_is_small_where_paths_are_long()
    {
        var ledger = new JobLedger(Samples.Job, new LedgerSettings());
        ledger.Found([.. Enumerable.Range(0, 32).Select(i => $"{new string('n', 4000)}{i}")]);
        var wanted = ledger.Wants()!.Value;
        ledger.Supply(
            wanted.Pass,
            [.. Enumerable.Range(0, 32).Select(i => new WorkItem(i, $"{new string('n', 4000)}{i}", null))],
            wanted.UpTo
        );

        Assert.Equal(4, Grant(ledger).Items.Count); // 12 kB are used up by the fourth
    }

    [Fact]
    public void Pictures_of_a_worker_that_died_are_leased_alone_after_all_others_and_the_culprit_is_quarantined()
    {
        var ledger = Samples.Ledger(5, new LedgerSettings { ItemsPerUnit = 3 });
        var first = Grant(ledger);
        Settle(ledger, first, 0, Samples.Done);
        ledger.TakeBack(first.Lease, ReturnCause.Died, "segfault", Samples.At, Start);

        Assert.Equal(WorkOffer.Unit, ledger.Offer(Start));
        var others = Grant(ledger);
        Assert.Equal([3L, 4L], others.Items.Select(item => item.Number));
        ledger.Settle(others.Lease, Samples.All(others, Samples.Done), Samples.At, Start);

        for (var death = 1; death <= 3; death++)
        {
            Assert.Equal(WorkOffer.Alone, ledger.Offer(Start));
            var suspect = Grant(ledger);
            if (death == 1)
            {
                Assert.Equal(1L, Assert.Single(suspect.Items).Number);
                ledger.Settle(suspect.Lease, Samples.All(suspect, Samples.Done), Samples.At, Start); // it was not this one
                suspect = Grant(ledger);
            }

            Assert.Equal(2L, Assert.Single(suspect.Items).Number);
            ledger.TakeBack(suspect.Lease, ReturnCause.Died, "segfault", Samples.At, Start);
        }

        Assert.Equal(new JobCounts(4, 0, 0, 0, 1), ledger.Counts);
        Assert.Equal(WorkOffer.Nothing, ledger.Offer(Start));
    }

    [Fact]
    public void One_expired_lease_suspects_no_picture_but_the_second_of_the_same_unit_does()
    {
        var settings = new LedgerSettings();
        var ledger = Samples.Ledger(2);
        Grant(ledger);
        var now = Start;

        ledger.TakeBackExpired(Samples.At, now += TimeSpan.FromMinutes(2));
        Assert.Equal(0, ledger.Suspected);
        ledger.Grant(Worker, Samples.Specification, now);
        ledger.TakeBackExpired(Samples.At, now + settings.LeaseFor + settings.Grace + TimeSpan.FromSeconds(1));

        Assert.Equal(2, ledger.Suspected);
    }

    [Fact]
    public void A_transient_failure_is_retried_after_a_delay_and_fails_in_the_end()
    {
        var settings = new LedgerSettings();
        var ledger = Samples.Ledger(2);
        var unit = Grant(ledger);
        Settle(ledger, unit, 0, Samples.FailedForNow);
        Assert.Equal(Settlement.UnitOver, Settle(ledger, unit, 1, Samples.Done));

        Assert.Equal(WorkOffer.Nothing, ledger.Offer(Start + settings.RetryAfter / 2));
        var second = ledger.Grant(Worker, Samples.Specification, Start + settings.RetryAfter);
        Assert.Equal(0, Assert.Single(second.Items).Number);
        ledger.Settle(second.Lease, Samples.All(second, Samples.FailedForNow), Samples.At, Start);
        Assert.Equal(WorkOffer.Nothing, ledger.Offer(Start + settings.RetryAfter));
        var third = ledger.Grant(Worker, Samples.Specification, Start + settings.RetryAfter * 5);
        ledger.Settle(third.Lease, Samples.All(third, Samples.FailedForNow), Samples.At, Start);

        Assert.Equal(new JobCounts(1, 0, 0, 1), ledger.Counts);
    }

    [Fact]
    public void Delayed_units_do_not_accumulate()
    {
        var ledger = Samples.Ledger(100, new LedgerSettings { ItemsPerUnit = 1, MostDelayedUnits = 4 });
        var leased = 0;
        while (ledger.Offer(Start) == WorkOffer.Unit)
        {
            var unit = Grant(ledger);
            ledger.Settle(unit.Lease, Samples.All(unit, Samples.FailedForNow), Samples.At, Start);
            leased++;
        }

        Assert.Equal(4, leased);
    }

    [Fact]
    public void Pictures_that_are_leased_are_not_leased_again_by_a_new_pass()
    {
        var ledger = Samples.Ledger(64);
        var leased = Grant(ledger);
        var failed = Grant(ledger);
        ledger.Settle(failed.Lease, Samples.All(failed, Samples.Failed), Samples.At, Start);

        ledger.Reopen(quarantined: false);
        Samples.Supply(ledger); // all 64: to the store the leased ones are pending, too
        var again = Grant(ledger);

        Assert.Equal(failed.Items.Select(item => item.Number), again.Items.Select(item => item.Number));
        Assert.Equal(0, ledger.Counts.Settled);
        Assert.Equal(WorkOffer.Nothing, ledger.Offer(Start));
        Assert.Equal(64, ledger.Leased);
        Assert.Equal(Settlement.UnitOver, ledger.Settle(leased.Lease, Samples.All(leased, Samples.Done), Samples.At, Start));
    }

    private static WorkUnit Grant(JobLedger ledger) => ledger.Grant(Worker, Samples.Specification, Start);

    private static Settlement Settle(JobLedger ledger, WorkUnit unit, long item, ItemOutcome outcome) =>
        ledger.Settle(unit.Lease, [new SettledItem(item, outcome)], Samples.At, Start);
}
