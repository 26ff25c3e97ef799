using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Training;

/// <summary>The stage of a run at its supervisor.</summary>
public enum RunStage
{
    /// <summary>It waits for a device.</summary>
    Waiting,

    /// <summary>On a device.</summary>
    OnDevice,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>The placement of a run, as reported by its supervisor.</summary>
/// <param name="Run">The run.</param>
/// <param name="Stage">Its stage.</param>
/// <param name="End">Its newest end; null if it has never ended.</param>
/// <param name="Device">Its device; null if it has none, and for the only device.</param>
public sealed record RunPlacement(RunId Run, RunStage Stage, RunHistoryEvents.RunHistoryEnded? End, string? Device = null);

/// <summary>Messages to a supervisor in addition to <see cref="RunCommands"/>; in-process only.</summary>
public static class SupervisorMessages
{
    /// <summary>Send the placements of all runs to the watcher, and each change from now on. Idempotent; answered each time.</summary>
    /// <param name="Watcher">Gets <see cref="Devices"/> and <see cref="Placements"/>, then a <see cref="RunPlacement"/> or
    /// <see cref="Devices"/> for each change.</param>
    public sealed record WatchPlacements(IActorRef Watcher);

    /// <summary>The placements of all known runs, including ended ones.</summary>
    /// <param name="Runs">In no particular order.</param>
    public sealed record Placements(IReadOnlyList<RunPlacement> Runs);

    /// <summary>The devices that train, busy or not.</summary>
    /// <param name="All">In no particular order.</param>
    public sealed record Devices(IReadOnlyList<TrainingDevice> All);

    /// <summary>
    /// The process is about to end: save the runs on the devices, start no more. Answered by <see cref="Drained"/>, when all waiting and
    /// active runs have ended as stopped.
    /// </summary>
    public sealed record Drain;

    /// <summary>No run is active any more.</summary>
    public sealed record Drained;
}
