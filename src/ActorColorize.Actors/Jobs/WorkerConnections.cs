using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Jobs;

/// <summary>The actors of the known workers: one for each device, watched.</summary>
internal sealed class WorkerConnections(IActorContext context, ILoggingAdapter log)
{
    private readonly Dictionary<string, (WorkerId Worker, IActorRef Actor)> _byDevice = [];
    private readonly Dictionary<IActorRef, HashSet<WorkerId>> _byActor = [];

    /// <summary>The worker's actor; null if it is not known.</summary>
    internal IActorRef? Find(WorkerId worker) =>
        _byDevice.TryGetValue(worker.Device, out var known) && known.Worker == worker ? known.Actor : null;

    /// <summary>Registers the sender of a message as the worker of its device, in place of an earlier one.</summary>
    internal void Connect(WorkerId worker, IActorRef actor)
    {
        if (_byDevice.TryGetValue(worker.Device, out var known))
        {
            if (known.Worker == worker && known.Actor.Equals(actor))
                return;
            Disconnect(known.Worker, known.Actor);
        }

        _byDevice[worker.Device] = (worker, actor);
        if (!_byActor.TryGetValue(actor, out var workers))
        {
            _byActor.Add(actor, workers = []);
            context.Watch(actor);
        }

        workers.Add(worker);
        log.Info("worker {0} is connected", worker);
    }

    /// <summary>An actor has terminated.</summary>
    /// <returns>The workers that it stood for.</returns>
    internal IReadOnlyCollection<WorkerId> Terminated(IActorRef actor)
    {
        if (!_byActor.Remove(actor, out var workers))
            return [];
        foreach (var worker in workers)
            _byDevice.Remove(worker.Device);
        return workers;
    }

    private void Disconnect(WorkerId worker, IActorRef actor)
    {
        _byDevice.Remove(worker.Device);
        var workers = _byActor[actor];
        workers.Remove(worker);
        if (workers.Count > 0)
            return;
        _byActor.Remove(actor);
        context.Unwatch(actor);
    }
}
