using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Training;

/// <summary>Who is told how runs stand with their supervisor, and what they are told.</summary>
/// <param name="journalled">What the journal says of the runs.</param>
/// <param name="assignments">Where they are now.</param>
internal sealed class SupervisorWatchers(JournalledRuns journalled, DeviceAssignments assignments)
{
    private readonly HashSet<IActorRef> _watchers = [];

    /// <summary>Tells a watcher how everything stands, and of each change from now on; false where it was one already.</summary>
    internal bool Add(IActorRef watcher)
    {
        watcher.Tell(new SupervisorMessages.Devices(assignments.Devices));
        var known = journalled.Runs.Union(assignments.Waiting.Select(waiting => waiting.Run));
        watcher.Tell(new SupervisorMessages.Placements([.. known.Select(PlacementOf)]));
        return _watchers.Add(watcher);
    }

    /// <summary>A watcher is gone; false where it was none.</summary>
    internal bool Remove(IActorRef watcher) => _watchers.Remove(watcher);

    /// <summary>A run has come to stand in another way.</summary>
    internal void Tell(RunId run)
    {
        if (_watchers.Count > 0)
            TellAll(PlacementOf(run));
    }

    /// <summary>Devices have come or gone.</summary>
    internal void TellDevices() => TellAll(new SupervisorMessages.Devices(assignments.Devices));

    private void TellAll(object message)
    {
        foreach (var watcher in _watchers)
            watcher.Tell(message);
    }

    private RunPlacement PlacementOf(RunId run)
    {
        var device = assignments.DeviceOf(run);
        // It is about to be taken up, where it is not in the queue
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
