using static ActorColorize.Protocol.Serialization.WireText;

namespace ActorColorize.Protocol.Serialization;

/// <summary>Parts shared by work messages.</summary>
internal static class WorkParts
{
    internal static Wire.WorkerId Worker(WorkerId part) => new() { Device = part.Device, Incarnation = part.Incarnation };

    internal static WorkerId Worker(Wire.WorkerId? part)
    {
        var wire = Present(part, "worker");
        return new(wire.Device, wire.Incarnation);
    }

    internal static Wire.WorkLease Lease(WorkLease part) =>
        new()
        {
            Job = part.Job.Value,
            Unit = part.Unit,
            Epoch = part.Epoch.Number,
        };

    internal static WorkLease Lease(Wire.WorkLease? part)
    {
        var wire = Present(part, "lease");
        return new(Job(wire.Job), wire.Unit, new(wire.Epoch));
    }

    internal static Wire.WorkUnit Unit(WorkUnit part)
    {
        var wire = new Wire.WorkUnit
        {
            Job = part.Job.Value,
            Number = part.Number,
            Epoch = part.Epoch.Number,
            Specification = JobParts.Specification(part.Specification),
        };
        wire.Items.AddRange(part.Items.Select(Item));
        return wire;
    }

    internal static WorkUnit Unit(Wire.WorkUnit? part)
    {
        var wire = Present(part, "unit");
        return new(Job(wire.Job), wire.Number, new(wire.Epoch), [.. wire.Items.Select(Item)], JobParts.Specification(wire.Specification));
    }

    private static Wire.WorkItem Item(WorkItem part)
    {
        var wire = new Wire.WorkItem { Number = part.Number, RelativePath = part.RelativePath };
        if (part.Recorded is { } recorded)
            wire.Recorded = new() { SourceSha256 = recorded.SourceSha256, OutputBytes = recorded.OutputBytes };
        return wire;
    }

    private static WorkItem Item(Wire.WorkItem wire) =>
        new(wire.Number, wire.RelativePath, wire.Recorded is { } recorded ? new(recorded.SourceSha256, recorded.OutputBytes) : null);
}
