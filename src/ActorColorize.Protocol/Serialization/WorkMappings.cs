using static ActorColorize.Protocol.Serialization.MessageMapping;
using static ActorColorize.Protocol.Serialization.WireText;
using static ActorColorize.Protocol.Serialization.WireTime;
using static ActorColorize.Protocol.Serialization.WorkParts;

namespace ActorColorize.Protocol.Serialization;

/// <summary><see cref="WorkCommands"/> and <see cref="WorkEvents"/>.</summary>
internal static class WorkMappings
{
    internal static IReadOnlyList<MessageMapping> All { get; } =
    [
        Of<WorkCommands.RequestWork, Wire.RequestWork>(
            "wrq",
            m => new() { Worker = Worker(m.Worker), Credit = m.Credit },
            w => new(Worker(w.Worker), w.Credit)
        ),
        Of<WorkCommands.RenewLeases, Wire.RenewLeases>("wrl", Renew, w =>
            new(Worker(w.Worker), w.Credit, [.. w.Leases.Select(Lease)], w.HasHeartbeat ? w.Heartbeat : null)
        ),
        Of<WorkCommands.SettleItems, Wire.SettleItems>("wsi", Settle, w =>
            new(Worker(w.Worker), Lease(w.Lease), [.. w.Items.Select(item => new SettledItem(item.Number, JobParts.Outcome(item.Outcome)))])
        ),
        Of<WorkCommands.Release, Wire.Release>(
            "wgb",
            m =>
                new()
                {
                    Worker = Worker(m.Worker),
                    Lease = Lease(m.Lease),
                    Reason = WireEnum.Of(m.Reason),
                    Detail = Line(m.Detail),
                },
            w => new(Worker(w.Worker), Lease(w.Lease), WireEnum.To<ReleaseReason>(w.Reason), w.Detail)
        ),
        Of<WorkCommands.ReleaseAllWork, Wire.ReleaseAllWork>(
            "wra",
            m =>
                new()
                {
                    Worker = Worker(m.Worker),
                    Crashed = m.Crashed,
                    Detail = Line(m.Detail),
                },
            w => new(Worker(w.Worker), w.Crashed, w.Detail)
        ),
        Of<WorkEvents.WorkGranted, Wire.WorkGranted>(
            "wgr",
            m => new() { Unit = Unit(m.Unit), LeaseFor = Of(m.LeaseFor) },
            w => new(Unit(w.Unit), Duration(w.LeaseFor))
        ),
        Of<WorkEvents.LeasesRenewed, Wire.LeasesRenewed>("wlr", Renewed, w =>
            new([.. w.Held.Select(Lease)], [.. w.Lost.Select(Lease)], Duration(w.LeaseFor), w.HasHeartbeat ? w.Heartbeat : null)
        ),
        Of<WorkEvents.ItemsTaken, Wire.ItemsTaken>("wit", Taken, w => new(Lease(w.Lease), [.. w.Items])),
        Of<WorkEvents.LeaseLost, Wire.LeaseLost>("wll", m => new() { Lease = Lease(m.Lease) }, w => new(Lease(w.Lease))),
    ];

    private static Wire.RenewLeases Renew(WorkCommands.RenewLeases message)
    {
        var wire = new Wire.RenewLeases { Worker = Worker(message.Worker), Credit = message.Credit };
        wire.Leases.AddRange(message.Leases.Select(Lease));
        if (message.Heartbeat is { } number)
            wire.Heartbeat = number;
        return wire;
    }

    private static Wire.SettleItems Settle(WorkCommands.SettleItems message)
    {
        var wire = new Wire.SettleItems { Worker = Worker(message.Worker), Lease = Lease(message.Lease) };
        wire.Items.AddRange(
            message.Items.Select(item => new Wire.SettledItem { Number = item.Number, Outcome = JobParts.Outcome(item.Outcome) })
        );
        return wire;
    }

    private static Wire.LeasesRenewed Renewed(WorkEvents.LeasesRenewed message)
    {
        var wire = new Wire.LeasesRenewed { LeaseFor = Of(message.LeaseFor) };
        wire.Held.AddRange(message.Held.Select(Lease));
        wire.Lost.AddRange(message.Lost.Select(Lease));
        if (message.Heartbeat is { } number)
            wire.Heartbeat = number;
        return wire;
    }

    private static Wire.ItemsTaken Taken(WorkEvents.ItemsTaken message)
    {
        var wire = new Wire.ItemsTaken { Lease = Lease(message.Lease) };
        wire.Items.AddRange(message.Items);
        return wire;
    }
}
