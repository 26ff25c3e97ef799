using ActorColorize.Actors.Faults;
using ActorColorize.Data.Storage;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Training;

/// <summary>
/// A run that its supervisor has begun and that is not over: its state, the device that it is on, and the folder that is held for it.
/// </summary>
internal sealed class ActiveRun(RunState state, IActorRef device, FolderLock? folder) : IDisposable
{
    private object? _unsent;

    internal RunState State { get; set; } = state;

    /// <summary>The device that it is on; nobody after that one has gone.</summary>
    internal IActorRef Device { get; private set; } = device;

    /// <summary>What stands in the run folder about how it trains.</summary>
    internal required RunAdjustments SavedAdjustments { get; set; }

    /// <summary>Time between checkpoints; zero: by steps alone.</summary>
    internal required TimeSpan CheckpointInterval { get; init; }

    /// <summary>
    /// Tells the run's device. While there is none, what begins an attempt is kept for the next one; everything else is about what went
    /// with the last one.
    /// </summary>
    internal void Tell(IWithRunId command)
    {
        if (!Device.IsNobody())
            Device.Tell(command);
        else if (command is DeviceCommands.CountColors or DeviceCommands.OpenRun)
            _unsent = command;
    }

    /// <summary>The device is gone.</summary>
    internal void LoseDevice() => Device = ActorRefs.Nobody;

    /// <summary>Another device is there for it.</summary>
    internal void MoveTo(IActorRef device)
    {
        Device = device;
        if (_unsent is { } command)
            device.Tell(command);
        _unsent = null;
    }

    /// <summary>Lets go of the folder.</summary>
    public void Dispose() => folder?.Dispose();
}

/// <summary>A run whose turn has not come.</summary>
/// <param name="Command">Names it.</param>
/// <param name="IsAsked">Whether somebody has asked for it, rather than the journal.</param>
internal sealed record WaitingRun(RunCommands.Start Command, bool IsAsked)
{
    internal RunId Run => Command.Run;

    /// <summary>Whether it had to wait for others.</summary>
    internal bool HasWaited { get; init; }

    /// <summary>Not tried before; Unix time, milliseconds.</summary>
    internal long NotBefore { get; init; }
}
