using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Tests.Runs;
using ActorColorize.Actors.Training;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Tests.Metrics;

/// <summary>The metrics of the run on the device, while others come and go.</summary>
public sealed class MetricsActorTests : PatientTestKit
{
    [Fact]
    public void A_run_that_ends_before_its_turn_does_not_end_the_metrics_of_the_one_on_the_device()
    {
        using var scratch = new TemporaryFolder();
        var (training, waiting) = (new RunId("training"), new RunId("waiting"));
        var folder = new RunFolder(scratch.Path);
        var metrics = Sys.ActorOf(Props.Create(() => new MetricsActor(TimeProvider.System)));
        metrics.Tell(new MetricsCommands.Watch(TestActor));
        metrics.Tell(new MetricsCommands.Keep(training, folder, BareRun.Document(training.Value)));
        metrics.Tell(new RunEvents.Opened(training, new StepNumber(0), "cpu", null));

        metrics.Tell(new RunEvents.Ended(waiting, RunOutcome.Stopped, default, "stopped before its turn came"));
        metrics.Tell(new RunEvents.StepMade(training, new StepNumber(1), 0, new StepLoss(1, 2, 3), 1, 0.1, 8, false, 0.1, 0));

        Assert.Equal(new StepNumber(1), FishForMessage<MetricsEvents.WindowClosed>(_ => true).Step);
        metrics.Tell(new RunEvents.Ended(training, RunOutcome.Completed, new StepNumber(1), "all steps are done"));
        FishForMessage<RunEvents.Ended>(ended => ended.Run == training);
        var lines = MetricsLog.Read(folder.MetricsLog).ToList();
        Assert.Equal(["started", "completed"], lines.OfType<EventLine>().Select(line => line.Event));
        Assert.Equal(2, Assert.Single(lines.OfType<TrainLine>()).Loss);
    }
}
