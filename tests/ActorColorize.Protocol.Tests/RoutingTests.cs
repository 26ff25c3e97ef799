namespace ActorColorize.Protocol.Tests;

/// <summary>Messages are routed by the interface of their family: none may be without it.</summary>
public sealed class RoutingTests
{
    [Theory]
    [InlineData(typeof(DeviceCommands), typeof(DeviceCommands.IDeviceCommand))]
    [InlineData(typeof(DeviceEvents), typeof(DeviceEvents.IDeviceEvent), typeof(DeviceEvents.KernelAvoided))]
    [InlineData(typeof(WorkCommands), typeof(WorkCommands.IFromWorker))]
    [InlineData(typeof(WorkEvents), typeof(WorkEvents.IWorkEvent))]
    public void Every_message_of_a_family_carries_its_interface_and_no_other_message_does(Type family, Type marker, params Type[] others)
    {
        var carrying = typeof(RunId).Assembly.GetExportedTypes().Where(type => !type.IsInterface && type.IsAssignableTo(marker));

        Assert.Equal(
            family.GetNestedTypes().Where(type => !type.IsInterface).Except(others).OrderBy(type => type.Name, StringComparer.Ordinal),
            carrying.OrderBy(type => type.Name, StringComparer.Ordinal)
        );
    }

    [Fact]
    public void No_two_messages_are_called_by_what_became_of_something_without_saying_of_what()
    {
        var names = Serialization.ExampleMessage.Types.Select(type => type.Name);

        Assert.DoesNotContain("Ended", names);
    }
}
