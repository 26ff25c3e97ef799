using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Tests.Pictures;
using ActorColorize.Actors.Training;
using ActorColorize.Protocol;
using Akka.Configuration;

namespace ActorColorize.Actors.Tests.Runs;

/// <summary>Complete runs with seed 7 under fault injection: the cost of faults and their effect on the result.</summary>
[Collection(LibTorchCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class FaultRecoveryTests() : PatientTestKit(ConfigurationFactory.ParseString(AkkaHocon.Dispatchers)), IDisposable
{
    private static (byte[] Weights, IReadOnlyList<(long Step, double Loss)> Losses)? s_unbroken; // the same for each test: made once

    private readonly DrawnDataset _data = new();
    private readonly string _scratch = Directory.CreateTempSubdirectory("actorcolorize-faults-").FullName;

    [Theory]
    [InlineData("oom@3")]
    [InlineData("nan@5")]
    [InlineData("oom@2,nan@5,crash@6,data@7,oom@10,crash@11,full-disk@3")]
    [InlineData("soak:2:9:oom+nan+crash+data")]
    public void Faults_that_change_no_arithmetic_leave_the_weights_of_an_unbroken_run(string injection)
    {
        var run = Injected(injection);

        var end = run.WaitForEnd();
        Assert.True(end.Outcome == RunOutcome.Completed, end.Detail);

        AssertUnbroken(run);
        Assert.Equal(FaultInjectionPlan.Parse(injection).Faults(12).Count, File.ReadAllLines(run.Folder.Injected).Length);
    }

    [Theory]
    [InlineData("soak:7:9:oom+nan+crash+data")]
    [InlineData("soak:3:12:oom+nan+crash+data+slow-disk")]
    public void A_run_gets_through_any_soak_of_faults_that_its_process_survives(string injection)
    {
        var run = Injected(injection);

        var end = run.WaitForEnd();

        Assert.True(end.Outcome == RunOutcome.Completed, end.Detail);
        Assert.Equal(12, run.Losses()[^1].Step);
    }

    /// <summary>
    /// The batch is cut in two, then in four: batch norm sees two pictures, then one, at a time. The pictures are small (32²) and drawn, so
    /// that this is a large change; the loss of the last step stays within 15 % of the unbroken run's.
    /// </summary>
    [Fact]
    public void A_batch_cut_into_pieces_trains_on_with_nearly_the_same_losses()
    {
        var run = Injected("oom@3*3", stepsUntilGrowth: 4);

        Assert.Equal(RunOutcome.Completed, run.WaitForEnd().Outcome);

        var (_, expected) = Unbroken();
        var actual = run.Losses();
        Assert.Equal(expected.Take(2), actual.Take(2));
        Assert.Equal(expected[^1].Loss, actual[^1].Loss, expected[^1].Loss * 0.15);
        Assert.Equal(3, Lines(run).Count(line => line.Fault == nameof(DeviceFaultKind.OutOfMemory)));
        Assert.Equal(1, RunAdjustments.Load(run.Folder).MemoryLevel); // 3, and up again behind steps 6 and 10
    }

    [Fact]
    public void Too_many_steps_that_are_not_finite_send_the_run_back_and_a_run_taken_up_from_there_repeats_it()
    {
        const string Injection = "nan@6*2,nan@7*2,nan@8*2";
        var whole = Injected(Injection, "whole");
        Assert.Equal(RunOutcome.Completed, whole.WaitForEnd().Outcome);
        var stopped = Injected(Injection, "stopped");
        stopped.WaitFor<RunEvents.Recovering>();
        stopped.Stop();
        Assert.Equal(RunOutcome.Stopped, stopped.WaitForEnd().Outcome);
        var resumed = Injected(Injection, "stopped");
        Assert.Equal(RunOutcome.Completed, resumed.WaitForEnd().Outcome);

        // From step 4, or from 0 where the supervisor had not heard yet that step 4 is on disk: for the steps behind it that is the same.
        Assert.Equal(0.5, RunAdjustments.Load(whole.Folder).LearningRateFactorAt(4));
        Assert.Equal(0.5, RunAdjustments.Load(resumed.Folder).LearningRateFactorAt(4));
        Assert.Equal(File.ReadAllBytes(whole.FinalWeights()), File.ReadAllBytes(resumed.FinalWeights()));
        Assert.Equal(Unbroken().Losses.Take(5), whole.Losses().Take(5)); // the first step behind the checkpoint still has its weights
        Assert.NotEqual(Unbroken().Losses[5], whole.Losses()[5]);
    }

    [Fact]
    public void A_batch_that_is_not_finite_again_is_left_out_by_name()
    {
        var run = Injected("nan@6*4,nan@7*4,nan@8*4");

        Assert.Equal(RunOutcome.Completed, run.WaitForEnd().Outcome);

        Assert.Equal([6, 7, 8], RunAdjustments.Load(run.Folder).QuarantinedSteps);
        var batches = SkippedBatch.All(run.Folder);
        Assert.Equal([6, 7, 8, 6, 7, 8], batches.Select(batch => batch.Step));
        Assert.All(batches, batch =>
            Assert.Equal(4, batch.Pictures.Count(picture => picture.StartsWith("train", StringComparison.Ordinal)))
        );
        Assert.Equal(batches[0].Pictures, batches[3].Pictures);
    }

    [Fact]
    public void A_dead_context_ends_the_run_with_a_report_and_the_run_goes_on_when_it_is_asked_for()
    {
        var failed = Injected("sticky@6", "sticky");
        var end = failed.WaitForEnd();
        Assert.Equal(RunOutcome.Failed, end.Outcome);
        Assert.Contains("--isolate on", end.Detail, StringComparison.Ordinal);
        Assert.Equal(nameof(DeviceFaultKind.Sticky), FailureReport.TryLoad(failed.Folder)!.Fault);

        var resumed = Injected("sticky@6", "sticky");
        Assert.Equal(RunOutcome.Completed, resumed.WaitForEnd().Outcome);

        AssertUnbroken(resumed);
    }

    [Fact]
    public void A_step_that_fails_again_and_again_ends_the_run_and_the_report_names_its_pictures()
    {
        var run = Injected("crash@6*3");

        var end = run.WaitForEnd();

        Assert.Equal(RunOutcome.Failed, end.Outcome);
        Assert.Contains("the same step failed 3 times", end.Detail, StringComparison.Ordinal);
        var report = FailureReport.TryLoad(run.Folder)!;
        Assert.Equal((6, 4), (report.Step, report.Pictures!.Count));
        Assert.Equal(RunDocument.Load(run.Folder).Configuration.Hash, report.ConfigurationHash);
        Assert.EndsWith("step-00000004", report.NewestCheckpoint, StringComparison.Ordinal);
    }

    [Fact]
    public void The_timeline_of_a_run_counts_its_faults_and_what_they_cost()
    {
        var run = Injected("oom@3,crash@7");
        Assert.Equal(RunOutcome.Completed, run.WaitForEnd().Outcome);

        var timeline = RunTimeline.Read(run.Folder);

        Assert.Equal("completed", timeline.End);
        Assert.Equal(["OutOfMemory", "Crash"], timeline.Faults.Select(fault => fault.Fault));
        Assert.Equal((2, 2), (timeline.LostSteps, timeline.Openings));
        Assert.All(timeline.Faults, fault => Assert.True(fault.Seconds >= 0));
        Assert.Equal([4, 8, 12], timeline.Checkpoints.Select(checkpoint => checkpoint.Step));
        Assert.Single(timeline.Checkpoints, checkpoint => checkpoint.IsBest);
        Assert.Null(timeline.Failure);
    }

    void IDisposable.Dispose()
    {
        Dispose();
        _data.Dispose();
        Directory.Delete(_scratch, recursive: true);
    }

    private RunHarness Injected(string injection, string name = "injected", int stepsUntilGrowth = 1)
    {
        var run = new RunHarness(this, _data.Root, Path.Combine(_scratch, name), change: document =>
            document with
            {
                Inject = injection,
                Recovery = document.Recovery with { StepsUntilGrowth = stepsUntilGrowth },
            }
        );
        run.Start();
        return run;
    }

    private (byte[] Weights, IReadOnlyList<(long Step, double Loss)> Losses) Unbroken()
    {
        if (s_unbroken is { } known)
            return known;
        var run = new RunHarness(this, _data.Root, Path.Combine(_scratch, "unbroken"));
        run.Start();
        Assert.Equal(RunOutcome.Completed, run.WaitForEnd().Outcome);
        s_unbroken = (File.ReadAllBytes(run.FinalWeights()), run.Losses());
        return s_unbroken.Value;
    }

    private void AssertUnbroken(RunHarness run)
    {
        var (weights, losses) = Unbroken();
        Assert.Equal(losses, run.Losses());
        Assert.Equal(weights, File.ReadAllBytes(run.FinalWeights()));
    }

    private static IEnumerable<FaultLine> Lines(RunHarness run) => MetricsLog.Read(run.Folder.MetricsLog).OfType<FaultLine>();
}
