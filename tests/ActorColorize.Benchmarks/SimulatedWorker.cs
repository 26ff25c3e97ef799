using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Benchmarks;

/// <summary>
/// A worker without a device: a batch of eight pictures takes a given time, one batch after the other, as on a device; then they are
/// settled. Without a time, leased items are settled immediately.
/// </summary>
internal sealed class SimulatedWorker : ReceiveActor, IWithTimers
{
    private const int Credit = 4;
    private const int PicturesPerBatch = 8;
    private static readonly ItemOutcome Done = new ItemOutcome.Done(new string('1', 64), new string('2', 64), 1000, 640, 480, 12.5);

    private readonly IActorRef _coordinator;
    private readonly WorkerId _id;
    private readonly TimeSpan _batchTime;
    private readonly HashSet<WorkLease> _held = [];
    private readonly Queue<(WorkLease Lease, SettledItem[] Items)> _batches = [];

    /// <param name="coordinator">GrantsWork units.</param>
    /// <param name="id">This worker.</param>
    /// <param name="batchTime">How long the device takes for a batch.</param>
    public SimulatedWorker(IActorRef coordinator, WorkerId id, TimeSpan batchTime)
    {
        (_coordinator, _id, _batchTime) = (coordinator, id, batchTime);
        coordinator.Tell(new WorkCommands.RequestWork(id, Credit));
        Receive<WorkEvents.WorkGranted>(granted =>
        {
            if (_held.Add(granted.Unit.Lease))
                Take(granted.Unit);
        });
        Receive<WorkEvents.ItemsTaken>(taken =>
        {
            if (!_batches.Any(batch => batch.Lease == taken.Lease))
                _held.Remove(taken.Lease);
        });
        Receive<WorkEvents.LeaseLost>(lost => _held.Remove(lost.Lease));
        Receive<WorkEvents.LeasesRenewed>(renewed => _held.ExceptWith(renewed.Lost));
        Receive<Heartbeat>(_ => coordinator.Tell(new WorkCommands.RenewLeases(id, Credit, [.. _held])));
        Receive<BatchDone>(_ =>
        {
            Settle(_batches.Dequeue());
            Begin();
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(Heartbeat.Instance, Heartbeat.Instance, TimeSpan.FromSeconds(1));

    private void Take(WorkUnit unit)
    {
        SettledItem[] items = [.. unit.Items.Select(item => new SettledItem(item.Number, Done))];
        if (_batchTime == TimeSpan.Zero)
        {
            Settle((unit.Lease, items));
            return;
        }

        var idle = _batches.Count == 0;
        foreach (var batch in items.Chunk(PicturesPerBatch))
            _batches.Enqueue((unit.Lease, batch));
        if (idle)
            Begin();
    }

    private void Begin()
    {
        if (_batches.Count > 0)
            Timers.StartSingleTimer(BatchDone.Instance, BatchDone.Instance, _batchTime);
    }

    private void Settle((WorkLease Lease, SettledItem[] Items) batch) =>
        _coordinator.Tell(new WorkCommands.SettleItems(_id, batch.Lease, batch.Items));

    private sealed class Heartbeat
    {
        internal static readonly Heartbeat Instance = new();
    }

    private sealed class BatchDone
    {
        internal static readonly BatchDone Instance = new();
    }
}
