using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.Training;

/// <summary>Decisions of the state machine about faults.</summary>
public sealed class RunRecoveryTests
{
    private static readonly RunPlan Plan = new(new StepNumber(100), CheckpointEverySteps: 10);

    [Fact]
    public void Pauses_behind_faults_at_one_step_double_up_to_the_longest_and_begin_anew_when_a_step_is_gained()
    {
        var device = Training(
            Plan with
            {
                Recovery = new RecoveryPolicy
                {
                    FirstBackoffSeconds = 2,
                    LongestBackoffSeconds = 5,
                    SameStepFailures = 10,
                },
            }
        );

        var pauses = new List<double>();
        for (var i = 0; i < 3; i++)
        {
            device.TrainTo(5);
            device.Fault("gone");
            pauses.Add(device.Pausing!.Duration.TotalSeconds);
            device.AnswerUntil(RunPhase.Training);
        }

        device.TrainTo(7);
        device.Fault("gone");

        Assert.Equal([2, 4, 5], pauses);
        Assert.Equal(2, device.Pausing!.Duration.TotalSeconds);
    }

    [Fact]
    public void No_pause_is_asked_for_where_none_is_wanted()
    {
        var device = Training(Plan with { Recovery = new RecoveryPolicy { FirstBackoffSeconds = 0 } });

        device.Fault("gone");

        Assert.Null(device.Pausing);
        Assert.Equal(RunPhase.Opening, device.State.Phase);
    }

    [Fact]
    public void Faults_at_the_same_step_end_the_run_with_a_report_although_the_last_step_reports_were_lost()
    {
        var device = Training(Plan);
        device.TrainTo(18);

        device.Fault("first", DeviceFaultKind.ProcessDeath);
        device.AnswerUntil(RunPhase.Training);
        device.TrainTo(16);
        device.Fault("second", DeviceFaultKind.ProcessDeath);
        device.AnswerUntil(RunPhase.Training);
        device.TrainTo(17);
        device.Fault("third", DeviceFaultKind.ProcessDeath);

        Assert.Equal(RunOutcome.Failed, device.State.History.Outcome);
        Assert.Equal(("third", 17L), (device.Report!.Fault.Cause, device.Report.Step.Value));
        Assert.Contains("failure.json", device.EndDetail, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_at_different_steps_do_not_add_up()
    {
        var device = Training(Plan);
        foreach (var step in new[] { 8L, 18, 28, 38, 48, 58, 68, 78, 88 })
        {
            device.TrainTo(step - step % 10);
            device.AnswerUntil(RunPhase.Training);
            device.TrainTo(step);
            device.Fault("gone");
            device.AnswerUntil(RunPhase.Training);
        }

        device.AnswerAll();

        Assert.Equal(RunOutcome.Completed, device.State.History.Outcome);
    }

    [Fact]
    public void More_faults_than_an_hour_may_have_end_the_run_wherever_they_are()
    {
        var device = Training(
            Plan with
            {
                Recovery = new RecoveryPolicy { FaultsPerHour = 4, FirstBackoffSeconds = 0 },
            }
        );
        for (var step = 1; step <= 5; step++)
        {
            device.TrainTo(step);
            device.Fault($"fault {step}");
            device.AnswerUntil(step < 5 ? RunPhase.Training : RunPhase.Ended);
        }

        Assert.Contains("more than 4 faults within an hour: fault 5", device.EndDetail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_faults_spread_over_more_than_an_hour_do_not()
    {
        var device = Training(
            Plan with
            {
                Recovery = new RecoveryPolicy { FaultsPerHour = 4, FirstBackoffSeconds = 0 },
            }
        );
        for (var step = 1; step <= 20; step++)
        {
            device.TrainTo(step);
            device.Fault($"fault {step}");
            device.Now += 15 * 60_000;
            device.AnswerUntil(RunPhase.Training);
            if (step % 10 == 0)
                device.AnswerUntil(RunPhase.Training);
        }

        Assert.Null(device.State.History.Outcome);
    }

    [Fact]
    public void A_dead_context_ends_the_run_where_no_new_process_replaces_it_and_says_what_does()
    {
        var device = Training(Plan);

        device.Fault("CUDA error: device-side assert triggered", DeviceFaultKind.Sticky);

        Assert.Equal(RunOutcome.Failed, device.State.History.Outcome);
        Assert.Contains("--isolate on", device.EndDetail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dead_context_is_a_fault_like_others_where_the_process_is_replaced()
    {
        var device = Training(Plan with { DeviceIsReplaceable = true });
        device.TrainTo(5);

        device.Fault("CUDA error: device-side assert triggered", DeviceFaultKind.Sticky);
        device.AnswerAll();

        Assert.Equal(RunOutcome.Completed, device.State.History.Outcome);
    }

    [Fact]
    public void A_process_that_dies_twice_at_the_same_place_continues_with_less_memory()
    {
        var device = Training(Plan with { DeviceIsReplaceable = true });
        device.TrainTo(5);

        device.Fault("killed by signal 9", DeviceFaultKind.ProcessDeath);
        device.AnswerUntil(RunPhase.Training);
        Assert.Equal(0, device.Adjustments.MemoryLevel);
        device.TrainTo(5);
        device.Fault("killed by signal 9", DeviceFaultKind.ProcessDeath);
        device.AnswerUntil(RunPhase.Training);

        Assert.Equal(1, device.Adjustments.MemoryLevel);
    }

    [Fact]
    public void A_few_steps_that_are_not_finite_are_skipped()
    {
        var device = Training(Plan);
        device.NotFinite.UnionWith([12, 13, 15]);

        device.AnswerAll();

        Assert.Equal(RunOutcome.Completed, device.State.History.Outcome);
        Assert.Equal(1, device.State.Attempt.Number);
        Assert.Equal(
            3,
            device.Announced.OfType<RunEvents.FaultSettled>().Count(settled => settled.Fault.Kind == DeviceFaultKind.NonFinite)
        );
    }

    [Fact]
    public void Too_many_in_a_row_send_the_run_back_with_a_lower_rate_and_the_same_batches_then_go_into_quarantine()
    {
        var device = Training(Plan);
        device.NotFinite.UnionWith([24, 25, 26]);

        device.AnswerAll();

        Assert.Equal(RunOutcome.Completed, device.State.History.Outcome);
        Assert.Equal([24, 25, 26], device.Adjustments.QuarantinedSteps);
        // The batches were to blame
        Assert.Equal([new LearningRateCut(20, 0.5), new LearningRateCut(26, 2)], device.Adjustments.LearningRateCuts);
        Assert.Equal([1, 0.5, 0.5, 1], new long[] { 19, 20, 25, 26 }.Select(device.Adjustments.LearningRateFactorAt));
        Assert.Equal(2, device.State.Attempt.Number);
        Assert.Equal([10, 20, 30, 40, 50, 60, 70, 80, 90, 100], device.SavedSteps);
    }

    [Fact]
    public void A_lower_rate_stays_where_it_helped_with_one_of_the_batches()
    {
        var device = Training(Plan);
        device.NotFinite.UnionWith([24, 25, 26]);
        while (device.State.Attempt.Number == 1)
            device.AnswerOne();
        device.NotFinite.Remove(25);

        device.AnswerAll();

        Assert.Equal(RunOutcome.Completed, device.State.History.Outcome);
        Assert.Equal([24, 26], device.Adjustments.QuarantinedSteps);
        Assert.Equal([new LearningRateCut(20, 0.5)], device.Adjustments.LearningRateCuts);
    }

    [Fact]
    public void No_checkpoint_is_taken_after_a_step_that_was_not_finite()
    {
        var device = Training(Plan);
        device.NotFinite.UnionWith([19, 20, 21]);

        device.AnswerAll();

        Assert.Equal(new LearningRateCut(10, 0.5), device.Adjustments.LearningRateCuts[0]);
        Assert.Equal([10, 20, 30, 40, 50, 60, 70, 80, 90, 100], device.SavedSteps);
    }

    [Fact]
    public void A_run_that_is_never_finite_fails()
    {
        var device = new ScriptedDevice(Plan);
        device.NotFinite.UnionWith(Enumerable.Range(1, 100).Select(step => (long)step));

        device.RunToEnd();

        Assert.Equal(RunOutcome.Failed, device.State.History.Outcome);
        Assert.Equal(DeviceFaultKind.NonFinite, device.Report!.Fault.Kind);
        Assert.Empty(device.SavedSteps);
    }

    [Fact]
    public void A_fault_is_reported_with_its_cost_once_training_continues()
    {
        var device = Training(Plan with { Recovery = new RecoveryPolicy { FirstBackoffSeconds = 4 } });
        device.TrainTo(10);
        device.AnswerUntil(RunPhase.Training);
        device.TrainTo(17);

        device.Fault("gone");
        Assert.Empty(device.Announced.OfType<RunEvents.FaultSettled>());
        device.AnswerUntil(RunPhase.Training);
        device.TrainTo(11);

        var settled = Assert.Single(device.Announced.OfType<RunEvents.FaultSettled>());
        Assert.Equal((17, 7, 4.0, "gone"), (settled.Step.Value, settled.LostSteps, settled.Seconds!.Value, settled.Fault.Cause));
    }

    [Fact]
    public void A_resumed_run_reports_what_the_end_of_its_process_cost()
    {
        var device = Training(Plan);
        device.TrainTo(10);
        device.AnswerUntil(RunPhase.Training);
        device.TrainTo(16);

        device.ComeBack();
        device.Now += 1500;
        device.AnswerUntil(RunPhase.Training);
        device.TrainTo(11);

        var settled = Assert.Single(device.Announced.OfType<RunEvents.FaultSettled>());
        Assert.Equal((DeviceFaultKind.ProcessDeath, 6, 1.5), (settled.Fault.Kind, settled.LostSteps, settled.Seconds!.Value));
    }

    [Fact]
    public void A_fault_that_ends_the_run_is_reported_without_a_cost()
    {
        var device = Training(Plan);

        device.Fault("CUDA error: unspecified launch failure", DeviceFaultKind.Sticky);

        Assert.Null(Assert.Single(device.Announced.OfType<RunEvents.FaultSettled>()).Seconds);
    }

    [Fact]
    public void A_stop_while_pausing_ends_the_run()
    {
        var device = Training(Plan);
        device.TrainTo(5);
        device.Fault("gone");

        device.Take(device.State.RequestStop(device.Now));

        Assert.Equal(RunOutcome.Stopped, device.State.History.Outcome);
        Assert.Empty(device.State.PauseOver(device.State.Attempt).Effects);
    }

    private static ScriptedDevice Training(RunPlan plan)
    {
        var device = new ScriptedDevice(plan);
        device.Begin();
        device.AnswerUntil(RunPhase.Training);
        return device;
    }
}
