using System.Collections.Concurrent;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Actors.Tests.Postgres;
using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.TestKit.Xunit2;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>
/// Journal and store in one PostgreSQL database that dies, is down, or belongs to another coordinator. Each test has its own server.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class PostgresRecoveryTests : PatientTestKit
{
    private readonly PostgresServer _server;
    private readonly PostgresConnection _database;

    public PostgresRecoveryTests()
        : this(new PostgresServer()) { }

    private PostgresRecoveryTests(PostgresServer server)
        : this(server, PostgresConnection.Parse(server.CreateDatabase())) { }

    private PostgresRecoveryTests(PostgresServer server, PostgresConnection database)
        : base(Configuration(database))
    {
        _server = server;
        _database = database;
    }

    [Fact]
    public void No_picture_is_lost_or_duplicated_when_the_server_is_killed_during_a_job()
    {
        const int pictures = 6000;
        using var jobs = Coordinator(pictures);
        var leased = new ConcurrentDictionary<long, int>();
        var job = jobs.Submit();
        Sys.ActorOf(Props.Create(() => new TirelessWorker(jobs.Coordinator, leased)));

        foreach (var part in new[] { 0.2, 0.4, 0.6 })
        {
            Until(jobs, job, status => status.Counts.Settled > part * pictures);
            _server.Kill();
            _server.StartAgain();
        }

        var end = Until(jobs, job, status => status.EndedAt is not null);
        Assert.Equal((JobPhase.Completed, new JobCounts(pictures, 0, 0, 0)), (end.Phase, end.Counts));
        Assert.Equal(pictures, leased.Count);
        Assert.Equal(EveryOne(pictures), Settled(jobs, job).Order());
    }

    [Fact]
    public void A_decision_that_cannot_be_journalled_is_not_acknowledged_and_the_coordinator_comes_back_by_itself()
    {
        const int pictures = 40;
        using var jobs = Coordinator(pictures);
        var job = jobs.Submit();
        Until(jobs, job, status => status.IsScanned);
        var pause = new JobCommands.Pause(CommandId.New(), Samples.Client, job, "night", null);
        var client = CreateTestProbe();
        // The journal alone: a store that is away too would refuse the command before it is journalled
        _server.Execute(Name(_database), "ALTER TABLE journal RENAME TO away");

        EventFilter.Error(contains: "Failed to persist").ExpectOne(TimeSpan.FromMinutes(1), () => jobs.Coordinator.Tell(pause, client));
        Assert.False(client.HasMessages);
        _server.Execute(Name(_database), "ALTER TABLE away RENAME TO journal");

        Assert.Equal(JobPhase.Paused, jobs.AskUntilAnswered<JobAnswers.Acknowledged>(pause).Phase);
        Assert.Equal("night", Assert.Single(Until(jobs, job, status => status.Phase == JobPhase.Paused).Pauses).Reason);
        jobs.AskUntilAnswered<JobAnswers.Acknowledged>(new JobCommands.Resume(CommandId.New(), Samples.Client, job));
        Sys.ActorOf(Props.Create(() => new TirelessWorker(jobs.Coordinator, new ConcurrentDictionary<long, int>())));
        Assert.Equal(new JobCounts(pictures, 0, 0, 0), Until(jobs, job, status => status.EndedAt is not null).Counts);
    }

    [Fact]
    public void While_the_server_is_down_nothing_is_accepted_or_confirmed_and_the_reason_is_reported()
    {
        using var jobs = Coordinator(pictures: 8);
        var job = jobs.Submit();
        var worker = jobs.Worker();
        worker.Request();
        var unit = worker.ExpectUnit();
        _server.Kill();
        worker.Tell(new WorkCommands.SettleItems(worker.Id, unit.Lease, Samples.All(unit, Samples.Done)));

        var waiting = jobs.Until(job, status => status.WaitsFor is not null);
        Assert.StartsWith("Cannot reach the job database 127.0.0.1:", waiting.WaitsFor, StringComparison.Ordinal);
        Assert.Equal(JobRefusal.Unavailable, jobs.Ask<JobAnswers.Refused>(CoordinatorHarness.SubmitCommand("other")).Kind);
        Assert.StartsWith(
            "Cannot reach the job database",
            jobs.Ask<JobReports.NotReadable>(new JobQueries.List(null, null, 10)).Reason,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "Cannot reach the job database",
            jobs.Ask<JobReports.NotReadable>(new JobQueries.Show(new JobId("20260301-120000-bbbbbb"))).Reason,
            StringComparison.Ordinal
        );
        Assert.False(worker.Probe.HasMessages);
        _server.StartAgain();

        worker.Probe.FishForMessage<WorkEvents.ItemsTaken>(_ => true, TimeSpan.FromMinutes(1));
        Assert.Equal(4, jobs.Show(job).Counts.Done);
    }

    [Fact]
    public void A_coordinator_that_starts_while_the_server_is_down_begins_when_it_is_up()
    {
        _server.Kill();
        using var jobs = Coordinator(pictures: 4);
        EventFilter.Warning(contains: "DeadLetter").Mute();
        jobs.Coordinator.Tell(CoordinatorHarness.SubmitCommand(), TestActor);
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        _server.StartAgain();

        var job = jobs.AskUntilAnswered<JobAnswers.Submitted>(CoordinatorHarness.SubmitCommand()).Job;

        Sys.ActorOf(Props.Create(() => new TirelessWorker(jobs.Coordinator, new ConcurrentDictionary<long, int>())));
        Assert.Equal(JobPhase.Completed, Until(jobs, job, status => status.EndedAt is not null).Phase);
    }

    [Fact]
    public async Task Of_two_coordinators_with_one_database_the_older_one_is_fenced_out_and_the_younger_goes_on()
    {
        const int pictures = 12;
        using var older = Coordinator(pictures);
        var job = older.Submit();
        var worker = older.Worker();
        worker.Request(2);
        var (taken, late) = (worker.ExpectUnit(), worker.ExpectUnit());
        worker.Settle(taken, Samples.Done);
        worker.ExpectUnit(); // there are no more
        using var other = ActorSystem.Create("other", Sys.Settings.Config);
        using var kit = new TestKit(other);
        using var younger = new CoordinatorHarness(kit, pictures, dialect: new PostgresDialect(_database), isSupervised: true);
        Assert.Equal(4, younger.AskUntilAnswered<JobReports.JobStatus>(new JobQueries.Show(job)).Counts.Done);

        EventFilter
            .Error(contains: "another coordinator has taken over the jobs")
            .ExpectOne(TimeSpan.FromMinutes(1), () =>
                worker.Tell(new WorkCommands.SettleItems(worker.Id, late.Lease, Samples.All(late, Samples.Done)))
            );

        Assert.False(worker.Probe.HasMessages);
        Assert.Equal(4, younger.Show(job).Counts.Done);
        other.ActorOf(Props.Create(() => new TirelessWorker(younger.Coordinator, new ConcurrentDictionary<long, int>())));
        younger.Clock.Advance(younger.Settings.Leasing.LeaseFor * 2); // the unit that the older one had leased
        Assert.Equal(new JobCounts(pictures, 0, 0, 0), Until(younger, job, status => status.EndedAt is not null).Counts);
        Assert.Equal(EveryOne(pictures), Settled(younger, job).Order());
        await other.Terminate();
    }

    [Fact]
    public async Task The_journals_tables_are_those_that_its_plugin_would_create()
    {
        using (new SqlJobStore(new PostgresDialect(_database))) { }

        var plugins = PostgresConnection.Parse(_server.CreateDatabase());
        using var system = ActorSystem.Create(
            "plugin",
            ConfigurationFactory.ParseString("akka.persistence.journal.sql.auto-initialize = true").WithFallback(Configuration(plugins))
        );
        var kit = CreateTestProbe(system);
        Persistence.Instance.Apply(system).JournalFor(null).Tell(new ReplayMessages(1, 1, 1, "nobody", kit.Ref), kit.Ref);
        kit.ExpectMsg<RecoverySuccess>(TimeSpan.FromMinutes(1));
        await system.Terminate();

        Assert.Equal(Tables(plugins), Tables(_database));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _server.Dispose();
    }

    private CoordinatorHarness Coordinator(int pictures)
    {
        if (_server.IsRunning)
            new SqlJobStore(new PostgresDialect(_database)).Dispose(); // as a daemon does at its start
        return new CoordinatorHarness(this, pictures, dialect: new PostgresDialect(_database), isSupervised: true);
    }

    private static JobReports.JobStatus Until(CoordinatorHarness jobs, JobId job, Func<JobReports.JobStatus, bool> condition)
    {
        while (true)
        {
            if (jobs.AskUntilAnswered<JobReports.JobStatus>(new JobQueries.Show(job)) is var status && condition(status))
                return status;
        }
    }

    private static IEnumerable<long> EveryOne(int pictures) => Enumerable.Range(0, pictures).Select(i => (long)i);

    /// <summary>The pictures that the history says are settled, one entry each time.</summary>
    private static List<long> Settled(CoordinatorHarness jobs, JobId job)
    {
        var settled = new List<long>();
        for (
            var after = 0L;
            jobs.AskUntilAnswered<JobReports.EventPage>(new JobQueries.EventsAfter(job, after, 500, TimeSpan.Zero)).Events
                is { Count: > 0 } events;
            after = events[^1].Sequence
        )
            settled.AddRange(events.Select(numbered => numbered.Event).OfType<JobEvents.ItemSettled>().Select(item => item.Item));
        return settled;
    }

    private static string Name(PostgresConnection database) => database.Place[(database.Place.LastIndexOf('/') + 1)..];

    private string Tables(PostgresConnection database) =>
        _server.Execute(
            Name(database),
            """
            SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default IS NULL
            FROM information_schema.columns WHERE table_name IN ('journal', 'tags') ORDER BY 1, 2;
            SELECT conrelid::regclass, contype, pg_get_constraintdef(oid)
            FROM pg_constraint WHERE conrelid::regclass::text IN ('journal', 'tags') AND contype IN ('p', 'u') ORDER BY 1, 2;
            """
        );

    private static Config Configuration(PostgresConnection database) =>
        ConfigurationFactory
            .ParseString(AkkaHocon.PostgresJournal(database))
            .WithFallback(AkkaHocon.JobsDispatcher)
            .WithFallback(StrictSerialization.Hocon);
}
