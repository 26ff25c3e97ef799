using ActorColorize.Actors.Jobs;
using ActorColorize.Protocol;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>Unexpected exceptions in the actors that the coordinator waits for: it is notified, and no job waits forever.</summary>
public sealed class UnforeseenFaultTests()
    : PatientTestKit(ConfigurationFactory.ParseString(AkkaHocon.JobsDispatcher).WithFallback(AkkaHocon.InMemoryJournal))
{
    private const string Fault = "nobody has heard of this";

    [Fact]
    public void A_walk_that_fails_ends_a_job_that_does_not_wait()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4);
        jobs.Files.Break(BrokenFiles.Walk, Fault);

        var end = jobs.UntilOver(jobs.Submit(onBlocker: BlockerPolicy.Fail));

        Assert.Equal((JobPhase.Failed, JobFailure.Archive, Fault), (end.Phase, end.Failure!.Value, end.Detail));
    }

    [Fact]
    public void A_walk_that_fails_is_logged_with_its_exception_and_its_job()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4);
        jobs.Files.Break(BrokenFiles.Walk, Fault);
        var errors = Errors();

        var job = jobs.Submit(onBlocker: BlockerPolicy.Fail);
        jobs.UntilOver(job);

        var error = errors.ExpectMsg<Error>();
        Assert.Equal(Fault, Assert.IsType<InvalidOperationException>(error.Cause).Message);
        Assert.Contains(job.Value, error.ToString(), StringComparison.Ordinal);
        Assert.False(errors.HasMessages);
    }

    [Fact]
    public void A_blocker_check_that_keeps_failing_is_logged_once_with_its_exception_and_its_job()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4);
        var job = jobs.Submit();
        var worker = jobs.Worker();
        worker.Request();
        var unit = worker.ExpectUnit();
        jobs.Files.Break(BrokenFiles.Look, Fault);
        var errors = Errors();

        worker.Tell(new WorkCommands.Release(worker.Id, unit.Lease, ReleaseReason.OutputFull, "no space left on the disk"));
        AwaitCondition(() => jobs.Files.Looks >= 4);
        jobs.Files.Break(BrokenFiles.None, "");
        jobs.Until(job, status => status.Pauses.Count == 0);

        var error = errors.ExpectMsg<Error>();
        Assert.Equal(Fault, Assert.IsType<InvalidOperationException>(error.Cause).Message);
        Assert.Contains(job.Value, error.ToString(), StringComparison.Ordinal);
        Assert.False(errors.HasMessages);
    }

    [Fact]
    public void A_walk_that_fails_is_retried_in_a_job_that_waits()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4);
        jobs.Files.Break(BrokenFiles.Walk, Fault);
        var job = jobs.Submit();
        jobs.Until(job, status => status.WaitsFor?.Contains(Fault, StringComparison.Ordinal) == true);

        jobs.Files.Break(BrokenFiles.None, "");

        jobs.UntilTold<JobEvents.ArchiveScanned>(job);
    }

    [Fact]
    public void A_manifest_that_cannot_be_finalized_ends_a_job_that_does_not_wait()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4);
        var job = jobs.Submit(onBlocker: BlockerPolicy.Fail);
        var worker = jobs.Worker();
        worker.Request();
        var unit = worker.ExpectUnit();
        jobs.Files.Break(BrokenFiles.Results, Fault);

        worker.Settle(unit, Samples.Done);
        var end = jobs.UntilOver(job);

        Assert.Equal((JobPhase.Failed, JobFailure.Output, Fault), (end.Phase, end.Failure!.Value, end.Detail));
    }

    [Fact]
    public void A_broken_store_is_reported_and_the_next_coordinator_continues()
    {
        var stores = new StallingStores();
        using var jobs = new CoordinatorHarness(this, pictures: 4, store: stores.Wrap, isSupervised: true);
        var job = jobs.Submit();
        var worker = jobs.Worker();
        worker.Request();
        var unit = worker.ExpectUnit();
        var trouble = CreateTestProbe();
        Sys.EventStream.Subscribe(trouble, typeof(JobStoreTrouble));

        stores.Break(Fault);
        worker.Tell(new WorkCommands.SettleItems(worker.Id, unit.Lease, Samples.All(unit, Samples.Done)));
        Assert.Equal(Fault, trouble.ExpectMsg<JobStoreTrouble>().Reason);
        stores.Continue();

        Assert.Equal(job, jobs.AskUntilAnswered<JobReports.JobStatus>(new JobQueries.Show(job)).Job);
        worker.Settle(unit, Samples.Done);
        Assert.Equal(new JobCounts(4, 0, 0, 0), jobs.UntilOver(job).Counts);
    }

    /// <summary>Subscribes a probe to all errors that are logged from now on.</summary>
    private TestProbe Errors()
    {
        var probe = CreateTestProbe();
        Sys.EventStream.Subscribe(probe, typeof(Error));
        return probe;
    }
}
