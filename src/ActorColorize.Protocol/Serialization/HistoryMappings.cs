using static ActorColorize.Protocol.Serialization.MessageMapping;
using static ActorColorize.Protocol.Serialization.WireText;
using static ActorColorize.Protocol.Serialization.WireTime;

namespace ActorColorize.Protocol.Serialization;

/// <summary><see cref="JobEvents"/>, in messages and in the journal.</summary>
internal static class HistoryMappings
{
    internal static IReadOnlyList<MessageMapping> All { get; } =
    [
        Of<JobEvents.Submitted, Wire.JobSubmitted>(
            "hsu",
            m =>
                new()
                {
                    Job = m.Job.Value,
                    Client = m.Client.Value,
                    Key = m.Key,
                    Priority = WireEnum.Of(m.Priority),
                    Specification = JobParts.Specification(m.Specification),
                    At = Of(m.At),
                },
            w =>
                new(
                    Job(w.Job),
                    Client(w.Client),
                    w.Key,
                    WireEnum.To<JobPriority>(w.Priority),
                    JobParts.Specification(w.Specification),
                    Time(w.At)
                )
        ),
        Of<JobEvents.ArchiveScanned, Wire.ArchiveScanned>(
            "hsc",
            m =>
                new()
                {
                    Job = m.Job.Value,
                    Items = m.Items,
                    PassedOver = m.PassedOver,
                },
            w => new(Job(w.Job), w.Items, w.PassedOver)
        ),
        Of<JobEvents.Started, Wire.JobStarted>("hst", m => new() { Job = m.Job.Value, At = Of(m.At) }, w => new(Job(w.Job), Time(w.At))),
        Of<JobEvents.Paused, Wire.JobPaused>(
            "hpa",
            m => new() { Job = m.Job.Value, Pause = JobParts.Pause(m.Pause) },
            w => new(Job(w.Job), JobParts.Pause(w.Pause))
        ),
        Of<JobEvents.Resumed, Wire.JobResumed>(
            "hre",
            m =>
                new()
                {
                    Job = m.Job.Value,
                    Owner = JobParts.Owner(m.Owner),
                    Reason = Line(m.Reason),
                },
            w => new(Job(w.Job), JobParts.Owner(w.Owner), w.Reason)
        ),
        Of<JobEvents.PriorityChanged, Wire.PriorityChanged>(
            "hpc",
            m => new() { Job = m.Job.Value, Priority = WireEnum.Of(m.Priority) },
            w => new(Job(w.Job), WireEnum.To<JobPriority>(w.Priority))
        ),
        Of<JobEvents.CancelRequested, Wire.CancelRequested>(
            "hca",
            m => new() { Job = m.Job.Value, Client = m.Client.Value },
            w => new(Job(w.Job), Client(w.Client))
        ),
        Of<JobEvents.FailedRetried, Wire.FailedRetried>(
            "hrt",
            m =>
                new()
                {
                    Job = m.Job.Value,
                    TakenUp = m.TakenUp,
                    Left = m.Left,
                },
            w => new(Job(w.Job), w.TakenUp, w.Left)
        ),
        Of<JobEvents.FinalizingBegun, Wire.FinalizingBegun>(
            "hfi",
            m =>
                new()
                {
                    Job = m.Job.Value,
                    Outcome = WireEnum.Of(m.Outcome),
                    Failure = WireEnum.OfOptional(m.Failure),
                    Detail = Line(m.Detail),
                },
            w => new(Job(w.Job), WireEnum.To<JobOutcome>(w.Outcome), WireEnum.ToOptional<JobFailure>(w.Failure), w.Detail)
        ),
        Of<JobEvents.JobEnded, Wire.JobEnded>(
            "hen",
            m =>
                new()
                {
                    Job = m.Job.Value,
                    Outcome = WireEnum.Of(m.Outcome),
                    Counts = JobParts.Counts(m.Counts),
                    Failure = WireEnum.OfOptional(m.Failure),
                    Detail = Line(m.Detail),
                    At = Of(m.At),
                },
            w =>
                new(
                    Job(w.Job),
                    WireEnum.To<JobOutcome>(w.Outcome),
                    JobParts.Counts(w.Counts),
                    WireEnum.ToOptional<JobFailure>(w.Failure),
                    w.Detail,
                    Time(w.At)
                )
        ),
        Of<JobEvents.ItemSettled, Wire.ItemSettled>(
            "his",
            m =>
                new()
                {
                    Job = m.Job.Value,
                    Item = m.Item,
                    RelativePath = m.RelativePath,
                    Outcome = JobParts.Outcome(m.Outcome),
                },
            w => new(Job(w.Job), w.Item, w.RelativePath, JobParts.Outcome(w.Outcome))
        ),
        Of<JobEvents.EntryPassedOver, Wire.EntryPassedOver>(
            "hpo",
            m =>
                new()
                {
                    Job = m.Job.Value,
                    Path = m.Path,
                    Reason = Line(m.Reason),
                },
            w => new(Job(w.Job), w.Path, w.Reason)
        ),
    ];
}
