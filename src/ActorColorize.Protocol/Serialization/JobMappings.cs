using static ActorColorize.Protocol.Serialization.MessageMapping;
using static ActorColorize.Protocol.Serialization.WireText;
using static ActorColorize.Protocol.Serialization.WireTime;

namespace ActorColorize.Protocol.Serialization;

/// <summary><see cref="JobCommands"/> and <see cref="JobAnswers"/>.</summary>
internal static class JobMappings
{
    internal static IReadOnlyList<MessageMapping> All { get; } =
    [
        Of<JobCommands.Submit, Wire.SubmitJob>(
            "jsu",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Client = m.Client.Value,
                    Key = m.Key,
                    Priority = WireEnum.Of(m.Priority),
                    Specification = JobParts.Specification(m.Specification),
                },
            w =>
                new(
                    Command(w.Command),
                    Client(w.Client),
                    w.Key,
                    WireEnum.To<JobPriority>(w.Priority),
                    JobParts.Specification(w.Specification)
                )
        ),
        Of<JobCommands.Pause, Wire.PauseJob>("jpa", Pause, w =>
            new(Command(w.Command), Client(w.Client), Job(w.Job), w.Reason, w.HasFor ? Duration(w.For) : null)
        ),
        Of<JobCommands.Resume, Wire.ResumeJob>(
            "jre",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Client = m.Client.Value,
                    Job = m.Job.Value,
                },
            w => new(Command(w.Command), Client(w.Client), Job(w.Job))
        ),
        Of<JobCommands.Cancel, Wire.CancelJob>(
            "jca",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Client = m.Client.Value,
                    Job = m.Job.Value,
                },
            w => new(Command(w.Command), Client(w.Client), Job(w.Job))
        ),
        Of<JobCommands.SetPriority, Wire.SetJobPriority>(
            "jsp",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Client = m.Client.Value,
                    Job = m.Job.Value,
                    Priority = WireEnum.Of(m.Priority),
                },
            w => new(Command(w.Command), Client(w.Client), Job(w.Job), WireEnum.To<JobPriority>(w.Priority))
        ),
        Of<JobCommands.RetryFailed, Wire.RetryFailed>(
            "jrf",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Client = m.Client.Value,
                    Job = m.Job.Value,
                    Quarantined = m.Quarantined,
                },
            w => new(Command(w.Command), Client(w.Client), Job(w.Job), w.Quarantined)
        ),
        Of<JobCommands.Review, Wire.ReviewItems>(
            "jrv",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Client = m.Client.Value,
                    Job = m.Job.Value,
                    Items = { m.Items },
                    Decision = WireEnum.Of(m.Decision),
                },
            w => new(Command(w.Command), Client(w.Client), Job(w.Job), [.. w.Items], WireEnum.To<ReviewDecision>(w.Decision))
        ),
        Of<JobAnswers.Reviewed, Wire.ReviewedAnswer>(
            "arv",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Job = m.Job.Value,
                    Recorded = m.Recorded,
                    Ignored = m.Ignored,
                },
            w => new(Command(w.Command), Job(w.Job), w.Recorded, w.Ignored)
        ),
        Of<JobCommands.Delete, Wire.DeleteJob>(
            "jde",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Client = m.Client.Value,
                    Job = m.Job.Value,
                },
            w => new(Command(w.Command), Client(w.Client), Job(w.Job))
        ),
        Of<JobAnswers.Deleted, Wire.DeletedAnswer>(
            "ade",
            m => new() { Command = m.Command.Value, Job = m.Job.Value },
            w => new(Command(w.Command), Job(w.Job))
        ),
        Of<JobAnswers.Submitted, Wire.SubmittedAnswer>(
            "asu",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Job = m.Job.Value,
                    IsNew = m.IsNew,
                },
            w => new(Command(w.Command), Job(w.Job), w.IsNew)
        ),
        Of<JobAnswers.Acknowledged, Wire.AcknowledgedAnswer>(
            "aac",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Job = m.Job.Value,
                    Phase = WireEnum.Of(m.Phase),
                },
            w => new(Command(w.Command), Job(w.Job), WireEnum.To<JobPhase>(w.Phase))
        ),
        Of<JobAnswers.Retried, Wire.RetriedAnswer>(
            "art",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Job = m.Job.Value,
                    TakenUp = m.TakenUp,
                    Left = m.Left,
                },
            w => new(Command(w.Command), Job(w.Job), w.TakenUp, w.Left)
        ),
        Of<JobAnswers.Refused, Wire.RefusedAnswer>(
            "are",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Kind = WireEnum.Of(m.Kind),
                    Reason = Line(m.Reason),
                    Cause = WireEnum.Of(m.Cause),
                },
            w =>
                new(
                    Command(w.Command),
                    WireEnum.To<JobRefusal>(w.Kind),
                    w.Reason,
                    WireEnum.ToOptional<RefusalCause>(w.Cause) ?? RefusalCause.Request
                )
        ),
    ];

    private static Wire.PauseJob Pause(JobCommands.Pause message)
    {
        var wire = new Wire.PauseJob
        {
            Command = message.Command.Value,
            Client = message.Client.Value,
            Job = message.Job.Value,
            Reason = Line(message.Reason),
        };
        if (message.For is { } duration)
            wire.For = Of(duration);
        return wire;
    }
}
