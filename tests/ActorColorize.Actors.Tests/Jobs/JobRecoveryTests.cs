using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;
using Akka.Configuration;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>Recovery of the coordinator, and how it handles full disks and missing files.</summary>
public sealed class JobRecoveryTests()
    : PatientTestKit(ConfigurationFactory.ParseString(AkkaHocon.JobsDispatcher).WithFallback(AkkaHocon.InMemoryJournal))
{
    [Fact]
    public void Workers_continue_under_their_leases_when_the_coordinator_dies()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 12);
        var job = jobs.Submit();
        var worker = jobs.Worker();
        worker.Request(2);
        var (half, whole) = (worker.ExpectUnit(), worker.ExpectUnit());
        worker.Settle(half, [new SettledItem(half.Items[0].Number, Samples.Done)]);

        jobs.Restart();

        Assert.Equal([half.Lease, whole.Lease], worker.Renew(half.Lease, whole.Lease).Held);
        worker.Settle(half, Samples.Done);
        worker.Settle(whole, Samples.Done);
        worker.Settle(worker.ExpectUnit(), Samples.Done);
        Assert.Equal(new JobCounts(12, 0, 0, 0), jobs.UntilOver(job).Counts);
        var settled = jobs.History(job)
            .Select(numbered => numbered.Event)
            .OfType<JobEvents.ItemSettled>()
            .Select(settled => settled.Item)
            .ToList();
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (long)i), settled.Order());
    }

    [Fact]
    public void A_passing_job_is_deleted_an_hour_after_its_end_even_by_the_next_coordinator_and_others_are_not()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4);
        var (kept, passing) = (jobs.Submit("kept", outputRoot: "/kept"), jobs.Submit("passing", BlockerPolicy.Fail, "/passing"));
        var worker = jobs.Worker();
        worker.Request(2);
        worker.Settle(worker.ExpectUnit(), Samples.Done);
        worker.Settle(worker.ExpectUnit(), Samples.Done);
        jobs.UntilOver(kept);
        jobs.UntilOver(passing);
        IEnumerable<JobId> Listed() => jobs.Ask<JobReports.JobPage>(new JobQueries.List(null, null, 10)).Jobs.Select(job => job.Job);

        jobs.Clock.Advance(TimeSpan.FromMinutes(59));
        jobs.Submit("later", outputRoot: "/later");
        Assert.Contains(passing, Listed());
        jobs.Clock.Advance(TimeSpan.FromMinutes(2));
        AwaitCondition(() => !Listed().Contains(passing));
        jobs.Restart(); // its facts are still in the journal

        Assert.Contains(kept, Listed());
        Assert.DoesNotContain(passing, Listed());
        Assert.Equal(passing, jobs.Ask<JobReports.NoSuchJob>(new JobQueries.Show(passing)).Job);
        Assert.Equal(4, jobs.History(kept).Count(numbered => numbered.Event is JobEvents.ItemSettled));
    }

    [Fact]
    public void Decisions_that_the_journal_has_and_the_store_has_not_hold_after_a_crash()
    {
        var stores = new StallingStores();
        using var jobs = new CoordinatorHarness(this, pictures: 4, store: stores.Wrap);
        var first = jobs.Submit("first");
        jobs.UntilTold<JobEvents.ArchiveScanned>(first);
        stores.Stall();
        jobs.Clock.Advance(TimeSpan.FromSeconds(1));
        jobs.Coordinator.Tell(CoordinatorHarness.SubmitCommand("second", outputRoot: "/second"), TestActor);
        jobs.Until(first, status => status.WaitsFor == StallingStores.Reason); // the journal has it, the store has not

        jobs.Restart();
        stores.Continue();

        var second = jobs.Ask<JobAnswers.Submitted>(CoordinatorHarness.SubmitCommand("second", outputRoot: "/second"));
        Assert.False(second.IsNew);
        jobs.UntilTold<JobEvents.ArchiveScanned>(second.Job);
        Assert.Equal([second.Job, first], jobs.Ask<JobReports.JobPage>(new JobQueries.List(null, null, 10)).Jobs.Select(job => job.Job));
    }

    [Fact]
    public void Pictures_that_the_walk_has_found_last_and_the_store_has_not_are_found_again_after_a_crash()
    {
        var stores = new StallingStores();
        using var jobs = new CoordinatorHarness(this, pictures: 600, store: stores.Wrap);
        stores.StallAt(static change => change is StoreChange.ItemsFound { First: > 0 });
        var job = jobs.Submit();
        Assert.False(jobs.Until(job, status => status.WaitsFor == StallingStores.Reason).IsScanned);

        jobs.Restart();
        stores.Continue();

        Assert.Equal(600, jobs.Until(job, status => status.IsScanned).Items);
    }

    [Fact]
    public void While_the_database_cannot_be_written_nothing_is_accepted_or_confirmed_and_then_work_resumes()
    {
        var stores = new StallingStores();
        using var jobs = new CoordinatorHarness(this, pictures: 4, store: stores.Wrap);
        var job = jobs.Submit();
        var worker = jobs.Worker();
        worker.Request();
        var unit = worker.ExpectUnit();
        stores.Stall();
        worker.Tell(new WorkCommands.SettleItems(worker.Id, unit.Lease, Samples.All(unit, Samples.Done)));

        Assert.Equal(StallingStores.Reason, jobs.Until(job, status => status.WaitsFor == StallingStores.Reason).WaitsFor);
        Assert.Equal(JobRefusal.Unavailable, jobs.Ask<JobAnswers.Refused>(CoordinatorHarness.SubmitCommand("other")).Kind);
        Assert.False(worker.Probe.HasMessages);
        stores.Continue();

        worker.Probe.FishForMessage<WorkEvents.ItemsTaken>(_ => true, TimeSpan.FromSeconds(30));
        Assert.Equal(new JobCounts(4, 0, 0, 0), jobs.UntilOver(job).Counts);
    }

    [Fact]
    public void A_coordinator_that_cannot_become_the_leader_says_why_and_accepts_jobs_once_it_can()
    {
        var stores = new StallingStores();
        using var jobs = new CoordinatorHarness(this, pictures: 4, store: stores.Wrap);
        var job = jobs.Submit();
        stores.Stall();
        jobs.Restart();

        var refused = jobs.Ask<JobAnswers.Refused>(CoordinatorHarness.SubmitCommand("other", outputRoot: "/other"));
        Assert.Equal((JobRefusal.Unavailable, StallingStores.Reason), (refused.Kind, refused.Reason));
        Assert.Equal(StallingStores.Reason, jobs.Ask<JobReports.NotReadable>(new JobQueries.Show(job)).Reason);
        stores.Continue();

        Assert.True(jobs.AskUntilAnswered<JobAnswers.Submitted>(CoordinatorHarness.SubmitCommand("other", outputRoot: "/other")).IsNew);
        Assert.Equal(job, jobs.Show(job).Job);
    }

    [Fact]
    public void A_replaced_coordinator_can_no_longer_write()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4);
        var job = jobs.Submit();
        var worker = jobs.Worker();
        worker.Request();
        var unit = worker.ExpectUnit();
        using var other = jobs.OpenStore();

        EventFilter
            .Error(contains: "another coordinator")
            .ExpectOne(TimeSpan.FromMinutes(1), () =>
            {
                other.BecomeLeader();
                worker.Tell(new WorkCommands.SettleItems(worker.Id, unit.Lease, Samples.All(unit, Samples.Done)));
            });

        Assert.Equal(0, other.Find(job)!.Progress.Counts.Settled);
    }

    [Fact]
    public void A_full_disk_pauses_the_job_with_that_reason_and_it_resumes_by_itself_when_there_is_space()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4);
        var job = jobs.Submit();
        var worker = jobs.Worker();
        worker.Request();
        var unit = worker.ExpectUnit();
        jobs.Files.Obstruct(JobFailure.Output, "no space left on the disk");
        worker.Tell(new WorkCommands.Release(worker.Id, unit.Lease, ReleaseReason.OutputFull, "no space left on the disk"));

        var paused = jobs.Until(job, status => status.Phase == JobPhase.Paused);
        Assert.Equal(PauseOwner.Of(JobFailure.Output), Assert.Single(paused.Pauses).Owner);
        Assert.Contains("no space left", paused.WaitsFor, StringComparison.Ordinal);
        jobs.Files.Clear(JobFailure.Output);
        jobs.Until(job, status => status.Phase == JobPhase.Running);
        jobs.Clock.Advance(TimeSpan.FromMinutes(1)); // the worker is not asked at once
        worker.Settle(worker.ExpectUnit(), Samples.Done);

        Assert.Equal(JobPhase.Completed, jobs.UntilOver(job).Phase);
        Assert.Equal(
            ["Paused", "Resumed"],
            jobs.History(job).Select(numbered => numbered.Event.GetType().Name).Where(name => name is "Paused" or "Resumed")
        );
    }

    [Fact]
    public void A_full_disk_ends_a_job_that_must_not_wait()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 8);
        var job = jobs.Submit(onBlocker: BlockerPolicy.Fail);
        var worker = jobs.Worker();
        worker.Request();
        worker.Settle(worker.ExpectUnit(), Samples.Done);
        var unit = worker.ExpectUnit();
        worker.Tell(new WorkCommands.Release(worker.Id, unit.Lease, ReleaseReason.OutputFull, "no space left on the disk"));

        var end = jobs.UntilOver(job);

        Assert.Equal((JobPhase.Failed, JobFailure.Output, "no space left on the disk"), (end.Phase, end.Failure, end.Detail));
        Assert.Equal(4, JobManifest.Read(jobs.Manifest).Count());
    }

    [Fact]
    public void A_job_that_every_device_dies_of_ends_or_waits_instead_of_costing_them_all()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 100);
        var job = jobs.Submit(onBlocker: BlockerPolicy.Fail);
        for (var life = 1; life <= jobs.Settings.Leasing.DeathsInARow; life++)
        {
            var worker = jobs.Worker(incarnation: life);
            worker.Request();
            worker.ExpectUnit();
            worker.Tell(new WorkCommands.ReleaseAllWork(worker.Id, Crashed: true, "SIGSEGV"));
        }

        var end = jobs.UntilOver(job);

        Assert.Equal((JobPhase.Failed, JobFailure.Device), (end.Phase, end.Failure));
        Assert.Contains("SIGSEGV", end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_walk_that_is_interrupted_continues_after_the_last_picture()
    {
        using var jobs = new CoordinatorHarness(this, files: listed => new ListedFiles(
            Path.GetDirectoryName(Path.GetDirectoryName(listed.ResultFile(Samples.Specification, "x")))!,
            Samples.Paths(0, 3000)
        )
        {
            BreaksOffAfter = 1500,
        });
        jobs.Files.Obstruct(JobFailure.Archive, "unmounted");
        var job = jobs.Submit();

        var paused = jobs.Until(job, status => status.Phase == JobPhase.Paused);
        Assert.Equal(PauseOwner.Of(JobFailure.Archive), Assert.Single(paused.Pauses).Owner);
        Assert.InRange(paused.Items, 1024, 1500);
        jobs.Files.Clear(JobFailure.Archive);

        Assert.Equal(3000, jobs.Until(job, status => status.IsScanned).Items);
        var paths = new List<string>();
        for (long? after = -1; after is { } number; )
        {
            var page = jobs.Ask<JobReports.ItemPage>(new JobQueries.Items(job, null, number, 500));
            paths.AddRange(page.Items.Select(item => item.RelativePath));
            after = page.Next;
        }

        Assert.Equal(Samples.Paths(0, 3000), paths);
    }

    [Fact]
    public void A_device_that_cannot_read_the_archive_does_not_block_the_job_as_long_as_the_coordinator_can()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4);
        var job = jobs.Submit();
        var (blind, seeing) = (jobs.Worker("blind"), jobs.Worker("seeing"));
        blind.Request();
        var unit = blind.ExpectUnit();
        blind.Tell(new WorkCommands.Release(blind.Id, unit.Lease, ReleaseReason.ArchiveNotVisible, "/archive does not exist"));
        jobs.Until(job, status => status.WaitsFor?.Contains("blind: /archive does not exist", StringComparison.Ordinal) == true);

        seeing.Request();
        seeing.Settle(seeing.ExpectUnit(), Samples.Done);

        Assert.Equal(JobPhase.Completed, jobs.UntilOver(job).Phase);
        Assert.DoesNotContain(jobs.History(job), numbered => numbered.Event is JobEvents.Paused);
    }

    [Fact]
    public void A_one_shot_command_ends_what_an_earlier_one_left_and_skips_what_that_has_done()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 8, goesOn: false);
        var first = jobs.Submit("first", BlockerPolicy.Fail);
        var killed = jobs.Worker();
        killed.Request();
        killed.Settle(killed.ExpectUnit(), Samples.Done);
        killed.ExpectUnit();

        jobs.Restart();
        var second = jobs.Submit("second", BlockerPolicy.Fail);
        var worker = jobs.Worker(incarnation: 2);
        worker.Request();
        var unit = worker.ExpectUnit();

        Assert.Equal(JobPhase.Cancelled, jobs.Show(first).Phase);
        Assert.Equal(second, unit.Job);
        Assert.All(unit.Items, item => Assert.NotNull(item.Recorded));
    }

    [Fact]
    public void Everything_is_recovered_from_a_journal_in_sqlite_too()
    {
        using var folder = new Metrics.TemporaryFolder();
        var files = new ListedFiles(folder.Path, Samples.Paths(0, 4));
        var settings = new JobCoordinatorSettings
        {
            OpenStore = () => new SqlJobStore(new SqliteDialect(Path.Combine(folder.Path, "jobs.db"))),
            ScratchFolder = folder.Path,
            Files = files,
        };
        var configuration = ConfigurationFactory
            .ParseString(JobDatabase.Sqlite(folder.Path).JournalHocon)
            .WithFallback(AkkaHocon.JobsDispatcher)
            .WithFallback(StrictSerialization.Hocon);

        var submitted = Once(configuration, settings, coordinator =>
            Ask<JobAnswers.Submitted>(coordinator, CoordinatorHarness.SubmitCommand())
        );
        Once(configuration, settings, coordinator =>
            Ask<JobAnswers.Acknowledged>(coordinator, new JobCommands.Pause(CommandId.New(), Samples.Client, submitted.Job, "night", null))
        );
        var status = Once(configuration, settings, coordinator =>
            Ask<JobReports.JobStatus>(coordinator, new JobQueries.Show(submitted.Job))
        );

        Assert.Equal((JobPhase.Paused, "night"), (status.Phase, Assert.Single(status.Pauses).Reason));
        Assert.True(File.Exists(Path.Combine(folder.Path, "journal.db")));
    }

    private static T Once<T>(Config configuration, JobCoordinatorSettings settings, Func<Akka.Actor.IActorRef, T> action)
    {
        using var system = Akka.Actor.ActorSystem.Create("jobs", configuration);
        try
        {
            return action(system.ActorOf(JobCoordinatorHosting.PropsOf(settings)));
        }
        finally
        {
            system.Terminate().Wait();
        }
    }

    private static T Ask<T>(Akka.Actor.IActorRef coordinator, object message) =>
        Akka.Actor.Futures.Ask<T>(coordinator, message, TimeSpan.FromSeconds(60)).Result;
}
