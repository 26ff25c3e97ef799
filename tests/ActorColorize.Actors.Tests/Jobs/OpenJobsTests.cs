using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.Jobs;

public sealed class OpenJobsTests
{
    private readonly OpenJobs _jobs = new();

    [Fact]
    public void The_oldest_job_of_an_output_folder_is_first_and_its_end_concerns_only_the_next()
    {
        var (first, second, third, elsewhere) = (Add("1"), Add("2"), Add("3"), Add("4", "/elsewhere"));
        Assert.Null(_jobs.Before(first));
        Assert.Equal([first, first], new[] { _jobs.Before(second), _jobs.Before(third) });
        Assert.Null(_jobs.Before(elsewhere));

        Assert.Equal([first, second], End(first));

        Assert.Null(_jobs.Before(second));
        Assert.Same(second, _jobs.Before(third));
        Assert.Empty(End(third)); // it was not its turn
        Assert.Empty(End(second)); // there is no other
    }

    [Fact]
    public void A_retried_job_comes_before_a_younger_one()
    {
        var (first, second) = (Add("1"), Add("2"));
        End(first, JobOutcome.CompletedWithErrors);
        first.State = first.State.Apply(new JobEvents.FailedRetried(first.Job, 1, 0));

        Assert.Equal([first, second], _jobs.Update(first));

        Assert.Same(first, _jobs.Before(second));
    }

    [Fact]
    public void An_expired_pause_is_found_and_one_that_was_ended_before_is_not()
    {
        var (first, second, third) = (Add("1"), Add("2"), Add("3"));
        Pause(first, TimeSpan.FromMinutes(1));
        Pause(second, TimeSpan.FromMinutes(2));
        Pause(third, TimeSpan.FromMinutes(1));
        third.State = third.State.Apply(new JobEvents.Resumed(third.Job, PauseOwner.Of(Samples.Client), ""));
        _jobs.Update(third);

        Assert.Empty(_jobs.WithExpiredPause(Samples.At));
        Assert.Equal([first], _jobs.WithExpiredPause(Samples.At + TimeSpan.FromMinutes(1)));
        Pause(first, TimeSpan.FromMinutes(3));
        Assert.Equal([second], _jobs.WithExpiredPause(Samples.At + TimeSpan.FromMinutes(2)));
        _jobs.Remove(second);
        Assert.Empty(_jobs.WithExpiredPause(Samples.At + TimeSpan.FromMinutes(2)));
    }

    [Fact]
    public void A_job_is_found_by_its_id_and_by_its_clients_key_until_it_is_removed()
    {
        var job = Add("1");
        var origin = job.State.Origin;
        Assert.Same(job, _jobs.Find(job.Job));
        Assert.Same(job, _jobs.Find(origin.Client, origin.Key));
        Assert.Null(_jobs.Find(new ClientId("bob"), origin.Key));

        _jobs.Remove(job);

        Assert.Null(_jobs.Find(job.Job));
        Assert.Null(_jobs.Find(origin.Client, origin.Key));
    }

    private JobEntry Add(string id, string outputRoot = "/out")
    {
        var state = JobState.From(Samples.Submitted(new JobId(id), outputRoot: outputRoot));
        var entry = new JobEntry(state, new JobLedger(state.Job, new LedgerSettings()), null, LedgerProgress.None);
        _jobs.Add(entry);
        _jobs.Update(entry);
        return entry;
    }

    private IReadOnlyList<JobEntry> End(JobEntry entry, JobOutcome outcome = JobOutcome.Completed)
    {
        entry.State = entry
            .State.Apply(new JobEvents.FinalizingBegun(entry.Job, outcome, null, ""))
            .Apply(new JobEvents.JobEnded(entry.Job, outcome, default, null, "", Samples.At));
        return _jobs.Update(entry);
    }

    private void Pause(JobEntry entry, TimeSpan time)
    {
        var pause = new JobPause(PauseOwner.Of(Samples.Client), "", Samples.At, Samples.At + time);
        entry.State = entry.State.Apply(new JobEvents.Paused(entry.Job, pause));
        _jobs.Update(entry);
    }
}
