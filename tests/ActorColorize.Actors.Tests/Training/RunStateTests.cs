using ActorColorize.Actors.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.Training;

public sealed class RunStateTests
{
    private static readonly RunId Run = new("run-1");

    [Fact]
    public void A_run_counts_opens_trains_validates_and_saves_at_every_stop_and_ends_when_its_last_checkpoint_is_on_disk()
    {
        var device = new ScriptedDevice(new RunPlan(new StepNumber(25), CheckpointEverySteps: 10));

        device.RunToEnd();

        Assert.Equal(RunOutcome.Completed, device.State.History.Outcome);
        Assert.Equal([10, 20, 25], device.SavedSteps);
        Assert.Equal(25, device.State.Step.Value);
        Assert.Equal(
            [
                "CountColors",
                "OpenRun",
                "TrainUntil",
                "Validate",
                "SaveCheckpoint",
                "TrainUntil",
                "Validate",
                "SaveCheckpoint",
                "TrainUntil",
                "Validate",
                "SaveCheckpoint",
                "CloseRun",
            ],
            device.CommandNames
        );
    }

    [Fact]
    public void A_stop_while_training_saves_without_validating_and_ends_as_stopped()
    {
        var device = new ScriptedDevice(new RunPlan(new StepNumber(100), CheckpointEverySteps: 50));
        device.Begin();
        device.AnswerUntil(RunPhase.Training);
        device.TrainTo(7);

        device.Take(device.State.RequestStop(device.Now));
        device.AnswerAll();

        Assert.Equal(RunOutcome.Stopped, device.State.History.Outcome);
        Assert.Equal([7], device.SavedSteps);
        Assert.DoesNotContain("Validate", device.CommandNames);
    }

    [Fact]
    public void A_stop_before_training_ends_the_run_immediately()
    {
        var device = new ScriptedDevice(new RunPlan(new StepNumber(100), CheckpointEverySteps: 50));
        device.Begin();

        device.Take(device.State.RequestStop(device.Now));

        Assert.Equal(RunOutcome.Stopped, device.State.History.Outcome);
        Assert.Empty(device.SavedSteps);
    }

    [Fact]
    public void A_device_fault_goes_back_to_the_newest_checkpoint_under_a_new_attempt()
    {
        var device = new ScriptedDevice(new RunPlan(new StepNumber(40), CheckpointEverySteps: 10));
        device.Begin();
        device.AnswerUntil(RunPhase.Training);
        device.TrainTo(10);
        device.AnswerUntil(RunPhase.Training);
        device.TrainTo(15);
        var before = device.State.Attempt;

        device.Fault("CUDA error: an illegal memory access was encountered");
        device.AnswerUntil(RunPhase.Training);

        Assert.Equal(before.Next, device.State.Attempt);
        Assert.Equal(10, device.State.Step.Value);
        device.AnswerAll();
        Assert.Equal(RunOutcome.Completed, device.State.History.Outcome);
    }

    [Fact]
    public void An_answer_of_an_older_attempt_changes_nothing()
    {
        var device = new ScriptedDevice(new RunPlan(new StepNumber(40), CheckpointEverySteps: 10));
        device.Begin();
        device.AnswerUntil(RunPhase.Training);
        var old = device.State.Attempt;
        device.Fault("gone");
        device.AnswerUntil(RunPhase.Training);

        var decision = device.State.On(new DeviceEvents.WaitingAt(Run, old, new StepNumber(10)), device.Now);

        Assert.Same(device.State, decision.Next);
        Assert.Empty(decision.Facts);
        Assert.Empty(decision.Effects);
    }

    [Fact]
    public void Faults_without_a_step_gained_end_the_run_as_failed_with_the_cause()
    {
        var device = new ScriptedDevice(new RunPlan(new StepNumber(40), CheckpointEverySteps: 10));
        device.Begin();
        device.AnswerUntil(RunPhase.Training);

        device.Fault("first");
        device.AnswerUntil(RunPhase.Training);
        device.Fault("second");
        device.AnswerUntil(RunPhase.Training);
        device.Fault("third");

        Assert.Equal(RunOutcome.Failed, device.State.History.Outcome);
        Assert.Contains("third", device.EndDetail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_is_skipped_but_without_the_last_one_the_run_ends_unsaved()
    {
        var device = new ScriptedDevice(new RunPlan(new StepNumber(20), CheckpointEverySteps: 10))
        {
            WriteFailure = "no space left on device",
        };

        device.RunToEnd();

        Assert.Equal(RunOutcome.Unsaved, device.State.History.Outcome);
        Assert.Equal(20, device.State.Step.Value);
        Assert.Contains("no space left on device", device.EndDetail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, RunOutcome.Failed)]
    [InlineData("/run/color-histogram.json", RunOutcome.Unsaved)]
    public void A_refusal_ends_the_run_with_its_reason(string? unwritable, RunOutcome outcome)
    {
        var device = new ScriptedDevice(new RunPlan(new StepNumber(20), CheckpointEverySteps: 10));
        device.Begin();

        device.Take(
            device.State.On(new DeviceEvents.Refused(Run, device.State.Attempt, "no picture can be trained on", unwritable), device.Now)
        );

        Assert.Equal(outcome, device.State.History.Outcome);
        Assert.Equal("no picture can be trained on", device.EndDetail);
    }

    [Fact]
    public void A_run_that_opens_at_its_last_step_is_complete()
    {
        var device = new ScriptedDevice(new RunPlan(new StepNumber(20), CheckpointEverySteps: 10)) { OpensAt = 20 };

        device.RunToEnd();

        Assert.Equal(RunOutcome.Completed, device.State.History.Outcome);
        Assert.Empty(device.SavedSteps);
    }
}
