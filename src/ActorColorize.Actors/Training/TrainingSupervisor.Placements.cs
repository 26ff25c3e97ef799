using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Training;

/// <content>What a supervisor of several runs says about them, and how it comes to rest.</content>
public sealed partial class TrainingSupervisor
{
    private readonly HashSet<IActorRef> _placementWatchers = [];
    private IActorRef? _restAsker;

    private void ReceiveAboutPlacements()
    {
        Command<SupervisorMessages.WatchPlacements>(watch =>
        {
            if (_placementWatchers.Add(watch.Watcher))
                Context.Watch(watch.Watcher);
            watch.Watcher.Tell(new SupervisorMessages.Devices([.. _devices.Values]));
            watch.Watcher.Tell(
                new SupervisorMessages.Placements([.. _journalled.Keys.Union(_waiting.Select(waiting => waiting.Run)).Select(PlacementOf)])
            );
        });
        Command<Terminated>(gone =>
        {
            if (!_placementWatchers.Remove(gone.ActorRef))
                LoseDevice(gone.ActorRef);
        });
        Command<SupervisorMessages.Drain>(_ => Drain());
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        foreach (var run in _active.Values)
            run.Dispose();
        base.PostStop();
    }

    private RunPlacement PlacementOf(RunId run)
    {
        var facts = _journalled.GetValueOrDefault(run, []);
        // It is about to be taken up, where it is not in the queue
        var isUnfinished = facts is [.., not RunHistoryEvents.Ended] || _waiting.Exists(waiting => waiting.Run == run);
        var isOnDevice = _active.TryGetValue(run, out var active) && !active.Device.IsNobody();
        return new(
            run,
            isOnDevice ? RunStage.OnDevice
                : isUnfinished ? RunStage.Waiting
                : RunStage.Ended,
            facts.OfType<RunHistoryEvents.Ended>().LastOrDefault(),
            isOnDevice ? NameOf(active!.Device) : null
        );
    }

    private void TellPlacement(RunId run)
    {
        if (_placementWatchers.Count == 0)
            return;
        var placement = PlacementOf(run);
        foreach (var watcher in _placementWatchers)
            watcher.Tell(placement);
    }

    /// <summary>A run whose folder is of no use ends before it has begun, and the next one has its turn.</summary>
    private void EndUnbegun(RunId run, string reason) =>
        Persist(new RunHistoryEvents.Ended(run, RunOutcome.Failed, default, reason, Now), ended =>
        {
            Remember(ended);
            _metrics.Tell(new RunEvents.Ended(run, RunOutcome.Failed, default, reason));
            TellPlacement(run);
            TakeTurns();
        });

    private void Drain()
    {
        _restAsker = Sender;
        var ended = _waiting
            .Where(waiting => _journalled.ContainsKey(waiting.Run))
            .Select(waiting => new RunHistoryEvents.Ended(
                waiting.Run,
                RunOutcome.Stopped,
                default,
                "its turn had not come when the program was stopped",
                Now
            ));
        PersistAll(ended.ToList(), fact =>
        {
            Remember(fact);
            TellPlacement(fact.Run);
        });
        _waiting.Clear();
        foreach (var run in _active.Keys.ToArray())
            Decide(run, state => state.RequestStop(Now));
        DeferAsync(this, _ => TellRested());
    }

    private void TellRested()
    {
        if (_active.Count == 0)
            _restAsker?.Tell(new SupervisorMessages.Drained());
    }
}
