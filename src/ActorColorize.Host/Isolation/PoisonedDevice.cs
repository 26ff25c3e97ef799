using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Actors.Faults;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Isolation;

/// <summary>Ends a process whose device context is lost, so that another replaces it.</summary>
internal static class PoisonedDevice
{
    /// <summary>
    /// Ends this process if a failure means that the context is lost. The device is not used again, not even to free its tensors, and
    /// nothing is written; the next process starts from the state on disk.
    /// </summary>
    /// <param name="failure">The failure of one of the device's actors.</param>
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
