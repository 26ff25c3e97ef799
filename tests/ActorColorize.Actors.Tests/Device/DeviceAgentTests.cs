using ActorColorize.Actors.Device;
using ActorColorize.Actors.Metrics;
using ActorColorize.Protocol;
using Akka;
using Akka.Actor;
using Akka.TestKit;

namespace ActorColorize.Actors.Tests.Device;

/// <summary>The agent between a device and the training singleton of its cluster; both are probes.</summary>
public sealed class DeviceAgentTests : PatientTestKit
{
    private static readonly TrainingDevice Description = new("node:4589 cpu", "fp32", 2);
    private static readonly RunId Run = new("run");

    private readonly TestProbe _singleton;
    private readonly TestProbe _supervisor;
    private readonly TestProbe _device;
    private readonly IActorRef _agent;

    public DeviceAgentTests()
    {
        (_singleton, _supervisor, _device) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var leader = _singleton.Ref;
        _agent = Sys.ActorOf(Props.Create(() => new DeviceAgent(Description, leader)));
        _agent.Tell(new DeviceAgent.Attach(_device.Ref));
    }

    [Fact]
    public void It_acts_as_the_device_to_the_supervisor_and_as_the_supervisor_to_the_device()
    {
        Assert.Equal(Description, _singleton.ExpectMsg<DeviceEvents.Offered>().Device);
        Assert.Equal(_agent, _singleton.LastSender);

        _supervisor.Send(_agent, new DeviceCommands.OpenRun(Run, new Attempt(1), "/runs/run"));
        _device.ExpectMsg<DeviceCommands.OpenRun>();
        _device.Send(_device.LastSender, new DeviceEvents.DeviceFaulted(new DeviceFault(DeviceFaultKind.Crash, "gone")));

        _supervisor.ExpectMsg<DeviceEvents.DeviceFaulted>();
        Assert.Equal(_agent, _supervisor.LastSender);
    }

    [Fact]
    public void Messages_to_the_metrics_are_forwarded_to_the_leader_unless_they_are_not_of_the_protocol()
    {
        _agent.Tell(new MetricsCommands.DeviceMemory(123));
        _agent.Tell("a text");
        _agent.Tell(new DeviceEvents.KernelAvoided("a convolution"));
        _agent.Tell(new RunEvents.ColorCountProgressed(Run, 1, 2));

        var heard = new List<object>();
        _singleton.FishForMessage(message =>
        {
            if (message is not DeviceEvents.Offered)
                heard.Add(message);
            return message is DeviceEvents.Offered { ResidentBytes: 123 }; // the next offer
        });
        Assert.Equal([new DeviceEvents.KernelAvoided("a convolution"), new RunEvents.ColorCountProgressed(Run, 1, 2)], heard);
    }

    [Fact]
    public void It_leaves_when_the_run_is_closed_and_immediately_without_a_run()
    {
        _agent.Tell(DeviceAgent.Leave.Instance, TestActor);
        ExpectMsg<Done>();

        _supervisor.Send(_agent, new DeviceCommands.CountColors(Run, new Attempt(1), "/runs/run"));
        _agent.Tell(DeviceAgent.Leave.Instance, TestActor);
        _supervisor.ExpectMsg<DeviceEvents.Leaving>();
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        _supervisor.Send(_agent, new DeviceCommands.CloseRun(Run));

        ExpectMsg<Done>();
    }
}
