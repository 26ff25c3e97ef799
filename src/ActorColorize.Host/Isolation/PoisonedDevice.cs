using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Actors.Faults;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Isolation;

/// <summary>What a process does whose device's context is dead, and that another one replaces.</summary>
internal static class PoisonedDevice
{
    /// <summary>
    /// Ends this process where a failure says that the context is dead. The device is not touched again, not even to let go of its tensors;
    /// nothing is written; the next process begins from what is on
    /// disk.
    /// </summary>
    /// <param name="failure">Of one of the device's actors.</param>
    public static void Leave(Exception failure)
    {
        var fault = DeviceFaultClassifier.Of(failure);
        if (fault.Kind != DeviceFaultKind.Sticky)
            return;
        Console.Error.WriteLine(fault.Cause);
        Console.Error.Flush();
        ParentWatchdog.Leave(ProcessEnd.PoisonedCode);
    }
}
