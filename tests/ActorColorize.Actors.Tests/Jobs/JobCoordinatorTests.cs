using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Protocol;
using Akka.Configuration;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>The coordinator with its store and journal; probes play clients and workers.</summary>
public sealed class JobCoordinatorTests()
    : PatientTestKit(ConfigurationFactory.ParseString(AkkaHocon.JobsDispatcher).WithFallback(AkkaHocon.InMemoryJournal))
{
    [Fact]
    public void A_job_is_accepted_leased_settled_and_completed_and_its_manifest_says_so()
    {
        using var jobs = new CoordinatorHarness(this, files: listed => new ListedFiles(
            Path.GetDirectoryName(Path.GetDirectoryName(listed.ResultFile(Samples.Specification, "x")))!,
            Samples.Paths(0, 8)
        )
        {
            PassedOver = [("notes.txt", "no picture")],
        });
        var job = jobs.Submit();
        var worker = jobs.Worker();
        worker.Request();

        worker.Settle(worker.ExpectUnit(), Samples.Done);
        worker.Settle(worker.ExpectUnit(), Samples.Failed);
        var end = jobs.UntilOver(job);

        Assert.Equal((JobPhase.CompletedWithErrors, new JobCounts(4, 0, 0, 4)), (end.Phase, end.Counts));
        var history = jobs.History(job);
        Assert.Equal(Enumerable.Range(1, history.Count).Select(sequence => (long)sequence), history.Select(numbered => numbered.Sequence));
        Assert.Equal(8, history.Count(numbered => numbered.Event is JobEvents.ItemSettled));
        Assert.Equal("notes.txt", Assert.Single(history.Select(numbered => numbered.Event).OfType<JobEvents.EntryPassedOver>()).Path);
        Assert.IsType<JobEvents.Submitted>(history[0].Event);
        Assert.IsType<JobEvents.JobEnded>(history[^1].Event);
        Assert.Equal(
            ["done", "done", "done", "done", "failed", "failed", "failed", "failed"],
            JobManifest.Read(jobs.Manifest).OrderBy(line => line.Path).Select(line => line.Status)
        );
    }

    [Theory]
    [InlineData("/archive/out/1920s", true)]
    [InlineData("/archive", true)]
    [InlineData("/", true)]
    [InlineData("/archive/out", false)] // the same: it waits for the first
    [InlineData("/archive/out2", false)]
    [InlineData("/archive/ou", false)]
    [InlineData("/archive/other/out", false)]
    public void An_output_folder_above_or_below_that_of_an_open_job_is_refused(string output, bool isRefused)
    {
        using var jobs = new CoordinatorHarness(this);
        var first = jobs.Ask<JobAnswers.Submitted>(CoordinatorHarness.SubmitCommand("first", outputRoot: "/archive/out"));

        var second = jobs.Ask<JobAnswers.IJobAnswer>(CoordinatorHarness.SubmitCommand("second", outputRoot: output));

        Assert.Equal(isRefused, second is JobAnswers.Refused { Kind: JobRefusal.Invalid });
        if (second is JobAnswers.Refused refused)
            Assert.Contains(first.Job.Value, refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_submission_is_the_same_job_however_often_it_is_sent()
    {
        using var jobs = new CoordinatorHarness(this);
        var command = CoordinatorHarness.SubmitCommand();

        var first = jobs.Ask<JobAnswers.Submitted>(command);
        var repeated = jobs.Ask<JobAnswers.Submitted>(command);
        var sameKey = jobs.Ask<JobAnswers.Submitted>(CoordinatorHarness.SubmitCommand());
        var otherWork = jobs.Ask<JobAnswers.Refused>(CoordinatorHarness.SubmitCommand(outputRoot: "/other"));
        jobs.Restart();
        var afterRestart = jobs.Ask<JobAnswers.Submitted>(CoordinatorHarness.SubmitCommand());

        Assert.Equal(first, repeated);
        Assert.Equal((first.Job, false), (sameKey.Job, sameKey.IsNew));
        Assert.Equal(JobRefusal.KeyInUse, otherWork.Kind);
        Assert.Equal((first.Job, false), (afterRestart.Job, afterRestart.IsNew));
        Assert.Single(jobs.Ask<JobReports.JobPage>(new JobQueries.List(null, null, 10)).Jobs);
    }

    [Theory]
    [InlineData("", "/out", "1 to 200 characters")]
    [InlineData("k", "out", "not absolute")]
    [InlineData("k", "LONG", "longer than 4096 bytes")]
    public void An_invalid_submission_is_refused_in_one_line(string key, string output, string says)
    {
        using var jobs = new CoordinatorHarness(this);

        var refused = jobs.Ask<JobAnswers.Refused>(
            CoordinatorHarness.SubmitCommand(key, outputRoot: output == "LONG" ? $"/{new string('p', 5000)}" : output)
        );

        Assert.Equal(JobRefusal.Invalid, refused.Kind);
        Assert.Contains(says, refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Rejected_results_are_coloured_again_by_another_job_and_the_manifest_has_the_decisions()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4);
        var job = jobs.Submit();
        var worker = jobs.Worker();
        worker.Request();
        worker.Settle(worker.ExpectUnit(), Samples.Done);
        jobs.UntilOver(job);
        JobCommands.Review Review(ReviewDecision decision, params long[] items) =>
            new(CommandId.New(), Samples.Client, job, items, decision);

        Assert.Equal(2, jobs.Ask<JobAnswers.Reviewed>(Review(ReviewDecision.Rejected, 1, 3)).Recorded);
        var approved = jobs.Ask<JobAnswers.Reviewed>(Review(ReviewDecision.Approved, 0, 77));
        Assert.Equal((1, 1), (approved.Recorded, approved.Ignored));
        Assert.Equal(JobRefusal.Invalid, jobs.Ask<JobAnswers.Refused>(Review(ReviewDecision.Approved)).Kind);
        jobs.Restart();

        Assert.Equal(new JobReports.ReviewCounts(job, 1, 2), jobs.AskUntilAnswered<JobReports.ReviewCounts>(new JobQueries.Reviews(job)));
        Assert.Equal(
            [ReviewDecision.Approved, ReviewDecision.Rejected, null, ReviewDecision.Rejected],
            NewestLines(jobs).Select(line => line.Review)
        );

        var again = jobs.Ask<JobAnswers.Submitted>(
            CoordinatorHarness.SubmitCommand("again") with
            {
                Specification = Samples.Specification with { Saturation = 0.5, RejectedOf = job },
            }
        ).Job;
        var second = jobs.Worker(incarnation: 2);
        second.Request();
        var unit = second.ExpectUnit();
        second.Settle(unit, Samples.Done);
        var end = jobs.UntilOver(again);

        Assert.Equal(Samples.Paths(0, 4).Where((_, number) => number is 1 or 3), unit.Items.Select(item => item.RelativePath));
        Assert.Equal((JobPhase.Completed, 2), (end.Phase, end.Items));
        var lines = NewestLines(jobs);
        Assert.Equal([ReviewDecision.Approved, null, null, null], lines.Select(line => line.Review));
        Assert.Equal(
            [lines[0].ResultKey, lines[1].ResultKey, lines[0].ResultKey, lines[1].ResultKey],
            lines.Select(line => line.ResultKey)
        );
        Assert.NotEqual(lines[0].ResultKey, lines[1].ResultKey);
    }

    [Fact]
    public void A_job_is_not_deleted_before_its_rejected_pictures_are_found()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4);
        var job = jobs.Submit();
        var worker = jobs.Worker();
        worker.Request();
        worker.Settle(worker.ExpectUnit(), Samples.Done);
        jobs.UntilOver(job);
        jobs.Ask<JobAnswers.Reviewed>(new JobCommands.Review(CommandId.New(), Samples.Client, job, [2], ReviewDecision.Rejected));
        var other = jobs.Submit("other"); // is first in the output folder: the walk of the next job waits for it
        jobs.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var specification = Samples.Specification with { Saturation = 0.5, RejectedOf = job };
        var again = jobs.Ask<JobAnswers.Submitted>(CoordinatorHarness.SubmitCommand("again") with { Specification = specification }).Job;

        var refused = jobs.Ask<JobAnswers.Refused>(new JobCommands.Delete(CommandId.New(), Samples.Client, job));
        worker.Request();
        worker.Settle(worker.ExpectUnit(), Samples.Done);
        jobs.UntilOver(other);
        jobs.Until(again, status => status.IsScanned);

        Assert.Contains($"job {again} colours the rejected pictures", refused.Reason, StringComparison.Ordinal);
        jobs.Ask<JobAnswers.Deleted>(new JobCommands.Delete(CommandId.New(), Samples.Client, job));
    }

    private static IReadOnlyList<JobManifestLine> NewestLines(CoordinatorHarness jobs) =>
        [.. JobManifest.Read(jobs.Manifest).GroupBy(line => line.Path).Select(lines => lines.Last()).OrderBy(line => line.Path)];

    [Fact]
    public void A_key_still_belongs_to_a_job_that_has_ended()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 0);
        var job = jobs.Submit();
        Assert.Equal(JobPhase.Completed, jobs.UntilOver(job).Phase);

        var again = jobs.Ask<JobAnswers.Submitted>(CoordinatorHarness.SubmitCommand());

        Assert.Equal((job, false), (again.Job, again.IsNew));
    }

    [Fact]
    public void An_expired_lease_goes_to_another_worker_and_the_late_result_is_refused()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4);
        var job = jobs.Submit();
        var (stopped, other) = (jobs.Worker("a"), jobs.Worker("b"));
        stopped.Request();
        var unit = stopped.ExpectUnit();

        jobs.Clock.Advance(TimeSpan.FromMinutes(2));
        other.Request();
        var again = other.ExpectUnit();
        stopped.SettleTooLate(unit);
        Assert.Equal(unit.Lease, Assert.Single(stopped.Renew(unit.Lease).Lost));
        other.Settle(again, Samples.Done);

        Assert.Equal(unit.Number, again.Number);
        Assert.True(again.Epoch.Number > unit.Epoch.Number);
        Assert.Equal(new JobCounts(4, 0, 0, 0), jobs.UntilOver(job).Counts);
        Assert.Equal(4, jobs.History(job).Count(numbered => numbered.Event is JobEvents.ItemSettled));
    }

    [Fact]
    public void A_heartbeat_keeps_a_lease_for_as_long_as_the_work_takes()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4);
        var job = jobs.Submit();
        var worker = jobs.Worker();
        worker.Request();
        var unit = worker.ExpectUnit();

        for (var beat = 0; beat < 20; beat++)
        {
            jobs.Clock.Advance(TimeSpan.FromSeconds(40));
            Assert.Equal(unit.Lease, Assert.Single(worker.Renew(unit.Lease).Held));
        }

        worker.Settle(unit, Samples.Done);
        Assert.Equal(JobPhase.Completed, jobs.UntilOver(job).Phase);
    }

    [Fact]
    public void A_paused_job_grants_nothing_until_it_is_resumed_and_a_limited_pause_ends_by_itself()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 8);
        var job = jobs.Submit();
        Assert.Equal(
            JobPhase.Paused,
            jobs.Ask<JobAnswers.Acknowledged>(new JobCommands.Pause(CommandId.New(), Samples.Client, job, "lunch", null)).Phase
        );
        var worker = jobs.Worker();
        worker.Request(2);
        Assert.Equal("paused by ann: lunch", jobs.Until(job, status => status.IsScanned).WaitsFor);
        Assert.Empty(worker.Renew().Held);

        jobs.Ask<JobAnswers.Acknowledged>(new JobCommands.Resume(CommandId.New(), new ClientId("bob"), job));
        var first = worker.ExpectUnit();
        var second = worker.ExpectUnit();
        jobs.Ask<JobAnswers.Acknowledged>(new JobCommands.Pause(CommandId.New(), Samples.Client, job, "tea", TimeSpan.FromMinutes(5)));
        for (var beat = 0; beat < 10; beat++)
        {
            jobs.Clock.Advance(TimeSpan.FromSeconds(31));
            worker.Renew(first.Lease, second.Lease);
        }

        Assert.Empty(jobs.Until(job, status => status.Phase == JobPhase.Running).Pauses);
        worker.Settle(first, Samples.Done);
        worker.Settle(second, Samples.Done);

        Assert.Equal(JobPhase.Completed, jobs.UntilOver(job).Phase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_job_whose_output_folder_cannot_be_made_ends_when_it_is_cancelled(bool cancelledFirst)
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4);
        File.WriteAllText(Path.Combine(jobs.Folder, "out"), "in the way of the output folder");
        jobs.Files.Obstruct(JobFailure.Output, "a file is in the way");
        var job = jobs.Submit();
        var worker = jobs.Worker();
        worker.Request();
        var unit = worker.ExpectUnit();
        void Cancel() => jobs.Ask<JobAnswers.Acknowledged>(new JobCommands.Cancel(CommandId.New(), Samples.Client, job));

        if (cancelledFirst)
            Cancel();
        worker.Settle(unit, Samples.Done);
        if (!cancelledFirst)
        {
            jobs.Until(job, static status => status is { Phase: JobPhase.Finalizing, WaitsFor: not null });
            Cancel();
            jobs.Restart(); // the cancellation is not forgotten
        }

        var end = jobs.UntilOver(job);
        Assert.Equal(JobPhase.Cancelled, end.Phase);
        Assert.StartsWith("cancelled; its manifest could not be written: ", end.Detail, StringComparison.Ordinal);
        Assert.Equal(job, jobs.AskUntilAnswered<JobAnswers.Deleted>(new JobCommands.Delete(CommandId.New(), Samples.Client, job)).Job);
    }

    [Fact]
    public void A_cancelled_job_waits_for_what_is_leased_and_ends_as_cancelled()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 8);
        var job = jobs.Submit();
        var worker = jobs.Worker();
        worker.Request();
        var unit = worker.ExpectUnit();

        Assert.Equal(
            JobPhase.Cancelling,
            jobs.Ask<JobAnswers.Acknowledged>(new JobCommands.Cancel(CommandId.New(), Samples.Client, job)).Phase
        );
        worker.Settle(unit, Samples.Done);
        var end = jobs.UntilOver(job);

        Assert.Equal((JobPhase.Cancelled, new JobCounts(4, 0, 0, 0), 8L), (end.Phase, end.Counts, end.Items));
        Assert.Equal(4, JobManifest.Read(jobs.Manifest).Count());
        Assert.Equal(
            JobRefusal.NotInThisPhase,
            jobs.Ask<JobAnswers.Refused>(new JobCommands.RetryFailed(CommandId.New(), Samples.Client, job, true)).Kind
        );
    }

    [Fact]
    public void Failed_pictures_of_an_ended_job_can_be_retried_and_the_answer_counts_them()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4);
        var job = jobs.Submit();
        var worker = jobs.Worker();
        worker.Request();
        worker.Settle(
            worker.ExpectUnit(),
            [
                new SettledItem(0, Samples.Done),
                new SettledItem(1, Samples.Failed),
                new SettledItem(2, Samples.Failed),
                new SettledItem(3, new ItemOutcome.Quarantined(3, "died")),
            ]
        );
        Assert.Equal(JobPhase.CompletedWithErrors, jobs.UntilOver(job).Phase);
        Assert.Equal([1L, 2L, 3L], jobs.Ask<JobReports.ErrorPage>(new JobQueries.Errors(job, -1, 10)).Errors.Select(error => error.Number));

        var retry = new JobCommands.RetryFailed(CommandId.New(), Samples.Client, job, false);
        var retried = jobs.Ask<JobAnswers.Retried>(retry);
        Assert.Equal((2, 1), (retried.TakenUp, retried.Left));
        Assert.Equal(retried, jobs.Ask<JobAnswers.Retried>(retry));
        var again = worker.ExpectUnit();
        Assert.Equal([1L, 2L], again.Items.Select(item => item.Number));
        worker.Settle(again, Samples.Done);

        var end = jobs.UntilOver(job);
        Assert.Equal(new JobCounts(3, 0, 0, 0, 1), end.Counts);
        Assert.Equal(6, jobs.History(job).Count(numbered => numbered.Event is JobEvents.ItemSettled)); // the failures are told for good
    }

    [Fact]
    public void A_picture_that_kills_its_worker_is_quarantined_and_the_others_are_done()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 8);
        var job = jobs.Submit();
        const long poison = 5;
        for (var life = 1; life <= 10 && jobs.Show(job).EndedAt is null; life++)
        {
            var worker = jobs.Worker(incarnation: life);
            worker.Request();
            while (jobs.Show(job).Counts.Settled < 8)
            {
                var unit = worker.ExpectUnit();
                if (unit.Items.Any(item => item.Number == poison))
                    break; // and it is dead
                worker.Settle(unit, Samples.Done);
            }

            if (jobs.Show(job).Counts.Settled == 8)
                jobs.UntilOver(job);
        }

        var end = jobs.Show(job);
        Assert.Equal((JobPhase.CompletedWithErrors, new JobCounts(7, 0, 0, 0, 1)), (end.Phase, end.Counts));
        var error = Assert.Single(jobs.Ask<JobReports.ErrorPage>(new JobQueries.Errors(job, -1, 10)).Errors);
        Assert.Equal((poison, 3), (error.Number, Assert.IsType<ItemOutcome.Quarantined>(error.Outcome).Deaths));
    }

    [Fact]
    public void A_second_job_in_the_same_folder_waits_for_the_first()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4);
        var first = jobs.Submit("first");
        var second = jobs.Submit("second");
        Assert.Equal($"job {first} writes into the same folder", jobs.Show(second).WaitsFor);
        var worker = jobs.Worker();
        worker.Request();

        worker.Settle(worker.ExpectUnit(), Samples.Done);
        var next = worker.ExpectUnit();
        Assert.Equal(second, next.Job);
        Assert.Equal(1000, next.Items[0].Recorded!.OutputBytes); // it knows what the first has done
        worker.Settle(next, new ItemOutcome.Skipped(SkipReason.AlreadyDone));

        Assert.Equal(new JobCounts(0, 4, 0, 0), jobs.UntilOver(second).Counts);
        Assert.Equal(4, JobManifest.Read(jobs.Manifest).Count(line => line.Status == "done"));
    }

    [Fact]
    public void Lists_and_pictures_are_returned_in_pages()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 10);
        var ids = Enumerable.Range(0, 5).Select(i => jobs.Submit($"k{i}", outputRoot: $"/out{i}")).ToList();
        var worker = jobs.Worker();
        worker.Request();
        var unit = worker.ExpectUnit();

        var seen = new List<JobId>();
        for (string? cursor = null; ; )
        {
            var page = jobs.Ask<JobReports.JobPage>(new JobQueries.List(Samples.Client, cursor, 2));
            seen.AddRange(page.Jobs.Select(job => job.Job));
            if ((cursor = page.Next) is null)
                break;
        }

        Assert.Equal(ids.Select(id => id.Value).Order(StringComparer.Ordinal).Reverse(), seen.Select(id => id.Value));
        Assert.Empty(jobs.Ask<JobReports.JobPage>(new JobQueries.List(new ClientId("nobody"), null, 2)).Jobs);
        jobs.UntilTold<JobEvents.ArchiveScanned>(unit.Job);
        var leased = jobs.Ask<JobReports.ItemPage>(new JobQueries.Items(unit.Job, ItemState.Leased, -1, 100));
        Assert.Equal(unit.Items.Select(item => item.RelativePath), leased.Items.Select(item => item.RelativePath));
        Assert.Equal(
            10 - unit.Items.Count,
            jobs.Ask<JobReports.ItemPage>(new JobQueries.Items(unit.Job, ItemState.Pending, -1, 100)).Items.Count
        );
        Assert.Equal(new JobId("none"), jobs.Ask<JobReports.NoSuchJob>(new JobQueries.Show(new JobId("none"))).Job);
        Assert.Equal(
            JobRefusal.UnknownJob,
            jobs.Ask<JobAnswers.Refused>(new JobCommands.Cancel(CommandId.New(), Samples.Client, new JobId("none"))).Kind
        );
        Assert.Equal(worker.Id, Assert.Single(jobs.Ask<JobReports.WorkerPage>(new JobQueries.Workers()).Workers).Worker);
    }

    [Fact]
    public void A_watcher_is_notified_when_something_happens_and_not_before()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4);
        var job = jobs.Submit();
        jobs.UntilTold<JobEvents.ArchiveScanned>(job);
        var seen = jobs.History(job).Count;
        var watcher = CreateTestProbe();
        jobs.Coordinator.Tell(new JobQueries.EventsAfter(job, seen, 100, TimeSpan.FromMinutes(1)), watcher);
        var worker = jobs.Worker();
        worker.Request();

        var page = watcher.ExpectMsg<JobReports.EventPage>(TimeSpan.FromSeconds(30));

        Assert.Equal(seen + 1, page.Events[0].Sequence);
        Assert.IsType<JobEvents.Started>(page.Events[0].Event);
        Assert.False(page.IsOver);
        worker.Settle(worker.ExpectUnit(), Samples.Done);
        jobs.UntilOver(job);
        Assert.True(jobs.Ask<JobReports.EventPage>(new JobQueries.EventsAfter(job, seen, 100, TimeSpan.Zero)).IsOver);
    }
}
