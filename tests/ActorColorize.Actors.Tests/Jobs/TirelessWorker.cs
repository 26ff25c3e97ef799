using System.Collections.Concurrent;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>
/// Settles every leased picture and repeats the settlement until it is confirmed, as a device's worker does, through crashes of the
/// coordinator and of its database.
/// </summary>
internal sealed class TirelessWorker : ReceiveActor, IWithTimers
{
    private const int Credit = 4;

    private readonly WorkerId _id = WorkerId.NewIncarnation("gpu");
    private readonly Dictionary<WorkLease, IReadOnlyList<SettledItem>> _held = [];
    private readonly IActorRef _coordinator;

    /// <param name="coordinator">The coordinator.</param>
    /// <param name="leased">Counts how often each picture was leased.</param>
    public TirelessWorker(IActorRef coordinator, ConcurrentDictionary<long, int> leased)
    {
        _coordinator = coordinator;
        Receive<WorkEvents.WorkGranted>(granted =>
        {
            if (!_held.TryAdd(granted.Unit.Lease, Samples.All(granted.Unit, Samples.Done)))
                return;
            foreach (var item in granted.Unit.Items)
                leased.AddOrUpdate(item.Number, 1, (_, times) => times + 1);
            Settle(granted.Unit.Lease);
        });
        Receive<WorkEvents.ItemsTaken>(taken => _held.Remove(taken.Lease));
        Receive<WorkEvents.LeaseLost>(lost => _held.Remove(lost.Lease));
        Receive<WorkEvents.LeasesRenewed>(renewed =>
        {
            foreach (var lost in renewed.Lost)
                _held.Remove(lost);
        });
        Receive<Heartbeat>(_ =>
        {
            _coordinator.Tell(new WorkCommands.RequestWork(_id, Credit));
            _coordinator.Tell(new WorkCommands.RenewLeases(_id, Credit, [.. _held.Keys]));
            foreach (var lease in _held.Keys)
                Settle(lease);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() =>
        Timers.StartPeriodicTimer(Heartbeat.Instance, Heartbeat.Instance, TimeSpan.Zero, TimeSpan.FromMilliseconds(500));

    private void Settle(WorkLease lease) => _coordinator.Tell(new WorkCommands.SettleItems(_id, lease, _held[lease]));

    private sealed class Heartbeat
    {
        internal static readonly Heartbeat Instance = new();
    }
}
