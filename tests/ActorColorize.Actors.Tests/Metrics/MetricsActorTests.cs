using ActorColorize.Actors.Device;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Tests.Runs;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Storage;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Configuration;

namespace ActorColorize.Actors.Tests.Metrics;

/// <summary>The metrics of the run on the device, while other runs start and end.</summary>
public sealed class MetricsActorTests() : PatientTestKit(ConfigurationFactory.ParseString(AkkaHocon.DiskDispatcher))
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

        metrics.Tell(new RunEvents.RunEnded(waiting, RunOutcome.Stopped, default, "stopped before it started"));
        metrics.Tell(Step(training, 1));

        Assert.Equal(new StepNumber(1), FishForMessage<MetricsEvents.WindowClosed>(_ => true).Step);
        metrics.Tell(new RunEvents.RunEnded(training, RunOutcome.Completed, new StepNumber(1), "all steps are done"));
        FishForMessage<RunEvents.RunEnded>(ended => ended.Run == training);
        var lines = MetricsLog.Read(folder.MetricsLog).ToList();
        Assert.Equal(["started", "completed"], lines.OfType<EventLine>().Select(line => line.Event));
        Assert.Equal(2, Assert.Single(lines.OfType<TrainLine>()).Loss);
    }

    [Fact]
    public void A_log_that_cannot_be_closed_is_replaced_by_the_next_one_and_steps_are_still_recorded()
    {
        using var scratch = new TemporaryFolder();
        var (run, folder, disk) = (new RunId("run"), new RunFolder(scratch.Path), new StutteringDisk());
        var troubles = new List<Exception>();
        using var metrics = new RunMetrics(
            run,
            folder,
            BareRun.Document(run.Value).Configuration,
            TimeProvider.System,
            troubles.Add,
            disk.Open
        );
        metrics.Begin(new RunEvents.Opened(run, new StepNumber(0), "cpu", null));
        disk.IsFull = true;
        metrics.Add(Step(run, 1));
        disk.HasRoomWhenOpenedAgain = true;

        metrics.Begin(new RunEvents.Opened(run, new StepNumber(0), "cpu", "/checkpoints/step-00000000"));
        metrics.Add(Step(run, 1));
        metrics.Add(Step(run, 2));

        Assert.Equal([1, 2], MetricsLog.Read(folder.MetricsLog).OfType<TrainLine>().Select(line => line.Step));
        Assert.Contains("No space left on device", Assert.Single(troubles).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_metrics_actor_that_fails_keeps_its_watchers()
    {
        using var scratch = new TemporaryFolder();
        var (run, folder) = (new RunId("run"), new RunFolder(scratch.Path));
        var metrics = Sys.ActorOf(MetricsActor.PropsOf(TimeProvider.System));
        metrics.Tell(new MetricsCommands.Watch(TestActor));

        metrics.Tell(new MetricsCommands.Keep(run, folder, null!)); // a fault of the program
        metrics.Tell(new RunEvents.RunEnded(new RunId("early"), RunOutcome.Stopped, default, "it may be missed"));
        AwaitAssert(() =>
        {
            metrics.Tell(new RunEvents.RunEnded(run, RunOutcome.Stopped, default, "stopped"));
            FishForMessage<RunEvents.RunEnded>(ended => ended.Run == run, TimeSpan.FromSeconds(1));
        });
    }

    [Fact]
    public void Metrics_are_written_on_a_thread_of_their_own() =>
        Assert.Equal(Dispatchers.Disk, MetricsActor.PropsOf(TimeProvider.System).Dispatcher);

    private static RunEvents.StepMade Step(RunId run, long step) =>
        new(run, new StepResult(step, 1, 2, 3, 1, 0.1, 8, Skipped: false), 0, 0.1, 0);

    /// <summary>A disk that is full while the test requires it, or until a log on it is reopened.</summary>
    private sealed class StutteringDisk
    {
        public bool IsFull { get; set; }

        public bool HasRoomWhenOpenedAgain { get; set; }

        public AppendLog Open(string path)
        {
            if (HasRoomWhenOpenedAgain)
                IsFull = false;
            return new AppendLog(path, (file, block, offset) =>
            {
                if (IsFull)
                    throw new IOException("No space left on device");
                RandomAccess.Write(file, block, offset);
            });
        }
    }
}
