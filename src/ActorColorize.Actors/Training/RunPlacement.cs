using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Training;

/// <summary>Where a run is, as its supervisor has it.</summary>
public enum RunStage
{
    /// <summary>No device is free for it.</summary>
    Waiting,

    /// <summary>On a device.</summary>
    OnDevice,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>How a run stands with its supervisor.</summary>
/// <param name="Run">The run.</param>
/// <param name="Stage">Where it is.</param>
/// <param name="End">Its newest end; null where it has never ended.</param>
/// <param name="Device">The device that it is on; null where it is on none, and where there is only one.</param>
public sealed record RunPlacement(RunId Run, RunStage Stage, RunHistoryEvents.RunHistoryEnded? End, string? Device = null);

/// <summary>What may be asked of a supervisor beside <see cref="RunCommands"/>, within its process.</summary>
public static class SupervisorMessages
{
    /// <summary>
    /// Tell the watcher how all runs stand, and from now on of each that comes to stand in another way. Asking again changes nothing and is
    /// answered again.
    /// </summary>
    /// <param name="Watcher">Gets <see cref="Devices"/> and <see cref="Placements"/>, then a <see cref="RunPlacement"/> or
    /// <see cref="Devices"/> for each change.</param>
    public sealed record WatchPlacements(IActorRef Watcher);

    /// <summary>How all runs stand, those that have ended included.</summary>
    /// <param name="Runs">In no order.</param>
    public sealed record Placements(IReadOnlyList<RunPlacement> Runs);

    /// <summary>The devices that train, busy or not.</summary>
    /// <param name="All">In no order.</param>
    public sealed record Devices(IReadOnlyList<TrainingDevice> All);

    /// <summary>
    /// The process is about to end: save what is on the devices, begin nothing more. Answered by <see cref="Drained"/>. Runs that were
    /// waiting or on the device have ended as stopped then.
    /// </summary>
    public sealed record Drain;

    /// <summary>Nothing is on a device any more.</summary>
    public sealed record Drained;
}
