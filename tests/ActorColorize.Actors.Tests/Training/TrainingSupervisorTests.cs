using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Tests.Runs;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Storage;
using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;
using Akka.Actor;
using Akka.TestKit;
using Microsoft.Data.Sqlite;

namespace ActorColorize.Actors.Tests.Training;

/// <summary>The supervisor with its journal in SQLite; the device and the metrics are probes.</summary>
public sealed class TrainingSupervisorTests : JournalledTestKit
{
    private readonly TestProbe _device;
    private readonly TestProbe _metrics;

    public TrainingSupervisorTests()
    {
        _device = CreateTestProbe();
        _metrics = CreateTestProbe();
    }

    [Fact]
    public void A_restarted_supervisor_resumes_every_unfinished_run_once_one_after_the_other()
    {
        var (first, second, done) = (NewRun("first"), NewRun("second"), NewRun("done"));
        var supervisor = Supervisor();
        Ask(supervisor, done);
        Refuse(supervisor, done, new Attempt(1));
        Ask(supervisor, first);
        _device.Send(supervisor, new DeviceEvents.DeviceFaulted(new DeviceFault(DeviceFaultKind.Crash, "gone")));
        Assert.Equal(new Attempt(2), _device.ExpectMsg<DeviceCommands.CountColors>().Attempt);
        supervisor.Tell(new RunCommands.Start(second, FolderOf(second)));
        Watch(supervisor);
        supervisor.Tell(PoisonPill.Instance); // behind the command, which a stop would overtake
        ExpectTerminated(supervisor);

        var back = Supervisor(resumes: true);
        var histogram = _device.ExpectMsg<DeviceCommands.CountColors>(TimeSpan.FromSeconds(30));
        Assert.Equal((first, new Attempt(3)), (histogram.Run, histogram.Attempt));
        back.Tell(new RunCommands.Start(first, FolderOf(first))); // asked for by someone who does not know
        Refuse(back, first, new Attempt(3));
        Assert.Equal(second, _device.ExpectMsg<DeviceCommands.CountColors>().Run); // it had waited
        Refuse(back, second, new Attempt(2));
        Kill(back);

        Ask(Supervisor(resumes: true), NewRun("last")); // nothing else is taken up: the device would be busy with it
    }

    [Fact]
    public void A_run_that_was_being_stopped_is_not_resumed_by_a_restarted_supervisor()
    {
        var run = NewRun("run");
        var supervisor = Supervisor();
        StartTraining(supervisor, run);
        supervisor.Tell(new RunCommands.Stop(run));
        _device.ExpectMsg<DeviceCommands.TrainUntil>();
        Kill(supervisor);

        var back = Supervisor(resumes: true);
        _device.ExpectMsg<DeviceCommands.CountColors>();
        back.Tell(new DeviceEvents.ColorsCounted(run, new Attempt(2)));
        _device.ExpectMsg<DeviceCommands.OpenRun>();
        back.Tell(new DeviceEvents.RunOpened(run, new Attempt(2), new StepNumber(0)));

        _device.ExpectMsg<DeviceCommands.CloseRun>();
        Assert.Equal(RunOutcome.Stopped, _metrics.FishForMessage<RunEvents.RunEnded>(_ => true).Outcome);
    }

    [Fact]
    public void A_second_run_waits_for_the_device_and_can_be_withdrawn()
    {
        var (first, second, third) = (NewRun("first"), NewRun("second"), NewRun("third"));
        var supervisor = Supervisor();
        Ask(supervisor, first);
        supervisor.Tell(new RunCommands.Start(second, FolderOf(second)));
        supervisor.Tell(new RunCommands.Start(third, FolderOf(third)));
        supervisor.Tell(new RunCommands.Stop(second));
        Assert.Equal(second, _metrics.FishForMessage<RunEvents.RunEnded>(_ => true).Run);

        Refuse(supervisor, first, new Attempt(1));

        Assert.Equal(third, _device.ExpectMsg<DeviceCommands.CountColors>().Run);
    }

    [Fact]
    public void A_failure_report_is_written_before_the_failure_is_announced()
    {
        var run = NewRun("run");
        var supervisor = Supervisor();
        Ask(supervisor, run);

        _device.Send(
            supervisor,
            new DeviceEvents.DeviceFaulted(new DeviceFault(DeviceFaultKind.Sticky, "CUDA error: unspecified launch failure"))
        );

        Assert.Equal(RunOutcome.Failed, _metrics.FishForMessage<RunEvents.RunEnded>(_ => true).Outcome);
        Assert.Equal("CUDA error: unspecified launch failure", FailureReport.TryLoad(new RunFolder(FolderOf(run)))!.Cause);
    }

    [Fact]
    public void Adjustments_are_saved_before_the_device_opens_the_run()
    {
        var run = NewRun("run");
        var supervisor = Supervisor();
        StartTraining(supervisor, run);
        for (var step = 1; step <= 3; step++)
            supervisor.Tell(new DeviceEvents.StepDone(run, new Attempt(1), new StepNumber(step), "loss NaN"));

        var open = _device.ExpectMsg<DeviceCommands.OpenRun>();

        Assert.Equal(new Attempt(2), open.Attempt);
        Assert.Equal(RunAdjustments.None.Cut(0, 0.5), RunAdjustments.Load(new RunFolder(FolderOf(run))));
    }

    [Fact]
    public void A_run_that_waited_for_the_device_starts_without_a_fault()
    {
        var (first, second) = (NewRun("first"), NewRun("second"));
        var supervisor = Supervisor();
        Ask(supervisor, first);
        supervisor.Tell(new RunCommands.Start(second, FolderOf(second)));
        Refuse(supervisor, first, new Attempt(1));

        var histogram = _device.ExpectMsg<DeviceCommands.CountColors>();
        supervisor.Tell(new DeviceEvents.ColorsCounted(second, histogram.Attempt));
        _device.ExpectMsg<DeviceCommands.OpenRun>();
        supervisor.Tell(new DeviceEvents.RunOpened(second, histogram.Attempt, new StepNumber(0)));
        _device.ExpectMsg<DeviceCommands.TrainUntil>();
        supervisor.Tell(new DeviceEvents.StepDone(second, histogram.Attempt, new StepNumber(1), null));
        supervisor.Tell(new DeviceEvents.Refused(second, histogram.Attempt, "enough"));

        _metrics.FishForMessage(fact =>
            fact is RunEvents.FaultSettled
                ? throw new Xunit.Sdk.XunitException($"nothing went wrong: {fact}")
                : fact is RunEvents.RunEnded ended && ended.Run == second
        );
    }

    [Fact]
    public void A_run_whose_folder_cannot_be_used_ends_and_does_not_block_others()
    {
        var (first, gone, third) = (NewRun("first"), NewRun("gone"), NewRun("third"));
        var supervisor = Supervisor();
        Ask(supervisor, first);
        supervisor.Tell(new RunCommands.Start(gone, FolderOf(gone)));
        supervisor.Tell(new RunCommands.Start(third, FolderOf(third)));
        File.Delete(Path.Combine(FolderOf(gone), "run.json"));

        Refuse(supervisor, first, new Attempt(1));

        Assert.Equal(third, _device.ExpectMsg<DeviceCommands.CountColors>().Run);
        Assert.Equal(RunOutcome.Failed, _metrics.FishForMessage<RunEvents.RunEnded>(ended => ended.Run == gone).Outcome);
        Refuse(supervisor, third, new Attempt(2));
        Kill(supervisor);
        Ask(Supervisor(resumes: true), NewRun("last")); // nothing is tried again
    }

    [Fact]
    public void A_folder_that_another_process_trains_in_is_left_alone_and_one_of_its_own_is_held_until_the_end()
    {
        var (taken, run) = (NewRun("taken"), NewRun("run"));
        var supervisor = Supervisor(holdsFolders: true);
        using (FolderLock.TryTake(FolderOf(taken)))
        {
            supervisor.Tell(new RunCommands.Start(taken, FolderOf(taken)));
            Assert.StartsWith(
                "another process is training in",
                _metrics.FishForMessage<RunEvents.RunEnded>(ended => ended.Run == taken).Detail,
                StringComparison.Ordinal
            );
        }

        Ask(supervisor, run);
        Assert.Null(FolderLock.TryTake(FolderOf(run)));
        Refuse(supervisor, run, new Attempt(1));
        _metrics.FishForMessage<RunEvents.RunEnded>(ended => ended.Run == run);
        Ask(supervisor, taken); // has let go of the other by now
        using var free = FolderLock.TryTake(FolderOf(run));
        Assert.NotNull(free);
    }

    [Fact]
    public void Watchers_receive_all_placements_and_their_changes()
    {
        var (first, second) = (NewRun("first"), NewRun("second"));
        var supervisor = Supervisor();
        Ask(supervisor, first);
        supervisor.Tell(new SupervisorMessages.WatchPlacements(TestActor));
        Assert.Equal([new TrainingSupervisorSettings().OwnDevice], ExpectMsg<SupervisorMessages.Devices>().All);
        Assert.Equal([new RunPlacement(first, RunStage.OnDevice, null)], ExpectMsg<SupervisorMessages.Placements>().Runs);

        supervisor.Tell(new RunCommands.Start(second, FolderOf(second)));
        Assert.Equal(new RunPlacement(second, RunStage.Waiting, null), ExpectMsg<RunPlacement>());
        Refuse(supervisor, first, new Attempt(1));
        var ended = ExpectMsg<RunPlacement>();
        Assert.Equal((first, RunStage.Ended, RunOutcome.Failed), (ended.Run, ended.Stage, ended.End!.Outcome));
        Assert.Equal((second, RunStage.OnDevice), (ExpectMsg<RunPlacement>() is var placement ? placement.Run : default, placement.Stage));
    }

    [Fact]
    public void A_recovered_run_waits_until_its_folder_is_released()
    {
        var run = NewRun("run");
        var supervisor = Supervisor(holdsFolders: true);
        Ask(supervisor, run);
        Kill(supervisor);
        IActorRef back;
        using (FolderLock.TryTake(FolderOf(run))) // whose leader was before this one's is still stopped in its tracks
        {
            back = Supervisor(resumes: true, holdsFolders: true);
            back.Tell(new SupervisorMessages.WatchPlacements(TestActor));
            FishForMessage(message =>
                message is SupervisorMessages.Placements or RunPlacement
                && message.ToString()!.Contains(nameof(RunStage.Waiting), StringComparison.Ordinal)
            );
            _device.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        }

        Assert.Equal(new Attempt(2), _device.ExpectMsg<DeviceCommands.CountColors>(TimeSpan.FromSeconds(60)).Attempt);
    }

    [Fact]
    public void Runs_use_all_devices_and_a_run_that_loses_its_device_moves_to_the_next_free_one()
    {
        var (first, second, third) = (NewRun("first"), NewRun("second"), NewRun("third"));
        var supervisor = Sys.ActorOf(
            Props.Create(() =>
                new TrainingSupervisor(
                    ActorRefs.Nobody,
                    _metrics.Ref,
                    new TrainingSupervisorSettings { DeviceIsReplaceable = true, RemembersQueue = false }
                )
            )
        );
        supervisor.Tell(new RunCommands.Start(first, FolderOf(first))); // before there is any device
        var one = Offer(supervisor, "one");
        Assert.Equal(first, one.ExpectMsg<DeviceCommands.CountColors>().Run);
        var two = Offer(supervisor, "two");
        two.ExpectMsg<DeviceCommands.CloseRun>(); // whatever a supervisor before this one had given to it
        supervisor.Tell(new SupervisorMessages.WatchPlacements(TestActor));
        Assert.Equal(["one", "two"], ExpectMsg<SupervisorMessages.Devices>().All.Select(device => device.Name).Order());
        Assert.Equal([new RunPlacement(first, RunStage.OnDevice, null, "one")], ExpectMsg<SupervisorMessages.Placements>().Runs);
        supervisor.Tell(new RunCommands.Start(second, FolderOf(second)));
        supervisor.Tell(new RunCommands.Start(third, FolderOf(third)));
        Assert.Equal(second, two.ExpectMsg<DeviceCommands.CountColors>().Run);

        Sys.Stop(one.Ref);
        Assert.Equal(first, _metrics.FishForMessage<RunEvents.Recovering>(_ => true).Run);
        two.Send(supervisor, new DeviceEvents.Refused(second, new Attempt(1), "no picture can be trained on"));
        two.ExpectMsg<DeviceCommands.CloseRun>();

        var moved = two.ExpectMsg<DeviceCommands.CountColors>(); // before the third, which only waits
        Assert.Equal((first, new Attempt(2)), (moved.Run, moved.Attempt));
        var three = Offer(supervisor, "three");
        three.ExpectMsg<DeviceCommands.CloseRun>();
        Assert.Equal(third, three.ExpectMsg<DeviceCommands.CountColors>().Run);
    }

    [Fact]
    public void A_run_is_saved_before_its_device_leaves_and_continues_elsewhere_without_a_fault()
    {
        var run = NewRun("run");
        var supervisor = Sys.ActorOf(
            Props.Create(() =>
                new TrainingSupervisor(ActorRefs.Nobody, _metrics.Ref, new TrainingSupervisorSettings { RemembersQueue = false })
            )
        );
        var one = Offer(supervisor, "one");
        supervisor.Tell(new RunCommands.Start(run, FolderOf(run)));
        one.ExpectMsg<DeviceCommands.CountColors>();
        one.Send(supervisor, new DeviceEvents.ColorsCounted(run, new Attempt(1)));
        one.ExpectMsg<DeviceCommands.OpenRun>();
        one.Send(supervisor, new DeviceEvents.RunOpened(run, new Attempt(1), new StepNumber(0)));
        one.ExpectMsg<DeviceCommands.TrainUntil>();

        one.Send(supervisor, new DeviceEvents.Leaving());
        one.ExpectMsg<DeviceCommands.TrainUntil>(); // the next boundary
        one.Send(supervisor, new DeviceEvents.Leaving());
        one.Send(supervisor, new DeviceEvents.WaitingAt(run, new Attempt(1), new StepNumber(7)));
        one.ExpectMsg<DeviceCommands.SaveCheckpoint>();
        one.Send(supervisor, new DeviceEvents.SnapshotTaken(run, new Attempt(1), new StepNumber(7)));
        one.Send(supervisor, new DeviceEvents.CheckpointWritten(run, new Attempt(1), new StepNumber(7), null));
        one.ExpectMsg<DeviceCommands.CloseRun>();
        supervisor.Tell(new RunCommands.Start(run, FolderOf(run)));

        Assert.Equal(new Attempt(2), Offer(supervisor, "two").ExpectMsg<DeviceCommands.CountColors>().Attempt);
        one.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        _metrics.FishForMessage(fact =>
            fact is RunEvents.Recovering
                ? throw new Xunit.Sdk.XunitException($"nothing went wrong: {fact}")
                : fact is RunEvents.RunEnded { Outcome: RunOutcome.Stopped }
        );
    }

    [Fact]
    public void A_fault_belongs_to_the_run_on_the_device_that_reports_it()
    {
        var (first, second) = (NewRun("first"), NewRun("second"));
        var supervisor = Sys.ActorOf(
            Props.Create(() =>
                new TrainingSupervisor(
                    ActorRefs.Nobody,
                    _metrics.Ref,
                    new TrainingSupervisorSettings { DeviceIsReplaceable = true, RemembersQueue = false }
                )
            )
        );
        var (one, two) = (Offer(supervisor, "one"), Offer(supervisor, "two"));
        supervisor.Tell(new RunCommands.Start(first, FolderOf(first)));
        one.ExpectMsg<DeviceCommands.CountColors>();
        supervisor.Tell(new RunCommands.Start(second, FolderOf(second)));
        two.ExpectMsg<DeviceCommands.CountColors>();

        two.Send(supervisor, new DeviceEvents.DeviceFaulted(new DeviceFault(DeviceFaultKind.Crash, "gone")));

        Assert.Equal(
            (second, new Attempt(2)),
            two.ExpectMsg<DeviceCommands.CountColors>() is var again ? (again.Run, again.Attempt) : default
        );
        one.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        one.Send(supervisor, new DeviceEvents.Offered(new TrainingDevice("one", "fp32", 1), 1_000));
        Assert.Equal(new MetricsCommands.DeviceMemory(1_000, first), _metrics.FishForMessage<MetricsCommands.DeviceMemory>(_ => true));
    }

    [Fact]
    public void Without_a_journalled_queue_a_waiting_run_is_not_resumed_after_a_restart()
    {
        var (first, second) = (NewRun("first"), NewRun("second"));
        var supervisor = Supervisor(remembersQueue: false);
        Ask(supervisor, first);
        supervisor.Tell(new RunCommands.Start(second, FolderOf(second)));
        supervisor.Tell(new SupervisorMessages.WatchPlacements(TestActor));
        Assert.Equal([new TrainingSupervisorSettings().OwnDevice], ExpectMsg<SupervisorMessages.Devices>().All);
        Assert.Equal(
            [new RunPlacement(first, RunStage.OnDevice, null), new RunPlacement(second, RunStage.Waiting, null)],
            ExpectMsg<SupervisorMessages.Placements>().Runs.OrderBy(placement => placement.Run.Value, StringComparer.Ordinal)
        );
        Kill(supervisor);

        var back = Supervisor(resumes: true, remembersQueue: false);
        Assert.Equal(first, _device.ExpectMsg<DeviceCommands.CountColors>(TimeSpan.FromSeconds(30)).Run);
        Refuse(back, first, new Attempt(2));

        Ask(back, NewRun("last")); // the device was free
        back.Tell(new SupervisorMessages.WatchPlacements(TestActor));
        ExpectMsg<SupervisorMessages.Devices>();
        Assert.DoesNotContain(ExpectMsg<SupervisorMessages.Placements>().Runs, placement => placement.Run == second);
    }

    [Fact]
    public void A_drain_saves_the_run_on_the_device_and_starts_no_other()
    {
        var (first, second) = (NewRun("first"), NewRun("second"));
        var supervisor = Supervisor();
        Ask(supervisor, first);
        supervisor.Tell(new DeviceEvents.ColorsCounted(first, new Attempt(1)));
        _device.ExpectMsg<DeviceCommands.OpenRun>();
        supervisor.Tell(new DeviceEvents.RunOpened(first, new Attempt(1), new StepNumber(0)));
        _device.ExpectMsg<DeviceCommands.TrainUntil>();
        supervisor.Tell(new RunCommands.Start(second, FolderOf(second)));

        supervisor.Tell(new SupervisorMessages.Drain(), TestActor);
        Assert.Equal(new StepNumber(0), _device.ExpectMsg<DeviceCommands.TrainUntil>().Step);
        supervisor.Tell(new DeviceEvents.WaitingAt(first, new Attempt(1), new StepNumber(3)));
        _device.ExpectMsg<DeviceCommands.SaveCheckpoint>();
        supervisor.Tell(new DeviceEvents.SnapshotTaken(first, new Attempt(1), new StepNumber(3)));
        supervisor.Tell(new DeviceEvents.CheckpointWritten(first, new Attempt(1), new StepNumber(3), null));

        ExpectMsg<SupervisorMessages.Drained>();
        _device.ExpectMsg<DeviceCommands.CloseRun>();
        Kill(supervisor);
        var back = Supervisor(resumes: true);
        back.Tell(new SupervisorMessages.WatchPlacements(TestActor));
        ExpectMsg<SupervisorMessages.Devices>();
        FishForMessage<SupervisorMessages.Placements>(placements =>
            placements.Runs.Count == 2
            && placements.Runs.All(placement => placement is { Stage: RunStage.Ended, End.Outcome: RunOutcome.Stopped })
        );
        Ask(back, second); // the device is free: neither was taken up
    }

    [Fact]
    public void The_journal_holds_protobuf_under_its_manifests_and_nothing_else()
    {
        var run = NewRun("run");
        var supervisor = Supervisor();
        Ask(supervisor, run);
        Refuse(supervisor, run, new Attempt(1));
        _metrics.FishForMessage<RunEvents.RunEnded>(_ => true);

        using var connection = new SqliteConnection($"Data Source={Path.Combine(Scratch, "journal", "events.sqlite")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT identifier || ' ' || manifest FROM journal ORDER BY sequence_number";
        using var rows = command.ExecuteReader();
        var found = new List<string>();
        while (rows.Read())
            found.Add(rows.GetString(0));

        Assert.Equal([$"{ProtocolSerializer.Id} sst", $"{ProtocolSerializer.Id} sen"], found);
    }

    [Fact]
    public void A_supervisor_that_fails_reports_its_run_as_ended()
    {
        var run = NewRun("run");
        var clock = new FailingClock();
        var supervisor = Supervisor(clock: clock);
        StartTraining(supervisor, run);

        clock.FailOnce();
        supervisor.Tell(new DeviceEvents.StepDone(run, new Attempt(1), new StepNumber(1)));

        _device.ExpectMsg<DeviceCommands.CloseRun>();
        var ended = _metrics.FishForMessage<RunEvents.RunEnded>(_ => true);
        Assert.Equal((run, RunOutcome.Failed), (ended.Run, ended.Outcome));
        Assert.Contains("InvalidOperationException: the clock has stopped", ended.Detail, StringComparison.Ordinal);
        Ask(supervisor, run); // and it can be resumed
    }

    [Fact]
    public void A_supervisor_that_fails_before_the_run_has_begun_ends_it_too()
    {
        var run = NewRun("run");
        var clock = new FailingClock();
        var supervisor = Supervisor(clock: clock);
        clock.FailOnce();

        supervisor.Tell(new RunCommands.Start(run, FolderOf(run)));

        Assert.Equal(RunOutcome.Failed, _metrics.FishForMessage<RunEvents.RunEnded>(ended => ended.Run == run).Outcome);
    }

    [Fact]
    public void A_supervisor_that_resumes_runs_continues_from_its_journal_after_a_failure()
    {
        var run = NewRun("run");
        var clock = new FailingClock();
        var supervisor = Supervisor(resumes: true, clock: clock);
        StartTraining(supervisor, run);

        clock.FailOnce();
        supervisor.Tell(new DeviceEvents.StepDone(run, new Attempt(1), new StepNumber(1)));

        Assert.Equal(new Attempt(2), _device.ExpectMsg<DeviceCommands.CountColors>().Attempt);
    }

    [Fact]
    public void Old_ended_runs_are_removed_from_memory_and_journal_and_the_others_stay()
    {
        var supervisor = Supervisor(endedRunsKept: 2, compactEvery: 6);
        var open = NewRun("open");
        var ended = Enumerable.Range(0, 8).Select(number => NewRun($"run-{number}")).ToList();
        foreach (var run in ended)
        {
            Ask(supervisor, run);
            Refuse(supervisor, run, new Attempt(1));
        }

        Ask(supervisor, open);

        Assert.Equal([open, ended[6], ended[7]], KnownTo(supervisor));
        AwaitAssert(() => Assert.InRange(JournalledFacts(), 1, 8)); // of 17
        Kill(supervisor);
        var back = Supervisor(resumes: true, endedRunsKept: 2, compactEvery: 6);
        Assert.Equal(new Attempt(2), _device.ExpectMsg<DeviceCommands.CountColors>(TimeSpan.FromSeconds(30)).Attempt);
        Assert.Equal([open, ended[6], ended[7]], KnownTo(back));
    }

    private List<RunId> KnownTo(IActorRef supervisor)
    {
        var asker = CreateTestProbe();
        supervisor.Tell(new SupervisorMessages.WatchPlacements(asker.Ref));
        asker.ExpectMsg<SupervisorMessages.Devices>();
        return
        [
            .. asker
                .ExpectMsg<SupervisorMessages.Placements>()
                .Runs.Select(placement => placement.Run)
                .OrderBy(run => run.Value, StringComparer.Ordinal),
        ];
    }

    private long JournalledFacts()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Scratch, "journal", "events.sqlite")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM journal WHERE deleted = 0";
        return (long)command.ExecuteScalar()!;
    }

    private IActorRef Supervisor(
        bool resumes = false,
        bool holdsFolders = false,
        bool remembersQueue = true,
        TimeProvider? clock = null,
        int endedRunsKept = 1_000,
        int compactEvery = 5_000
    )
    {
        var settings = new TrainingSupervisorSettings
        {
            ResumesUnfinishedRuns = resumes,
            HoldsRunFolders = holdsFolders,
            RemembersQueue = remembersQueue,
            Clock = clock ?? TimeProvider.System,
            EndedRunsKept = endedRunsKept,
            CompactJournalEvery = compactEvery,
        };
        return Sys.ActorOf(Props.Create(() => new TrainingSupervisor(_device.Ref, _metrics.Ref, settings)));
    }

    private TestProbe Offer(IActorRef supervisor, string name)
    {
        var device = CreateTestProbe();
        device.Send(supervisor, new DeviceEvents.Offered(new TrainingDevice(name, "fp32", 1), 0));
        return device;
    }

    private void Ask(IActorRef supervisor, RunId run)
    {
        supervisor.Tell(new RunCommands.Start(run, FolderOf(run)));
        Assert.Equal(run, _device.ExpectMsg<DeviceCommands.CountColors>(TimeSpan.FromSeconds(30)).Run);
    }

    private void StartTraining(IActorRef supervisor, RunId run)
    {
        Ask(supervisor, run);
        supervisor.Tell(new DeviceEvents.ColorsCounted(run, new Attempt(1)));
        _device.ExpectMsg<DeviceCommands.OpenRun>();
        supervisor.Tell(new DeviceEvents.RunOpened(run, new Attempt(1), new StepNumber(0)));
        _device.ExpectMsg<DeviceCommands.TrainUntil>();
    }

    private void Refuse(IActorRef supervisor, RunId run, Attempt attempt)
    {
        supervisor.Tell(new DeviceEvents.Refused(run, attempt, "no picture can be trained on"));
        _device.ExpectMsg<DeviceCommands.CloseRun>();
    }

    private void Kill(IActorRef supervisor)
    {
        Watch(supervisor);
        Sys.Stop(supervisor);
        ExpectTerminated(supervisor);
    }

    private string FolderOf(RunId run) => Path.Combine(Scratch, run.Value);

    private RunId NewRun(string name) => BareRun.Make(Path.Combine(Scratch, name));

    /// <summary>A clock that fails once on request.</summary>
    private sealed class FailingClock : TimeProvider
    {
        private int _failures;

        public void FailOnce() => Interlocked.Exchange(ref _failures, 1);

        public override DateTimeOffset GetUtcNow() =>
            Interlocked.Exchange(ref _failures, 0) == 1 ? throw new InvalidOperationException("the clock has stopped") : base.GetUtcNow();
    }
}
