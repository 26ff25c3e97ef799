using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Training;

/// <summary>Where a run is, as its supervisor has it.</summary>
public enum RunStage
{
    /// <summary>Another run is on the device.</summary>
    Waiting,

    /// <summary>On the device.</summary>
    OnDevice,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>How a run stands with its supervisor.</summary>
/// <param name="Run">The run.</param>
/// <param name="Stage">Where it is.</param>
/// <param name="End">Its newest end; null where it has never ended.</param>
public sealed record RunStanding(RunId Run, RunStage Stage, RunHistoryEvents.Ended? End);

/// <summary>What may be asked of a supervisor beside <see cref="RunCommands"/>, within its process.</summary>
public static class SupervisorMessages
{
    /// <summary>Tell the watcher how all runs stand, and from now on of each that comes to stand in another way. Asking again changes nothing and is answered again.</summary>
    /// <param name="Watcher">Gets <see cref="Standings"/>, then a <see cref="RunStanding"/> for each change.</param>
    public sealed record WatchStandings(IActorRef Watcher);

    /// <summary>How all runs stand, those that have ended included.</summary>
    /// <param name="Runs">In no order.</param>
    public sealed record Standings(IReadOnlyList<RunStanding> Runs);

    /// <summary>The process is about to end: save what is on the device, begin nothing more. Answered by <see cref="Rested"/>. Runs that were waiting or on the device have ended as stopped then.</summary>
    public sealed record Rest;

    /// <summary>Nothing is on the device any more.</summary>
    public sealed record Rested;
}
