using ActorColorize.Actors.Jobs;
using ActorColorize.Protocol;
using CsCheck;
using static ActorColorize.Protocol.JobEvents;

namespace ActorColorize.Actors.Tests.Jobs;

public sealed class JobStateTests
{
    private static readonly JobCounts NoErrors = new(3, 0, 0, 0);
    private static readonly JobCounts TwoErrors = new(1, 0, 0, 1, 1);

    [Fact]
    public void A_job_goes_from_the_walk_through_its_pictures_to_the_manifest_and_is_completed()
    {
        var job = New();
        Assert.Equal(JobPhase.Scanning, job.Phase);

        job = Apply(job, job.Scanned(3, 0));
        Assert.Equal(JobPhase.Queued, job.Phase);
        job = Apply(job, job.Start(Samples.At));
        Assert.Equal(JobPhase.Running, job.Phase);
        Assert.Empty(job.Settle(leased: true, NoErrors));
        Assert.Empty(job.Settle(leased: false, new JobCounts(2, 0, 0, 0)));
        job = Apply(job, job.Settle(leased: false, NoErrors));
        Assert.Equal(JobPhase.Finalizing, job.Phase);
        job = Apply(job, job.Finalized(NoErrors, Samples.At));

        Assert.Equal(JobPhase.Completed, job.Phase);
        Assert.Equal(NoErrors, job.End!.Counts);
    }

    [Fact]
    public void A_job_with_pictures_from_damaged_files_is_completed_with_errors() =>
        Assert.Equal(JobPhase.CompletedWithErrors, Finished(new JobCounts(3, 0, 0, 0, Salvaged: 1)).Phase);

    [Fact]
    public void A_job_with_errors_can_be_retried_and_counts_its_failed_pictures()
    {
        var job = Finished(TwoErrors);
        Assert.Equal(JobPhase.CompletedWithErrors, job.Phase);

        var retried = Assert.IsType<FailedRetried>(Assert.Single(job.Retry(quarantined: false, TwoErrors)));
        Assert.Equal((1, 1), (retried.TakenUp, retried.Left));
        var all = Assert.IsType<FailedRetried>(Assert.Single(job.Retry(quarantined: true, TwoErrors)));
        Assert.Equal((2, 0), (all.TakenUp, all.Left));

        Assert.Equal(JobPhase.Running, job.Apply(retried).Phase);
        Assert.Empty(Finished(NoErrors).Retry(quarantined: true, NoErrors));
    }

    [Fact]
    public void A_job_is_paused_as_long_as_anybody_pauses_it()
    {
        var job = New();
        job = Apply(job, job.Pause(Pause("ann"), Samples.At));
        job = Apply(job, job.Pause(Pause("bob"), Samples.At));
        job = Apply(job, job.Block(JobFailure.Output, "the disk is full", Samples.At));
        Assert.Equal(3, job.Pauses.Count);

        job = Apply(job, job.Resume(new ClientId("ann")));
        Assert.Equal(JobPhase.Paused, job.Phase);
        Assert.Equal(PauseOwner.Of(JobFailure.Output), Assert.Single(job.Pauses).Owner);
        Assert.Empty(job.Cleared(JobFailure.Model));
        job = Apply(job, job.Cleared(JobFailure.Output));

        Assert.Equal(JobPhase.Scanning, job.Phase);
    }

    [Fact]
    public void A_pause_with_a_limit_ends_by_itself_and_a_renewed_one_later()
    {
        var job = New();
        job = Apply(job, job.Pause(Pause("ann", TimeSpan.FromMinutes(1)), Samples.At));
        job = Apply(job, job.Pause(Pause("ann", TimeSpan.FromMinutes(1)), Samples.At.AddSeconds(30)));

        Assert.Empty(job.ExpirePauses(Samples.At.AddSeconds(61)));
        job = Apply(job, job.ExpirePauses(Samples.At.AddSeconds(90)));

        Assert.Equal(JobPhase.Scanning, job.Phase);
    }

    [Fact]
    public void A_blocker_pauses_a_job_once_and_ends_one_that_must_not_wait()
    {
        var waits = New();
        var paused = Apply(waits, waits.Block(JobFailure.Archive, "unmounted", Samples.At));
        Assert.Empty(paused.Block(JobFailure.Archive, "unmounted", Samples.At));
        Assert.Equal(JobPhase.Paused, paused.Phase);

        var fails = JobState.From(Samples.Submitted(onBlocker: BlockerPolicy.Fail));
        fails = Apply(fails, fails.Block(JobFailure.Archive, "unmounted", Samples.At));
        Assert.Equal(JobPhase.Finalizing, fails.Phase);
        fails = Apply(fails, fails.Finalized(NoErrors, Samples.At));
        Assert.Equal((JobPhase.Failed, JobFailure.Archive, "unmounted"), (fails.Phase, fails.End!.Failure, fails.End.Detail));
    }

    [Fact]
    public void A_cancelled_job_waits_for_leased_pictures_and_cannot_be_paused_or_retried()
    {
        var job = New();
        job = Apply(job, job.RequestCancel(Samples.Client));
        Assert.Equal(JobPhase.Cancelling, job.Phase);
        Assert.False(job.GrantsWork);
        Assert.Empty(job.Pause(Pause("ann"), Samples.At));
        Assert.Empty(job.Settle(leased: true, NoErrors));

        job = Apply(job, job.Settle(leased: false, NoErrors));
        job = Apply(job, job.Finalized(NoErrors, Samples.At));

        Assert.Equal(JobPhase.Cancelled, job.Phase);
        Assert.Empty(job.Retry(quarantined: true, TwoErrors));
        Assert.Empty(job.RequestCancel(Samples.Client));
    }

    [Fact]
    public void A_manifest_that_cannot_be_written_is_retried_or_fails_the_job()
    {
        var waits = Apply(New(), New().Scanned(3, 0));
        waits = Apply(waits, waits.Settle(leased: false, NoErrors));
        Assert.Empty(waits.NotFinalized("full", NoErrors, Samples.At));

        var fails = JobState.From(Samples.Submitted(onBlocker: BlockerPolicy.Fail));
        fails = Apply(fails, fails.Scanned(3, 0));
        fails = Apply(fails, fails.Settle(leased: false, NoErrors));
        fails = Apply(fails, fails.NotFinalized("full", NoErrors, Samples.At));
        Assert.Equal((JobPhase.Failed, JobFailure.Output), (fails.Phase, fails.End!.Failure));
    }

    [Fact]
    public void A_cancelled_job_does_not_wait_for_an_output_that_cannot_be_written()
    {
        var before = Apply(New(), New().RequestCancel(Samples.Client));
        before = Apply(before, before.Settle(leased: false, NoErrors));
        before = Apply(before, before.NotFinalized("full", NoErrors, Samples.At));
        Assert.Equal(
            (JobPhase.Cancelled, JobFailure.Output, "cancelled; its manifest could not be written: full"),
            (before.Phase, before.End!.Failure, before.End.Detail)
        );

        var meanwhile = Apply(New(), New().Scanned(3, 0));
        meanwhile = Apply(meanwhile, meanwhile.Settle(leased: false, NoErrors));
        Assert.Empty(meanwhile.NotFinalized("full", NoErrors, Samples.At));
        meanwhile = Apply(meanwhile, meanwhile.RequestCancel(Samples.Client));
        Assert.Equal(JobPhase.Finalizing, meanwhile.Phase);
        Assert.Equal(JobPhase.Cancelled, Apply(meanwhile, meanwhile.NotFinalized("full", NoErrors, Samples.At)).Phase);
        // What can be written after all is complete
        Assert.Equal(JobPhase.Completed, Apply(meanwhile, meanwhile.Finalized(NoErrors, Samples.At)).Phase);
    }

    [Fact]
    public void Whatever_is_decided_in_whatever_order_the_shortest_facts_make_the_same_state() =>
        Gen.Int[0, 11]
            .Array[0, 60]
            .Sample(draws =>
            {
                var job = JobState.From(Samples.Submitted(onBlocker: draws.Length % 2 == 0 ? BlockerPolicy.Wait : BlockerPolicy.Fail));
                for (var step = 0; step < draws.Length; step++)
                {
                    var at = Samples.At.AddSeconds(step);
                    var before = job.Phase;
                    job = Apply(
                        job,
                        draws[step] switch
                        {
                            0 => job.Scanned(3, 1),
                            1 => job.Start(at),
                            2 => job.Pause(Pause("ann", TimeSpan.FromSeconds(5)), at),
                            3 => job.Pause(Pause("bob"), at),
                            4 => job.Resume(Samples.Client),
                            5 => job.Block(JobFailure.Model, "gone", at),
                            6 => job.Cleared(JobFailure.Model),
                            7 => job.SetPriority(job.Priority == JobPriority.High ? JobPriority.Low : JobPriority.High),
                            8 when step > 20 => job.RequestCancel(Samples.Client),
                            9 => [.. job.Settle(leased: false, TwoErrors), .. job.Finalized(TwoErrors, at)],
                            10 => job.Retry(quarantined: step % 2 == 0, TwoErrors),
                            11 => [.. job.Settle(leased: false, TwoErrors), .. job.NotFinalized("full", TwoErrors, at)],
                            _ => job.ExpirePauses(at),
                        }
                    );

                    var again = JobState.From(job.ToFacts());
                    Assert.Equal(job.ToFacts(), again.ToFacts());
                    Assert.Equal(job.Phase, again.Phase);
                    if (before is JobPhase.Completed or JobPhase.Cancelled or JobPhase.Failed)
                        Assert.Equal(before, job.Phase); // those are for good
                }
            });

    private static JobState New() => JobState.From(Samples.Submitted());

    private static JobState Finished(JobCounts counts)
    {
        var job = New();
        job = Apply(job, job.Scanned(3, 0));
        job = Apply(job, job.Start(Samples.At));
        job = Apply(job, job.Settle(leased: false, counts));
        return Apply(job, job.Finalized(counts, Samples.At));
    }

    private static JobState Apply(JobState job, IReadOnlyList<IJobFact> facts) => facts.Aggregate(job, (state, fact) => state.Apply(fact));

    private static JobCommands.Pause Pause(string client, TimeSpan? duration = null) =>
        new(new CommandId("c"), new ClientId(client), Samples.Job, "because", duration);
}
