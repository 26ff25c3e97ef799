using static ActorColorize.Protocol.Serialization.MessageMapping;
using static ActorColorize.Protocol.Serialization.WireText;

namespace ActorColorize.Protocol.Serialization;

/// <summary><see cref="JobCommands"/> and <see cref="JobEvents"/>.</summary>
internal static class JobMappings
{
    internal static IReadOnlyList<MessageMapping> All { get; } =
    [
        Of<JobCommands.Submit, Wire.Submit>("jsu", Submit,
            w => new(Job(w.Job), JobParts.Specification(w.Specification), w.HasSinglePicture ? w.SinglePicture : null)),
        Of<JobCommands.Cancel, Wire.CancelJob>("jca",
            m => new() { Job = m.Job.Value },
            w => new(Job(w.Job))),
        Of<JobEvents.ArchiveCounted, Wire.ArchiveCounted>("jac",
            m => new() { Job = m.Job.Value, Items = m.Items },
            w => new(Job(w.Job), w.Items)),
        Of<JobEvents.ItemSettled, Wire.ItemSettled>("jis",
            m => new() { Job = m.Job.Value, RelativePath = m.RelativePath, Outcome = JobParts.Outcome(m.Outcome), Counts = JobParts.Counts(m.Counts) },
            w => new(Job(w.Job), w.RelativePath, JobParts.Outcome(w.Outcome), JobParts.Counts(w.Counts))),
        Of<JobEvents.EntryPassedOver, Wire.EntryPassedOver>("jpo",
            m => new() { Job = m.Job.Value, Path = m.Path, Reason = Line(m.Reason) },
            w => new(Job(w.Job), w.Path, w.Reason)),
        Of<JobEvents.Ended, Wire.JobEnded>("jen",
            m => new() { Job = m.Job.Value, Outcome = WireEnum.Of(m.Outcome), Counts = JobParts.Counts(m.Counts), Failure = m.Failure is { } failure ? WireEnum.Of(failure) : 0, Detail = Line(m.Detail) },
            w => new(Job(w.Job), WireEnum.To<JobOutcome>(w.Outcome), JobParts.Counts(w.Counts), w.Failure == 0 ? null : WireEnum.To<JobFailure>(w.Failure), w.Detail)),
    ];

    private static Wire.Submit Submit(JobCommands.Submit message)
    {
        var wire = new Wire.Submit { Job = message.Job.Value, Specification = JobParts.Specification(message.Specification) };
        if (message.SinglePicture is { } picture) wire.SinglePicture = picture;
        return wire;
    }
}
