using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Tests.Metrics;
using ActorColorize.Protocol;
using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;

namespace ActorColorize.Actors.Tests.DeviceProcess;

/// <summary>
/// The proxy of a device process when processes join, die, hang and fail to start. Its timers and its clock are controlled by the test.
/// </summary>
public sealed class DeviceProcessActorTests : PatientTestKit
{
    private static readonly WorkerId Worker = new("cuda:0", "1");
    private static readonly RunId Run = new("run");
    private static readonly DeviceProcessLimits Limits = new()
    {
        Deadline = TimeSpan.FromSeconds(10),
        AbortGrace = TimeSpan.FromSeconds(5),
        LeaveGrace = TimeSpan.FromSeconds(20),
    };

    private readonly FakeStarter _starter;
    private readonly ManualClock _clock = new();
    private readonly TestProbe _owner;
    private readonly TestProbe _coordinator;
    private readonly TestProbe _metrics;
    private readonly TestProbe _givenUp;
    private readonly IActorRef _device;

    public DeviceProcessActorTests()
        : base(ConfigurationFactory.ParseString("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """))
    {
        _starter = new FakeStarter(this);
        (_owner, _coordinator, _metrics, _givenUp) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var (starter, clock, metrics, coordinator, givenUp) = (_starter, _clock, _metrics.Ref, _coordinator.Ref, _givenUp.Ref);
        Action<string> tellGivenUp = cause => givenUp.Tell(cause);
        _device = Sys.ActorOf(
            Props.Create(() => new DeviceProcessActor(Limits, starter, FakeStarter.Program, metrics, coordinator, tellGivenUp, clock)),
            "device"
        );
    }

    [Fact]
    public void Commands_wait_for_a_process_and_reach_it_in_their_order()
    {
        var process = _starter.Next();
        Command(new DeviceCommands.CountColors(Run, new Attempt(1), "/run"));
        Command(new DeviceCommands.OpenRun(Run, new Attempt(1), "/run"));

        process.Join();

        process.Told.ExpectMsg<DeviceCommands.CountColors>();
        process.Told.ExpectMsg<DeviceCommands.OpenRun>();
        Command(new DeviceCommands.TrainUntil(Run, new Attempt(1), new StepNumber(5)));
        process.Told.ExpectMsg<DeviceCommands.TrainUntil>();
    }

    [Fact]
    public void Messages_of_the_process_go_to_the_actors_that_they_concern()
    {
        var process = Joined();
        Command(new DeviceCommands.OpenRun(Run, new Attempt(1), "/run"));

        process.Say(new DeviceEvents.RunOpened(Run, new Attempt(1), new StepNumber(3)));
        process.Say(new RunEvents.PanelWritten(Run, new StepNumber(3), "/run/panel.png"));
        process.Say(new DeviceEvents.KernelAvoided("one"));
        process.Say(new WorkCommands.RequestWork(Worker, 2));
        process.Say(new DeviceProcessEvents.Heartbeat(1, DeviceActivity.Working, 123));

        _owner.ExpectMsg<DeviceEvents.RunOpened>();
        _metrics.ExpectMsg<RunEvents.PanelWritten>();
        _metrics.ExpectMsg<DeviceEvents.KernelAvoided>();
        _metrics.ExpectMsg<MetricsCommands.DeviceMemory>(memory => memory.Bytes == 123);
        _coordinator.ExpectMsg<WorkCommands.RequestWork>();
        Assert.Equal(_device, _coordinator.LastSender);
    }

    [Fact]
    public void Granted_work_goes_to_the_process_and_is_dropped_without_one()
    {
        var granted = new WorkEvents.WorkGranted(
            new WorkUnit(
                new JobId("j"),
                1,
                new LeaseEpoch(1),
                [],
                new JobSpecification("/i", "/o", "/m", "h", 1, null, false, 1, 1, false, 8, 64, 92)
            ),
            TimeSpan.FromMinutes(1)
        );
        var first = Joined();
        first.Say(new WorkCommands.RequestWork(Worker, 2));
        _coordinator.ExpectMsg<WorkCommands.RequestWork>();
        _device.Tell(granted, _coordinator.Ref);
        first.Told.ExpectMsg<WorkEvents.WorkGranted>();
        first.End(1);
        var returned = _coordinator.ExpectMsg<WorkCommands.ReleaseAllWork>();
        Assert.Equal((Worker, true), (returned.Worker, returned.Crashed));

        _device.Tell(granted, _coordinator.Ref);
        var second = Joined();

        second.Told.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_death_is_reported_to_the_owners_of_the_work_and_the_next_process_gets_later_commands()
    {
        var first = Joined();
        Command(new DeviceCommands.OpenRun(Run, new Attempt(1), "/run"));
        first.Say(new WorkCommands.RequestWork(Worker, 2));

        first.End(128 + 11, "Segmentation fault");

        var fault = _owner.ExpectMsg<DeviceEvents.DeviceFaulted>().Fault;
        Assert.Equal(DeviceFaultKind.ProcessDeath, fault.Kind);
        Assert.Contains("SIGSEGV: Segmentation fault", fault.Cause, StringComparison.Ordinal);
        _coordinator.ExpectMsg<WorkCommands.RequestWork>();
        _coordinator.ExpectMsg<WorkCommands.ReleaseAllWork>();
        Assert.True(first.IsDisposed);
        Command(new DeviceCommands.OpenRun(Run, new Attempt(2), "/run"));
        var second = Joined();
        Assert.Equal(2, second.Told.ExpectMsg<DeviceCommands.OpenRun>().Attempt.Number);
        first.Say(new DeviceEvents.RunOpened(Run, new Attempt(2), new StepNumber(0))); // from one that should be gone
        second.Say(new DeviceEvents.RunOpened(Run, new Attempt(2), new StepNumber(8)));
        Assert.Equal(8, _owner.ExpectMsg<DeviceEvents.RunOpened>().Step.Value);
    }

    [Fact]
    public void A_process_that_leaves_because_its_device_is_dead_is_a_sticky_fault()
    {
        var process = Joined();
        Command(new DeviceCommands.OpenRun(Run, new Attempt(1), "/run"));

        process.End(ProcessEnd.PoisonedCode, "CUDA error: an illegal memory access was encountered");

        var fault = _owner.ExpectMsg<DeviceEvents.DeviceFaulted>().Fault;
        Assert.Equal(DeviceFaultKind.Sticky, fault.Kind);
        Assert.Contains("illegal memory access", fault.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_without_a_heartbeat_is_aborted_then_killed_and_reported_once_when_it_has_ended()
    {
        var process = Joined();
        Command(new DeviceCommands.OpenRun(Run, new Attempt(1), "/run"));
        process.Told.ExpectMsg<DeviceCommands.OpenRun>();

        Pass(TimeSpan.FromSeconds(12));

        process.Told.ExpectMsg("SIGABRT");
        _owner.ExpectNoMsg(TimeSpan.Zero); // it may still hold the device
        Pass(Limits.AbortGrace);
        process.Told.ExpectMsg("SIGKILL");
        process.Say(new DeviceEvents.RunOpened(Run, new Attempt(1), new StepNumber(3))); // not to be believed any more
        process.End(ProcessEnd.KilledCode);
        var fault = _owner.ExpectMsg<DeviceEvents.DeviceFaulted>().Fault;
        Assert.Equal(DeviceFaultKind.Hang, fault.Kind);
        Assert.Contains("no heartbeat", fault.Cause, StringComparison.Ordinal);
        Joined();
        _owner.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_process_whose_device_makes_no_progress_is_replaced_although_it_sends_heartbeats()
    {
        var process = Joined();
        for (var second = 0; second < 12; second++)
        {
            process.Say(new DeviceProcessEvents.Heartbeat(7, DeviceActivity.Working, 0));
            _metrics.ExpectMsg<MetricsCommands.DeviceMemory>();
            Pass(TimeSpan.FromSeconds(1));
        }

        process.Told.ExpectMsg("SIGABRT");
    }

    [Fact]
    public void A_process_that_never_joins_is_ended()
    {
        var process = _starter.Next();
        process.AwaitWatched();

        PassOnce(Limits.StartDeadline);

        process.Told.ExpectMsg("SIGABRT");
        process.End(128 + 6);
        _starter.Next();
    }

    [Fact]
    public void A_process_of_another_program_version_is_rejected()
    {
        var process = _starter.Next();
        Command(new DeviceCommands.OpenRun(Run, new Attempt(1), "/run"));

        process.Join("2.0");

        process.Told.ExpectMsg("SIGABRT");
        process.End(128 + 6);
        Assert.Contains("2.0", _owner.ExpectMsg<DeviceEvents.DeviceFaulted>().Fault.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void After_too_many_failed_starts_no_other_is_made_and_the_caller_is_notified()
    {
        Command(new DeviceCommands.OpenRun(Run, new Attempt(1), "/run"));
        for (var start = 1; start <= Limits.MaximumFailedStarts; start++)
        {
            var process = _starter.Next();
            process.End(6, "libtorch is missing");
            _owner.ExpectMsg<DeviceEvents.DeviceFaulted>();
            PassOnce(Limits.LongestDelay);
        }

        Assert.Contains("libtorch is missing", _givenUp.ExpectMsg<string>(), StringComparison.Ordinal);
        Assert.False(_starter.HasStartedAnother);
    }

    [Fact]
    public void Failed_starts_back_off_until_a_process_did_something_useful()
    {
        Command(new DeviceCommands.OpenRun(Run, new Attempt(1), "/run"));
        Joined().End(1); // at once
        var second = Joined();
        second.End(1);
        _owner.ExpectMsg<DeviceEvents.DeviceFaulted>();
        _owner.ExpectMsg<DeviceEvents.DeviceFaulted>();
        PassOnce(Limits.FirstDelay - TimeSpan.FromMilliseconds(1));
        Assert.False(_starter.HasStartedAnother);
        PassOnce(TimeSpan.FromMilliseconds(1));
        var third = Joined();

        third.Say(new DeviceEvents.StepDone(Run, new Attempt(1), new StepNumber(1)));
        third.End(1);

        _starter.Next();
    }

    [Fact]
    public void Queued_commands_are_bounded_and_the_oldest_is_dropped()
    {
        var process = _starter.Next();
        for (var step = 1; step <= 65; step++)
            Command(new DeviceCommands.TrainUntil(Run, new Attempt(1), new StepNumber(step)));

        process.Join();

        Assert.Equal(2, process.Told.ExpectMsg<DeviceCommands.TrainUntil>().Step.Value);
    }

    [Fact]
    public void A_run_that_is_closed_while_there_is_no_process_does_not_open_in_the_next()
    {
        var process = _starter.Next();
        Command(new DeviceCommands.OpenRun(Run, new Attempt(1), "/run"));
        Command(new DeviceCommands.CloseRun(Run));

        process.Join();

        process.Told.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void A_stop_lets_the_process_finish_writing_and_is_answered_when_it_has_ended()
    {
        var process = Joined();

        _device.Tell(DeviceProcessActor.Stop.Instance, TestActor);

        process.Told.ExpectMsg<DeviceProcessCommands.Leave>();
        ExpectNoMsg(TimeSpan.Zero);
        PassOnce(Limits.LeaveGrace);
        process.Told.ExpectMsg("SIGKILL");
        process.End(ProcessEnd.KilledCode);
        ExpectMsg<Done>();
        Assert.False(_starter.HasStartedAnother);
    }

    private FakeProcess Joined()
    {
        var process = _starter.Next();
        process.Join();
        return process;
    }

    private void Command(IWithRunId command) => _device.Tell(command, _owner.Ref);

    /// <summary>Lets time pass as it does: a bit at a time.</summary>
    private void Pass(TimeSpan time)
    {
        for (var left = time; left > TimeSpan.Zero; left -= Limits.Heartbeat)
            PassOnce(Limits.Heartbeat);
    }

    private void PassOnce(TimeSpan time)
    {
        Settle();
        _clock.Advance(time.TotalSeconds);
        ((TestScheduler)Sys.Scheduler).Advance(time);
        Settle();
    }

    /// <summary>Waits until the proxy has handled all earlier messages.</summary>
    private void Settle() => Assert.NotNull(_device.Ask<ActorIdentity>(new Identify(0)).Result.Subject);
}
