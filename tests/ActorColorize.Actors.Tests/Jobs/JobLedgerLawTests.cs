using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Actors.Tests.Postgres;
using ActorColorize.Protocol;
using CsCheck;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>
/// The invariants of ledger and store together, under random histories: grants, timely and late settlements, returns of every kind,
/// retries, and crashes of the coordinator, which lose uncommitted changes (which were therefore not confirmed to anyone).
/// </summary>
[Collection(PostgresCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class JobLedgerLawTests(PostgresServer server)
{
    [Fact]
    public void Every_picture_ends_in_exactly_one_state_the_counts_equal_a_recount_and_old_leases_change_nothing() =>
        Hold(() => new SqliteDialect(":memory:"), histories: 100);

    [Fact]
    public void The_same_holds_in_PostgreSQL() =>
        Hold(() => new PostgresDialect(PostgresConnection.Parse(server.CreateDatabase())), histories: 10);

    private static void Hold(Func<SqlDialect> database, int histories) =>
        Gen.Int[0, 9999]
            .Array[0, 150]
            .Sample(
                draws =>
                {
                    using var history = new History(database());
                    foreach (var draw in draws)
                        history.Step(draw);
                    history.Drain();
                },
                iter: histories
            );

    /// <summary>A ledger whose every change goes through a store.</summary>
    private sealed class History : IDisposable
    {
        private static readonly LedgerSettings Settings = new()
        {
            ItemsPerUnit = 4,
            RetryAfter = TimeSpan.FromSeconds(1),
            MostDelayedUnits = 5,
        };
        private static readonly WorkerId Worker = Samples.Worker();

        private readonly SqlJobStore _store;
        private readonly List<WorkUnit> _told = [];
        private readonly List<WorkUnit> _untold = [];
        private readonly long _term;
        private JobLedger _ledger = new(Samples.Job, Settings);
        private TimeSpan _now = TimeSpan.FromHours(1);
        private long _commits;

        internal History(SqlDialect database)
        {
            _store = new SqlJobStore(database);
            _term = _store.BecomeLeader();
            _store.Commit(_term, ++_commits, [new StoreChange.JobSaved(JobState.From(Samples.Submitted()), 1)]);
        }

        internal void Step(int draw)
        {
            var choice = draw % 100;
            _now += TimeSpan.FromMilliseconds(300);
            if (choice < 8)
                _ledger.Found(Samples.Paths(_ledger.Items, 1 + draw / 100 % 12));
            else if (choice < 30)
                Grant();
            else if (choice < 62)
                SettleSomething(draw / 100);
            else if (choice < 68 && _told.Count > 0)
                _ledger.TakeBack(Any(draw / 100).Lease, (ReturnCause)(draw / 100 % 3), "drawn", Samples.At, _now);
            else if (choice < 70)
                ExpireLeases();
            else if (choice < 72)
                _ledger.Reopen(quarantined: draw / 100 % 2 == 0);
            else if (choice < 76)
                Crash();
            else
                Commit();
        }

        /// <summary>Settles everything; the job must come to its end.</summary>
        internal void Drain()
        {
            Commit();
            for (var rounds = 0; _ledger.Counts.Settled < _ledger.Items; rounds++)
            {
                Assert.True(rounds < 2000, $"{_ledger.Items - _ledger.Counts.Settled} pictures are never settled");
                _now += TimeSpan.FromMinutes(2);
                ExpireLeases();
                Grant();
                Commit();
                foreach (var unit in _told.ToArray())
                    Settle(unit, unit.Items.Select(item => new SettledItem(item.Number, Samples.Done)));
                Commit();
            }

            Check();
            Assert.Empty(_store.Units(Samples.Job));
        }

        private void Grant()
        {
            while (_ledger.Offer(_now) != WorkOffer.Nothing)
                _untold.Add(_ledger.Grant(Worker, Samples.Specification, _now));
        }

        private void SettleSomething(int draw)
        {
            if (_told.Count == 0)
                return;
            var unit = Any(draw);
            ItemOutcome[] outcomes =
            [
                Samples.Done,
                Samples.Failed,
                Samples.FailedForNow,
                new ItemOutcome.Skipped(SkipReason.AlreadyColour),
                new ItemOutcome.Skipped(SkipReason.AlreadyDone),
            ];
            Settle(
                unit,
                unit.Items.Where((_, i) => (draw + i) % 3 > 0)
                    .Select((item, i) => new SettledItem(item.Number, outcomes[(draw + i) % outcomes.Length]))
            );
        }

        private void Settle(WorkUnit unit, IEnumerable<SettledItem> items)
        {
            var isNewest = !_told.Concat(_untold).Any(other => other.Number == unit.Number && other.Epoch.Number > unit.Epoch.Number);
            var before = (_ledger.Counts, _ledger.LastSequence);
            var settlement = _ledger.Settle(unit.Lease, [.. items], Samples.At, _now);
            if (settlement == Settlement.LeaseLost)
                Assert.Equal(before, (_ledger.Counts, _ledger.LastSequence));
            Assert.True(isNewest || settlement == Settlement.LeaseLost, "a result under an older lease was taken");
        }

        private void ExpireLeases()
        {
            foreach (var (lease, _) in _ledger.TakeBackExpired(Samples.At, _now))
                Assert.False(_ledger.Renew(lease, Worker, _now));
        }

        private WorkUnit Any(int draw) => _told[draw % _told.Count];

        private void Commit()
        {
            _store.Commit(_term, ++_commits, _ledger.TakeChanges());
            _told.AddRange(_untold);
            _untold.Clear();
            if (_ledger.Wants() is { } wanted)
            {
                const int limit = 7;
                var page = _store.Pending(Samples.Job, wanted.After, wanted.UpTo, limit);
                _ledger.Supply(wanted.Pass, page, page.Count < limit ? wanted.UpTo : page[^1].Number);
            }

            Check();
        }

        private void Crash()
        {
            _untold.Clear();
            var stored = _store.Find(Samples.Job)!;
            _ledger = new JobLedger(
                Samples.Job,
                Settings,
                stored.Progress,
                _store.Units(Samples.Job),
                unit => _store.Unsettled(Samples.Job, unit.Items),
                _now
            );
            Commit();
        }

        private void Check()
        {
            var recount = default(JobCounts);
            for (
                var page = _store.Items(new JobQueries.Items(Samples.Job, null, -1, 500));
                ;
                page = _store.Items(new JobQueries.Items(Samples.Job, null, page.Next!.Value, 500))
            )
            {
                recount = page
                    .Items.Where(item => item.Outcome is not null)
                    .Aggregate(recount, (counts, item) => counts.With(item.Outcome!));
                if (page.Next is null)
                    break;
            }

            var stored = _store.Find(Samples.Job)!.Progress;
            Assert.Equal(recount, stored.Counts);
            var open = _store
                .Units(Samples.Job)
                .SelectMany(unit => _store.Unsettled(Samples.Job, unit.Items).Select(item => item.Number))
                .ToList();
            Assert.Equal(open.Count, open.Distinct().Count()); // no picture is in two units
            Assert.Equal(Enumerable.Range(1, (int)stored.LastSequence).Select(sequence => (long)sequence), Sequences());
        }

        private List<long> Sequences()
        {
            var sequences = new List<long>();
            while (_store.Events(Samples.Job, sequences.Count, 500) is { Count: > 0 } page)
                sequences.AddRange(page.Select(numbered => numbered.Sequence));
            return sequences;
        }

        public void Dispose() => _store.Dispose();
    }
}
