using ActorColorize.Actors.Jobs;
using ActorColorize.Protocol;
using CsCheck;

namespace ActorColorize.Actors.Tests.Jobs;

public sealed class JobLedgerTests
{
    private static readonly JobId Job = new("job-1");
    private static readonly JobSpecification Specification = new("/in", "/out", "/model", "hash", 0.38, null, false, 1, 1, false, 8, 128, 92);
    private static readonly ItemOutcome Done = new ItemOutcome.Done("s", "o", 1, 1, 1, 0);

    [Fact]
    public void A_picture_is_settled_once()
    {
        var ledger = new JobLedger(Job, Specification);
        var unit = ledger.Grant(Items(0, 2));

        Assert.True(ledger.Settle(unit.Number, unit.Epoch, 0, Done));
        Assert.False(ledger.Settle(unit.Number, unit.Epoch, 0, Done));
        Assert.Equal(1, ledger.Counts.Done);
    }

    [Fact]
    public void A_result_under_an_older_lease_is_refused()
    {
        var ledger = new JobLedger(Job, Specification);
        var unit = ledger.Grant(Items(0, 2));
        var again = Assert.Single(ledger.RegrantAll().Again);

        Assert.False(ledger.Settle(unit.Number, unit.Epoch, 0, Done));
        Assert.True(ledger.Settle(again.Number, again.Epoch, 0, Done));
    }

    [Fact]
    public void A_unit_lent_too_often_is_given_up()
    {
        var ledger = new JobLedger(Job, Specification);
        ledger.Grant(Items(0, 2));
        for (var i = 1; i < JobLedger.MaximumGrants; i++) Assert.Single(ledger.RegrantAll().Again);

        var (again, givenUp) = ledger.RegrantAll();

        Assert.Empty(again);
        Assert.Equal(2, Assert.Single(givenUp).Items.Count);
    }

    [Fact]
    public void Whatever_is_settled_late_twice_or_lent_again_every_picture_ends_in_exactly_one_state()
    {
        Gen.Int[0, 999].Array[0, 300].Sample(draws =>
        {
            var ledger = new JobLedger(Job, Specification);
            var leases = new List<WorkUnit>();
            var next = 0L;
            long accepted = 0;
            foreach (var draw in draws)
            {
                if (draw < 200)
                {
                    leases.Add(ledger.Grant(Items(next, 3)));
                    next += 3;
                }
                else if (draw < 230)
                {
                    var (again, givenUp) = ledger.RegrantAll();
                    leases.AddRange(again);
                    foreach (var unit in givenUp)
                        accepted += unit.Items.Count(item => ledger.Settle(unit.Number, unit.Epoch, item.Number, new ItemOutcome.Failed(FailureClass.Device, "given up")));
                }
                else if (leases.Count > 0)
                {
                    var lease = leases[draw % leases.Count];
                    if (ledger.Settle(lease.Number, lease.Epoch, lease.Items[draw % lease.Items.Count].Number, Done)) accepted++;
                }
            }

            Assert.Equal(accepted, ledger.Counts.Settled);
            foreach (var lease in leases.AsEnumerable().Reverse())
                foreach (var item in lease.Items) ledger.Settle(lease.Number, lease.Epoch, item.Number, Done);
            Assert.True(ledger.IsIdle);
            Assert.Equal(next, ledger.Counts.Settled);
        });
    }

    private static List<WorkItem> Items(long first, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new WorkItem(first + i, $"{first + i}.jpg", null))];
}
