using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Runs;
using ActorColorize.Actors.Training;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.TestKit;

namespace ActorColorize.Actors.Tests.Runs;

/// <summary>The leader of a cluster, with a probe for a device.</summary>
public sealed class TrainingSingletonTests : JournalledTestKit
{
    private static readonly ClientId Painter = new("painter");

    private readonly ScriptedPreparation _preparation = new();

    [Fact]
    public void A_run_waits_for_a_device_and_is_saved_and_journalled_before_leadership_moves_to_another_node()
    {
        var folder = new RunFolder(Path.Combine(Scratch, "spring"));
        var run = BareRun.Make(folder.Path);
        var leader = Singleton();
        leader.Tell(new TrainingCommands.Submit(CommandId.New(), Painter, "spring", new TrainingRequest("/data", folder.Path)), TestActor);
        Assert.Equal(run, ExpectMsg<TrainingAnswers.Submitted>().Run);
        // As soon as coordinator and supervisor know each other
        AwaitAssert(() => Assert.StartsWith("no device is available", Show(leader, run).Doing, StringComparison.Ordinal));

        var device = CreateTestProbe();
        var description = new TrainingDevice("node:4589 cpu", "bf16", 2);
        device.Send(leader, new DeviceEvents.Offered(description, 1_000));
        var preparation = _preparation.Next();
        Assert.Equal(description, preparation.Device);
        preparation.Done.SetResult(400);
        Train(leader, device, run);
        AwaitAssert(() => Assert.Equal("on node:4589 cpu", Show(leader, run).Doing));
        Watch(leader);
        leader.Tell(TrainingSingleton.Leave.Instance);
        Save(device, run);
        ExpectTerminated(leader);

        Assert.Equal(["started", "stopped"], MetricsLog.Read(folder.MetricsLog).OfType<EventLine>().Select(line => line.Event));
        var next = Singleton();
        device.Send(next, new DeviceEvents.Offered(description, 1_000));
        Assert.Equal(new Attempt(2), device.ExpectMsg<DeviceCommands.CountColors>().Attempt);
    }

    private TrainingReports.RunStatus Show(IActorRef leader, RunId run)
    {
        leader.Tell(new TrainingQueries.Show(run), TestActor);
        return ExpectMsg<TrainingReports.RunStatus>();
    }

    private IActorRef Singleton()
    {
        var supervisor = new TrainingSupervisorSettings
        {
            ResumesUnfinishedRuns = true,
            RemembersQueue = false,
            HoldsRunFolders = true,
            DeviceIsReplaceable = true,
        };
        var coordinator = new RunCoordinatorSettings { Models = new ModelRegistry(Path.Combine(Scratch, "models"), TimeProvider.System) };
        return Sys.ActorOf(Props.Create(() => new TrainingSingleton(supervisor, coordinator, _preparation)));
    }

    private static void Train(IActorRef leader, TestProbe device, RunId run)
    {
        var attempt = new Attempt(1);
        device.ExpectMsg<DeviceCommands.CountColors>();
        device.Send(device.LastSender, new DeviceEvents.ColorsCounted(run, attempt));
        device.ExpectMsg<DeviceCommands.OpenRun>();
        device.Send(leader, new RunEvents.Opened(run, new StepNumber(0), "cpu", null));
        device.Send(device.LastSender, new DeviceEvents.RunOpened(run, attempt, new StepNumber(0)));
        device.ExpectMsg<DeviceCommands.TrainUntil>();
    }

    private static void Save(TestProbe device, RunId run)
    {
        var (attempt, step) = (new Attempt(1), new StepNumber(7));
        device.ExpectMsg<DeviceCommands.TrainUntil>();
        device.Send(device.LastSender, new DeviceEvents.WaitingAt(run, attempt, step));
        device.ExpectMsg<DeviceCommands.SaveCheckpoint>();
        device.Send(device.LastSender, new DeviceEvents.SnapshotTaken(run, attempt, step));
        device.Send(device.LastSender, new DeviceEvents.CheckpointWritten(run, attempt, step, null));
        device.ExpectMsg<DeviceCommands.CloseRun>();
    }
}
