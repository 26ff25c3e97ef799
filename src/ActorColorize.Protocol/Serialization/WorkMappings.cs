using static ActorColorize.Protocol.Serialization.MessageMapping;
using static ActorColorize.Protocol.Serialization.WireText;

namespace ActorColorize.Protocol.Serialization;

/// <summary><see cref="WorkCommands"/> and <see cref="WorkEvents"/>.</summary>
internal static class WorkMappings
{
    internal static IReadOnlyList<MessageMapping> All { get; } =
    [
        Of<WorkCommands.RequestWork, Wire.RequestWork>("wrq",
            m => new() { Credit = m.Credit },
            w => new(w.Credit)),
        Of<WorkCommands.SettleItem, Wire.SettleItem>("wsi",
            m => new() { Job = m.Job.Value, Unit = m.Unit, Epoch = m.Epoch.Number, Item = m.Item, Outcome = JobParts.Outcome(m.Outcome) },
            w => new(Job(w.Job), w.Unit, new(w.Epoch), w.Item, JobParts.Outcome(w.Outcome))),
        Of<WorkCommands.ReturnAllWork, Wire.ReturnAllWork>("wra",
            m => new() { Cause = Line(m.Cause) },
            w => new(w.Cause)),
        Of<WorkCommands.AbandonJob, Wire.AbandonJob>("waj",
            m => new() { Job = m.Job.Value, Failure = WireEnum.Of(m.Failure), Reason = Line(m.Reason) },
            w => new(Job(w.Job), WireEnum.To<JobFailure>(w.Failure), w.Reason)),
        Of<WorkEvents.WorkGranted, Wire.WorkGranted>("wgr",
            m => new() { Unit = Unit(m.Unit) },
            w => new(Unit(Present(w.Unit, "unit")))),
    ];

    private static Wire.WorkUnit Unit(WorkUnit part)
    {
        var wire = new Wire.WorkUnit { Job = part.Job.Value, Number = part.Number, Epoch = part.Epoch.Number, Specification = JobParts.Specification(part.Specification) };
        wire.Items.AddRange(part.Items.Select(Item));
        return wire;
    }

    private static WorkUnit Unit(Wire.WorkUnit wire) =>
        new(Job(wire.Job), wire.Number, new(wire.Epoch), [.. wire.Items.Select(Item)], JobParts.Specification(wire.Specification));

    private static Wire.WorkItem Item(WorkItem part)
    {
        var wire = new Wire.WorkItem { Number = part.Number, RelativePath = part.RelativePath };
        if (part.Recorded is { } recorded) wire.Recorded = new() { SourceSha256 = recorded.SourceSha256, ResultKey = recorded.ResultKey, OutputBytes = recorded.OutputBytes };
        return wire;
    }

    private static WorkItem Item(Wire.WorkItem wire) =>
        new(wire.Number, wire.RelativePath, wire.Recorded is { } recorded ? new(recorded.SourceSha256, recorded.ResultKey, recorded.OutputBytes) : null);
}
