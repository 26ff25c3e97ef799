using ActorColorize.Actors.Faults;
using ActorColorize.Data.Storage;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Training;

/// <summary>A run that its supervisor has started and that has not ended: its state, its device, and the lock on its folder.</summary>
internal sealed class ActiveRun(RunState state, IActorRef device, FolderLock? folder) : IDisposable
{
    private object? _unsent;

    internal RunState State { get; set; } = state;

    /// <summary>Its device; <see cref="ActorRefs.Nobody"/> after the device was lost.</summary>
    internal IActorRef Device { get; private set; } = device;

    /// <summary>The adjustments as saved in the run folder.</summary>
    internal required RunAdjustments SavedAdjustments { get; set; }

    /// <summary>Time between checkpoints; zero for checkpoints by steps alone.</summary>
    internal required TimeSpan CheckpointInterval { get; init; }

    /// <summary>
    /// Sends a command to the run's device. While there is none, a command that begins an attempt is kept for the next device; all others
    /// concern the lost attempt and are dropped.
    /// </summary>
    internal void Tell(IWithRunId command)
    {
        if (!Device.IsNobody())
            Device.Tell(command);
        else if (command is DeviceCommands.CountColors or DeviceCommands.OpenRun)
            _unsent = command;
    }

    /// <summary>The device was lost.</summary>
    internal void LoseDevice() => Device = ActorRefs.Nobody;

    /// <summary>Moves the run to another device.</summary>
    internal void MoveTo(IActorRef device)
    {
        Device = device;
        if (_unsent is { } command)
            device.Tell(command);
        _unsent = null;
    }

    /// <summary>Releases the folder.</summary>
    public void Dispose() => folder?.Dispose();
}

/// <summary>A run that waits for a device.</summary>
/// <param name="Command">Its start command.</param>
/// <param name="IsAsked">Whether it was requested, rather than recovered from the journal.</param>
internal sealed record WaitingRun(RunCommands.Start Command, bool IsAsked)
{
    internal RunId Run => Command.Run;

    /// <summary>Whether it had to wait for a device.</summary>
    internal bool HasWaited { get; init; }

    /// <summary>Earliest time to start it; Unix time, milliseconds.</summary>
    internal long NotBefore { get; init; }
}
