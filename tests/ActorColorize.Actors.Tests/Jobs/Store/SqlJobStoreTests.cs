using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;

namespace ActorColorize.Actors.Tests.Jobs.Store;

/// <summary>The contract of a job store, for every database. Each test has its own database.</summary>
public abstract class SqlJobStoreTests
{
    /// <summary>Takes back the changes of version 4 of the tables.</summary>
    private const string Before4 =
        "ALTER TABLE item DROP COLUMN remarks; ALTER TABLE job DROP COLUMN salvaged; ALTER TABLE job DROP COLUMN doubtful; "
        + "ALTER TABLE job DROP COLUMN toned; ALTER TABLE job DROP COLUMN black_and_white; ";

    private long _commits;

    private protected abstract SqlDialect Dialect { get; }

    [Fact]
    public void Committed_changes_survive_reopening_the_database()
    {
        var state = JobState
            .From(Samples.Submitted())
            .Apply(
                new JobEvents.Paused(Samples.Job, new JobPause(PauseOwner.Of(Samples.Client), "night", Samples.At, Samples.At.AddHours(8)))
            );
        var unit = new StoredUnit(7, 3, Samples.Worker(), [0, 2, 5_000_000_000], IsAlone: false, Attempt: 2, Deaths: 1, Lapses: 1);
        var progress = new LedgerProgress(3, 1, 2, 8, new JobCounts(1, 0, 0, 0), 2);
        using (var store = Open())
        {
            var term = store.BecomeLeader();
            store.Commit(
                term,
                Next(),
                [
                    new StoreChange.JobSaved(state, 42),
                    new StoreChange.EarlierResultsFound(
                        Samples.Job,
                        [new EarlierResult("b.jpg", new RecordedResult(new string('f', 64), 99)), new EarlierResult("c.jpg", null)]
                    ),
                    new StoreChange.ItemsFound(Samples.Job, 0, ["a.jpg", "b.jpg", "c.jpg"]),
                    new StoreChange.UnitSaved(Samples.Job, unit),
                    new StoreChange.EventRecorded(Samples.Job, 1, Samples.At, new JobEvents.Started(Samples.Job, Samples.At)),
                    new StoreChange.ItemSettled(Samples.Job, 2, Samples.At, new WorkItem(0, "a.jpg", null), Samples.Done, 1),
                    new StoreChange.ProgressSaved(Samples.Job, progress),
                ]
            );
        }

        using var again = Open();
        var job = Assert.Single(again.OpenJobs());
        Assert.Equal(state.ToFacts(), job.State.ToFacts());
        Assert.Equal((42, progress), (job.JournalSequence, job.Progress));
        Assert.Equal(job.Progress, again.FindByKey(Samples.Client, state.Origin.Key)!.Progress);
        var stored = Assert.Single(again.Units(Samples.Job));
        Assert.Equal(unit.Items, stored.Items);
        Assert.Equal(unit with { Items = [] }, stored with { Items = [] });
        Assert.Equal(
            [new WorkItem(1, "b.jpg", new RecordedResult(new string('f', 64), 99)), new WorkItem(2, "c.jpg", null)],
            again.Pending(Samples.Job, -1, 2, 10)
        );
        Assert.Equal([1L, 2L], again.Unsettled(Samples.Job, [0, 1, 2]).Select(item => item.Number));
        Assert.Equal("c.jpg", again.LastPath(Samples.Job));
        Assert.Equal(
            [
                new NumberedJobEvent(1, Samples.At, new JobEvents.Started(Samples.Job, Samples.At)),
                new NumberedJobEvent(2, Samples.At, new JobEvents.ItemSettled(Samples.Job, 0, "a.jpg", Samples.Done)),
            ],
            again.Events(Samples.Job, 0, 10)
        );
        Assert.Equal([new SettledPicture("a.jpg", Samples.Done, Samples.At)], again.Settled(Samples.Job));
    }

    [Fact]
    public void A_commit_is_whole_or_not_at_all()
    {
        using var store = Open();
        var term = store.BecomeLeader();
        Add(store, term, 1);

        var other = new JobId("20260301-120000-bbbbbb");
        Assert.Throws<JobStoreException>(() =>
            store.Commit(
                term,
                Next(),
                [
                    new StoreChange.JobSaved(JobState.From(Samples.Submitted(other)), 2),
                    new StoreChange.EventRecorded(other, 1, Samples.At, new JobEvents.Started(other, Samples.At)),
                    new StoreChange.EventRecorded(other, 1, Samples.At, new JobEvents.Started(other, Samples.At)), // a number that is taken
                ]
            )
        );

        Assert.Null(store.Find(other));
        store.Commit(term, Next(), [new StoreChange.JobSaved(JobState.From(Samples.Submitted(other)), 2)]);
        Assert.NotNull(store.Find(other));
    }

    [Fact]
    public void Only_the_leader_can_commit()
    {
        using var first = Open();
        using var second = Open();
        var term = first.BecomeLeader();
        Add(first, term, 1);
        second.BecomeLeader();

        var refusal = Assert.Throws<JobStoreException>(() =>
            first.Commit(term, Next(), [new StoreChange.ItemsFound(Samples.Job, 1, ["late.jpg"])])
        );

        Assert.Equal(JobStoreFault.Fenced, refusal.Fault);
        Assert.Single(second.Pending(Samples.Job, -1, 99, 10));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(255)]
    [InlineData(4096)]
    public void Pages_are_small_messages_whatever_the_names_and_together_they_hold_everything(int pathBytes)
    {
        const int items = 120;
        using var store = Open();
        var term = store.BecomeLeader();
        var job = JobState.From(Samples.Submitted());
        var paths = Enumerable.Range(0, items).Select(i => $"{i:d4}-{new string('n', pathBytes - 5)}").ToList();
        var ledger = new JobLedger(Samples.Job, new LedgerSettings());
        store.Commit(term, Next(), [new StoreChange.JobSaved(job, 1), new StoreChange.ItemsFound(Samples.Job, 0, paths)]);
        var reason = new string('r', 3000);
        store.Commit(
            term,
            Next(),
            [
                .. paths.Select(
                    (path, i) =>
                        new StoreChange.ItemSettled(
                            Samples.Job,
                            i + 1,
                            Samples.At,
                            new WorkItem(i, path, null),
                            new ItemOutcome.Failed(FailureClass.Unreadable, reason),
                            1
                        )
                ),
                new StoreChange.ProgressSaved(Samples.Job, new LedgerProgress(items, 0, -1, 0, new JobCounts(0, 0, 0, items), items)),
            ]
        );

        Assert.Equal(
            paths,
            All<ItemReport>(after =>
                    store.Items(new JobQueries.Items(Samples.Job, null, after, 500)) is var page ? (page, page.Items, page.Next) : default
                )
                .Select(item => item.RelativePath)
        );
        Assert.Equal(
            paths,
            All<ItemError>(after =>
                    store.Errors(new JobQueries.Errors(Samples.Job, after, 500)) is var page ? (page, page.Errors, page.Next) : default
                )
                .Select(error => error.RelativePath)
        );
        var told = new List<string>();
        while (store.Events(Samples.Job, told.Count, 500) is { Count: > 0 } events)
        {
            Assert.InRange(
                MessageBytes.Of(new JobReports.EventPage(Samples.Job, events, default, 0, true, false)).Bytes.Length,
                1,
                32 * 1024
            );
            told.AddRange(events.Select(numbered => ((JobEvents.ItemSettled)numbered.Event).RelativePath));
        }

        Assert.Equal(paths, told);
        Assert.Equal(0, ledger.Items);
    }

    [Fact]
    public void A_page_of_rare_pictures_does_not_look_through_all_others()
    {
        const int items = 45_000;
        using var store = Open();
        var term = store.BecomeLeader();
        store.Commit(
            term,
            Next(),
            [
                new StoreChange.JobSaved(JobState.From(Samples.Submitted()), 1),
                new StoreChange.ItemsFound(Samples.Job, 0, Samples.Paths(0, items)),
                new StoreChange.ItemSettled(Samples.Job, 1, Samples.At, new WorkItem(items - 1, "x", null), Samples.Done, 1),
                new StoreChange.ProgressSaved(Samples.Job, new LedgerProgress(items, 0, -1, 0, new JobCounts(1, 0, 0, 0), 1)),
            ]
        );

        var first = store.Items(new JobQueries.Items(Samples.Job, ItemState.Done, -1, 10));

        Assert.Empty(first.Items);
        Assert.Equal(19_999, first.Next);
        Assert.Equal(
            [items - 1L],
            All<ItemReport>(after =>
                    store.Items(new JobQueries.Items(Samples.Job, ItemState.Done, after, 10)) is var page
                        ? (page, page.Items, page.Next)
                        : default
                )
                .Select(item => item.Number)
        );
    }

    [Fact]
    public void A_decision_belongs_to_a_result_and_is_found_without_looking_through_all_pictures()
    {
        const int items = 45_000;
        using var store = Open();
        var term = store.BecomeLeader();
        StoreChange Settle(long item, ItemOutcome outcome, long sequence) =>
            new StoreChange.ItemSettled(Samples.Job, sequence, Samples.At, new WorkItem(item, "x", null), outcome, 1);
        store.Commit(
            term,
            Next(),
            [
                new StoreChange.JobSaved(JobState.From(Samples.Submitted()), 1),
                new StoreChange.ItemsFound(Samples.Job, 0, Samples.Paths(0, items)),
                Settle(1, Samples.Done, 1),
                Settle(2, Samples.Done, 2),
                Settle(3, Samples.Failed, 3),
                Settle(items - 1, Samples.Done, 4),
                new StoreChange.ProgressSaved(Samples.Job, new LedgerProgress(items, 0, -1, 0, new JobCounts(3, 0, 0, 1), 4)),
            ]
        );

        store.Commit(
            term,
            Next(),
            [
                new StoreChange.ItemsReviewed(Samples.Job, [2, 3, 4, items - 1], ReviewDecision.Rejected), // 3 failed, 4 is pending
                new StoreChange.ItemsReviewed(Samples.Job, [1], ReviewDecision.Approved),
                new StoreChange.ItemsReviewed(new JobId("deleted"), [1], ReviewDecision.Approved),
            ]
        );

        Assert.Equal(new JobReports.ReviewCounts(Samples.Job, 1, 2), store.Reviews(Samples.Job));
        Assert.Equal([Samples.Paths(2, 1)[0], Samples.Paths(items - 1, 1)[0]], store.Rejected(Samples.Job));
        var page = store.Items(new JobQueries.Items(Samples.Job, null, -1, 10, ReviewDecision.Rejected));
        Assert.Equal([2, items - 1L], page.Items.Select(item => item.Number));
        Assert.Null(page.Next);
        Assert.All(page.Items, item => Assert.Equal(ReviewDecision.Rejected, item.Review));
        var unreviewed = store.Items(new JobQueries.Items(Samples.Job, ItemState.Done, -1, 10, ReviewDecision.None));
        Assert.Empty(unreviewed.Items);
        Assert.Equal(
            [(2, ReviewDecision.Rejected), (3, ReviewDecision.None)],
            store.Settled(Samples.Job, [2, 3, 4]).Zip([2, 3], (picture, number) => (number, picture.Review))
        );

        store.Commit(term, Next(), [Settle(2, Samples.Done, 5), new StoreChange.ItemsReviewed(Samples.Job, [1], ReviewDecision.None)]);

        Assert.Equal(new JobReports.ReviewCounts(Samples.Job, 0, 1), store.Reviews(Samples.Job));
    }

    [Fact]
    public void Details_are_forgotten_a_part_at_a_time_and_the_job_stays()
    {
        using var store = Open();
        var term = store.BecomeLeader();
        Add(store, term, 10);
        var ended = JobState.From(Samples.Submitted());
        ended = ended
            .Apply(new JobEvents.FinalizingBegun(Samples.Job, JobOutcome.Completed, null, ""))
            .Apply(new JobEvents.JobEnded(Samples.Job, JobOutcome.Completed, default, null, "", Samples.At));
        store.Commit(term, Next(), [new StoreChange.JobSaved(ended, 2)]);
        Assert.Empty(store.EndedBefore(Samples.At, Samples.At));
        Assert.Equal([Samples.Job], store.EndedBefore(Samples.At.AddSeconds(1), Samples.At));

        var rounds = 0;
        for (; store.EndedBefore(Samples.At.AddSeconds(1), Samples.At).Count > 0; rounds++)
            store.Commit(term, Next(), [new StoreChange.DetailsForgotten([Samples.Job], 4)]);

        Assert.Equal(3, rounds);
        Assert.Empty(store.Pending(Samples.Job, -1, 99, 10));
        Assert.Equal(JobPhase.Completed, store.Find(Samples.Job)!.State.Phase);
    }

    [Fact]
    public void A_passing_job_is_deleted_entirely_and_others_keep_their_rows()
    {
        using var store = Open();
        var term = store.BecomeLeader();
        Add(store, term, 3);
        var passing = new List<JobId>();
        for (var i = 0; i < 3; i++)
        {
            var state = JobState.From(Samples.Submitted(new JobId($"20260301-120000-bbbbb{i}"), onBlocker: BlockerPolicy.Fail));
            passing.Add(state.Job);
            store.Commit(
                term,
                Next(),
                [
                    new StoreChange.JobSaved(state, 1),
                    new StoreChange.ItemsFound(state.Job, 0, Samples.Paths(0, 2)),
                    new StoreChange.UnitSaved(state.Job, new StoredUnit(0, 1, Samples.Worker(), [0, 1], false, 1, 0, 0)),
                ]
            );
            var ended = state
                .Apply(new JobEvents.FinalizingBegun(state.Job, JobOutcome.Completed, null, ""))
                .Apply(new JobEvents.JobEnded(state.Job, JobOutcome.Completed, default, null, "", Samples.At));
            if (i > 0)
                store.Commit(
                    term,
                    Next(),
                    [new StoreChange.JobSaved(ended, 2), new StoreChange.EventRecorded(state.Job, 1, Samples.At, state.Origin)]
                );
        }

        Assert.Empty(store.EndedBefore(Samples.At.AddSeconds(1), Samples.At));
        var over = store.EndedBefore(Samples.At, Samples.At.AddSeconds(1));
        Assert.Equal(passing[1..], over);
        store.Commit(term, Next(), [new StoreChange.DetailsForgotten(over, 100)]);
        store.Commit(term, Next(), [new StoreChange.DetailsForgotten(over, 100)]); // as it was asked for before the first was committed

        Assert.Empty(store.EndedBefore(Samples.At, Samples.At.AddSeconds(1)));
        Assert.All(over, job => Assert.Null(store.Find(job)));
        Assert.Equal([passing[0], Samples.Job], store.List(new JobQueries.List(null, null, 10)).Jobs.Select(job => job.Job));
        Assert.Equal((3, 2), (store.Pending(Samples.Job, -1, 99, 10).Count, store.Pending(passing[0], -1, 99, 10).Count));
        // A number that is free again
        store.Commit(term, Next(), [new StoreChange.JobSaved(JobState.From(Samples.Submitted(passing[2])), 3)]);
        Assert.Empty(store.Units(passing[2]));
        Assert.Empty(store.Events(passing[2], 0, 10));
    }

    [Fact]
    public void A_database_of_a_later_version_is_refused()
    {
        Open().Dispose();
        Execute("UPDATE leadership SET version = 99");

        var refusal = Assert.Throws<JobStoreException>(Open);

        Assert.Equal(JobStoreFault.Newer, refusal.Fault);
        Assert.Contains("version 99", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE leadership SET version = 4")]
    [InlineData(Before4 + "UPDATE leadership SET version = 3")]
    [InlineData(Before4 + "UPDATE leadership SET version = 2; ALTER TABLE leadership RENAME TO office")]
    [InlineData(
        Before4
            + "ALTER TABLE leadership DROP COLUMN last_commit; UPDATE leadership SET version = 1; ALTER TABLE leadership RENAME TO office"
    )]
    public void A_database_of_an_earlier_version_is_brought_up_to_this_one_and_keeps_its_jobs(string downgrade)
    {
        using (var store = Open())
            Add(store, store.BecomeLeader(), 3);
        Execute("DROP INDEX item_reviewed; ALTER TABLE item DROP COLUMN review; " + downgrade);

        using var again = Open();

        Assert.Equal(3, again.Pending(Samples.Job, -1, 99, 10).Count);
        again.Commit(again.BecomeLeader(), 1, [new StoreChange.ItemsFound(Samples.Job, 3, ["more.jpg"])]);
        Assert.Equal("more.jpg", again.LastPath(Samples.Job));
        Assert.Equal(0, again.Reviews(Samples.Job).Rejected);
    }

    [Fact]
    public void A_commit_whose_answer_was_lost_is_applied_once()
    {
        using var store = Open();
        var term = store.BecomeLeader();
        Add(store, term, 2);
        var number = Next();
        StoreChange[] changes =
        [
            new StoreChange.ItemSettled(Samples.Job, 1, Samples.At, new WorkItem(0, "0000000.jpg", null), Samples.Failed, 1),
        ];
        store.Commit(term, number, changes);

        using var again = Open();
        again.Commit(term, number, changes);

        Assert.Equal(1, Assert.Single(again.Errors(new JobQueries.Errors(Samples.Job, -1, 10)).Errors).Attempts);
        Assert.Single(again.Events(Samples.Job, 0, 10));
        again.Commit(term, Next(), [new StoreChange.ItemsFound(Samples.Job, 2, ["next.jpg"])]);
        Assert.Equal("next.jpg", store.LastPath(Samples.Job));
    }

    [Fact]
    public void Numbers_of_commits_begin_again_with_each_term()
    {
        using var store = Open();
        Add(store, store.BecomeLeader(), 1);
        Add(store, store.BecomeLeader(), 0);
        store.Commit(store.BecomeLeader(), 1, [new StoreChange.ItemsFound(Samples.Job, 1, ["next.jpg"])]);

        Assert.Equal("next.jpg", store.LastPath(Samples.Job));
    }

    [Fact]
    public void Jobs_are_listed_by_their_ids_bytes()
    {
        using var store = Open();
        var term = store.BecomeLeader();
        string[] ids = ["20260301-120000-aaaaaa", "20260301-120000-aaaaab", "20260301-120000-b00000", "20260302-000000-0a0a0a"];
        foreach (var id in ids)
            store.Commit(
                term,
                Next(),
                [new StoreChange.JobSaved(JobState.From(Samples.Submitted(new JobId(id), outputRoot: $"/out/{id}")), 1)]
            );

        Assert.Equal(ids.Reverse(), store.List(new JobQueries.List(null, null, 10)).Jobs.Select(job => job.Job.Value));
        Assert.Equal(ids[..2].Reverse(), store.List(new JobQueries.List(Samples.Client, ids[2], 10)).Jobs.Select(job => job.Job.Value));
        Assert.Empty(store.List(new JobQueries.List(new ClientId("nobody"), null, 10)).Jobs);
    }

    [Fact]
    public void Text_that_a_database_would_refuse_is_stored_as_closely_as_possible()
    {
        using var store = Open();
        var term = store.BecomeLeader();
        Add(store, term, 1);
        var reason = "broken\0 here, and \ud83d there, but not here: \U0001F4F7";
        store.Commit(
            term,
            Next(),
            [
                new StoreChange.ItemSettled(
                    Samples.Job,
                    1,
                    Samples.At,
                    new WorkItem(0, "0000000.jpg", null),
                    new ItemOutcome.Failed(FailureClass.Unreadable, reason),
                    1
                ),
            ]
        );

        var kept = (ItemOutcome.Failed)Assert.Single(store.Errors(new JobQueries.Errors(Samples.Job, -1, 10)).Errors).Outcome;

        Assert.Equal("broken\ufffd here, and \ufffd there, but not here: \U0001F4F7", kept.Reason);
    }

    [Fact]
    public void Earlier_results_of_names_that_are_too_long_for_an_index_are_forgotten_and_nothing_else_is()
    {
        using var store = Open();
        var term = store.BecomeLeader();
        var random = new Random(7);
        var name = string.Concat(Enumerable.Range(0, 4000).Select(_ => (char)('a' + random.Next(26))));
        var recorded = new RecordedResult(new string('f', 64), 99);
        store.Commit(
            term,
            Next(),
            [
                new StoreChange.JobSaved(JobState.From(Samples.Submitted()), 1),
                new StoreChange.EarlierResultsFound(Samples.Job, [new EarlierResult(name, recorded), new EarlierResult("b.jpg", recorded)]),
                new StoreChange.ItemsFound(Samples.Job, 0, [name, "b.jpg"]),
            ]
        );

        Assert.Equal([new WorkItem(0, name, null), new WorkItem(1, "b.jpg", recorded)], store.Pending(Samples.Job, -1, 9, 10));
    }

    [Fact]
    public async Task Of_two_coordinators_that_become_the_leader_at_the_same_time_one_can_commit()
    {
        using var first = Open();
        using var second = Open();

        var terms = await Task.WhenAll(Task.Run(first.BecomeLeader), Task.Run(second.BecomeLeader));

        Assert.NotEqual(terms[0], terms[1]);
        var (isLeader, fenced) = terms[0] > terms[1] ? (first, second) : (second, first);
        Assert.Equal(JobStoreFault.Fenced, Assert.Throws<JobStoreException>(() => Add(fenced, terms.Min(), 1)).Fault);
        Add(isLeader, terms.Max(), 1);
    }

    private protected SqlJobStore Open() => new(Dialect);

    private protected void Execute(string sql)
    {
        using var connection = Dialect.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private long Next() => ++_commits;

    private void Add(SqlJobStore store, long term, int items) =>
        store.Commit(
            term,
            Next(),
            [
                new StoreChange.JobSaved(JobState.From(Samples.Submitted()), 1),
                new StoreChange.ItemsFound(Samples.Job, 0, Samples.Paths(0, items)),
            ]
        );

    private static List<T> All<T>(Func<long, (object Page, IReadOnlyList<T> Rows, long? Next)> page)
    {
        var all = new List<T>();
        for (long? after = -1; after is { } number; )
        {
            var (message, rows, next) = page(number);
            Assert.InRange(MessageBytes.Of(message).Bytes.Length, 1, 32 * 1024);
            all.AddRange(rows);
            after = next;
        }

        return all;
    }
}
