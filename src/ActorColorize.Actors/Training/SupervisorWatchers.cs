using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Training;

/// <summary>The watchers of run placements.</summary>
/// <param name="journalled">The runs in the journal.</param>
/// <param name="assignments">Their current assignments.</param>
internal sealed class SupervisorWatchers(JournalledRuns journalled, DeviceAssignments assignments)
{
    private readonly HashSet<IActorRef> _watchers = [];

    /// <summary>Sends all placements to a watcher, and each change from now on; false if it was already a watcher.</summary>
    internal bool Add(IActorRef watcher)
    {
        watcher.Tell(new SupervisorMessages.Devices(assignments.Devices));
        var known = journalled.Runs.Union(assignments.Waiting.Select(waiting => waiting.Run));
        watcher.Tell(new SupervisorMessages.Placements([.. known.Select(PlacementOf)]));
        return _watchers.Add(watcher);
    }

    /// <summary>Removes a watcher; false if it was not one.</summary>
    internal bool Remove(IActorRef watcher) => _watchers.Remove(watcher);

    /// <summary>Reports a changed placement.</summary>
    internal void Tell(RunId run)
    {
        if (_watchers.Count > 0)
            TellAll(PlacementOf(run));
    }

    /// <summary>Reports changed devices.</summary>
    internal void TellDevices() => TellAll(new SupervisorMessages.Devices(assignments.Devices));

    private void TellAll(object message)
    {
        foreach (var watcher in _watchers)
            watcher.Tell(message);
    }

    private RunPlacement PlacementOf(RunId run)
    {
        var device = assignments.DeviceOf(run);
        // If it is not in the queue, it is about to be resumed
        var isUnfinished = journalled.IsUnfinished(run) || assignments.IsWaiting(run);
        return new(
            run,
            device is not null ? RunStage.OnDevice
                : isUnfinished ? RunStage.Waiting
                : RunStage.Ended,
            journalled.FactsOf(run).OfType<RunHistoryEvents.RunHistoryEnded>().LastOrDefault(),
            device is null ? null : assignments.NameOf(device)
        );
    }
}
