using ActorColorize.Actors.Jobs;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.Jobs;

public sealed class FairShareTests
{
    [Fact]
    public void Clients_have_equal_shares_however_many_jobs_they_have()
    {
        var jobs = new[] { Job("1", "ann"), Job("2", "ann"), Job("3", "ann"), Job("4", "bob") };

        var served = Serve(jobs, rounds: 100);

        Assert.Equal(50 * 32, served["bob"]);
        Assert.Equal(50 * 32, served["ann"]);
    }

    [Fact]
    public void A_more_urgent_job_counts_twice_for_each_level_and_nobody_is_starved()
    {
        var served = Serve([Job("1", "ann", JobPriority.Highest), Job("2", "bob"), Job("3", "cid", JobPriority.Lowest)], rounds: 210);

        Assert.Equal([160 * 32, 40 * 32, 10 * 32], [served["ann"], served["bob"], served["cid"]]);
    }

    [Fact]
    public void Of_one_client_the_most_urgent_job_is_served_and_of_those_the_oldest()
    {
        var share = new FairShare();

        Assert.Equal("2", share.Choose([Job("1", "ann"), Job("3", "ann", JobPriority.High), Job("2", "ann", JobPriority.High)])!.Job.Value);
        Assert.Null(share.Choose([]));
    }

    [Fact]
    public void A_client_that_had_nothing_to_do_comes_back_at_the_present()
    {
        var share = new FairShare();
        var (ann, bob) = (Job("1", "ann"), Job("2", "bob"));
        for (var i = 0; i < 1000; i++)
            share.Charge(ann, 32);

        var first = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var chosen = share.Choose([ann, bob])!;
            share.Charge(chosen, 32);
            first.Add(chosen.Origin.Client.Value);
        }

        Assert.Equal(2, first.Count(client => client == "ann")); // bob has no thousand turns in progress
    }

    [Fact]
    public void Clients_without_open_jobs_are_forgotten_while_others_are_served()
    {
        var share = new FairShare();
        var archive = Job("0", "archive");
        share.Add(archive.Origin.Client);
        for (var i = 0; i < 10_000; i++)
        {
            var passing = Job($"{i}", $"client {i}");
            share.Add(passing.Origin.Client);
            share.Charge(share.Choose([archive, passing])!, 1);
            share.Charge(share.Choose([archive, passing])!, 1);
            share.Remove(passing.Origin.Client);
        }

        Assert.InRange(share.Remembered, 1, 10);
    }

    [Fact]
    public void Nobody_is_remembered_when_there_are_no_open_jobs()
    {
        var share = new FairShare();
        var jobs = Enumerable.Range(0, 1000).Select(i => Job($"{i}", $"client {i}")).ToList();
        jobs.ForEach(job => share.Add(job.Origin.Client));
        jobs.ForEach(job => share.Charge(job, 32));

        jobs.ForEach(job => share.Remove(job.Origin.Client));

        Assert.Equal(0, share.Remembered);
        Assert.Equal("1", share.Choose([Job("2", "client 1"), Job("1", "new")])!.Job.Value); // and they begin side by side
    }

    [Fact]
    public void A_client_gains_nothing_by_ending_a_job_and_submitting_the_next()
    {
        var share = new FairShare();
        var (archive, pieces) = (Job("1", "archive"), Job("2", "pieces"));
        share.Add(archive.Origin.Client);
        var served = new Dictionary<string, int>();
        for (var i = 0; i < 1000; i++)
        {
            share.Add(pieces.Origin.Client);
            var chosen = share.Choose([archive, pieces])!;
            share.Charge(chosen, 32);
            share.Remove(pieces.Origin.Client);
            served[chosen.Origin.Client.Value] = served.GetValueOrDefault(chosen.Origin.Client.Value) + 1;
        }

        Assert.InRange(served["archive"], 499, 501);
    }

    private static Dictionary<string, int> Serve(JobState[] jobs, int rounds)
    {
        var share = new FairShare();
        var served = new Dictionary<string, int>();
        for (var i = 0; i < rounds; i++)
        {
            var job = share.Choose(jobs)!;
            share.Charge(job, 32);
            served[job.Origin.Client.Value] = served.GetValueOrDefault(job.Origin.Client.Value) + 32;
        }

        return served;
    }

    private static JobState Job(string id, string client, JobPriority priority = JobPriority.Normal) =>
        JobState.From(Samples.Submitted(new JobId(id), new ClientId(client), priority));
}
