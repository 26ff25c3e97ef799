using static ActorColorize.Protocol.Serialization.MessageMapping;
using static ActorColorize.Protocol.Serialization.WireText;
using static ActorColorize.Protocol.Serialization.WireTime;

namespace ActorColorize.Protocol.Serialization;

/// <summary><see cref="TrainingCommands"/>, <see cref="TrainingAnswers"/> and, in the journal, <see cref="TrainingEvents"/>.</summary>
internal static class TrainingMappings
{
    internal static IReadOnlyList<MessageMapping> All { get; } =
    [
        Of<TrainingCommands.Submit, Wire.SubmitTraining>(
            "tsu",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Client = m.Client.Value,
                    Key = m.Key,
                    Request = TrainingParts.Request(m.Request),
                },
            w => new(Command(w.Command), Client(w.Client), w.Key, TrainingParts.Request(w.Request))
        ),
        Of<TrainingCommands.Pause, Wire.PauseTraining>(
            "tpa",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Client = m.Client.Value,
                    Run = m.Run.Value,
                },
            w => new(Command(w.Command), Client(w.Client), Run(w.Run))
        ),
        Of<TrainingCommands.Resume, Wire.ResumeTraining>(
            "tre",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Client = m.Client.Value,
                    Run = m.Run.Value,
                },
            w => new(Command(w.Command), Client(w.Client), Run(w.Run))
        ),
        Of<TrainingCommands.Stop, Wire.StopTraining>(
            "tst",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Client = m.Client.Value,
                    Run = m.Run.Value,
                },
            w => new(Command(w.Command), Client(w.Client), Run(w.Run))
        ),
        Of<TrainingCommands.Promote, Wire.PromoteCheckpoint>("tpr", Promote, w =>
            new(Command(w.Command), Client(w.Client), Run(w.Run), w.HasCheckpoint ? new StepNumber(w.Checkpoint) : null, w.Model)
        ),
        Of<TrainingCommands.DeleteModel, Wire.DeleteModel>(
            "tdm",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Client = m.Client.Value,
                    Model = m.Model,
                },
            w => new(Command(w.Command), Client(w.Client), w.Model)
        ),
        Of<TrainingAnswers.ModelDeleted, Wire.ModelDeleted>(
            "tad",
            m => new() { Command = m.Command.Value, Model = m.Model },
            w => new(Command(w.Command), w.Model)
        ),
        Of<TrainingAnswers.Submitted, Wire.TrainingSubmitted>(
            "tas",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Run = m.Run.Value,
                    IsNew = m.IsNew,
                },
            w => new(Command(w.Command), Run(w.Run), w.IsNew)
        ),
        Of<TrainingAnswers.Acknowledged, Wire.TrainingAcknowledged>(
            "taa",
            m =>
                new()
                {
                    Command = m.Command.Value,
                    Run = m.Run.Value,
                    Phase = WireEnum.Of(m.Phase),
                },
            w => new(Command(w.Command), Run(w.Run), WireEnum.To<TrainingPhase>(w.Phase))
        ),
        Of<TrainingAnswers.Promoted, Wire.CheckpointPromoted>(
            "tap",
            m => new() { Command = m.Command.Value, Model = TrainingParts.Model(m.Model) },
            w => new(Command(w.Command), TrainingParts.Model(w.Model))
        ),
        Of<TrainingAnswers.Refused, Wire.TrainingRefused>(
            "tar",
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
                    WireEnum.To<TrainingRefusal>(w.Kind),
                    w.Reason,
                    WireEnum.ToOptional<RefusalCause>(w.Cause) ?? RefusalCause.Request
                )
        ),
        Of<TrainingEvents.Submitted, Wire.TrainingSubmission>(
            "tes",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Client = m.Client.Value,
                    Key = m.Key,
                    Request = TrainingParts.Request(m.Request),
                    At = Of(m.At),
                },
            w => new(Run(w.Run), Client(w.Client), w.Key, TrainingParts.Request(w.Request), Time(w.At))
        ),
        Of<TrainingEvents.Prepared, Wire.TrainingPrepared>(
            "tep",
            m => new() { Run = m.Run.Value, TotalSteps = m.TotalSteps },
            w => new(Run(w.Run), w.TotalSteps)
        ),
        Of<TrainingEvents.DesiredStateChanged, Wire.DesiredStateChanged>(
            "tew",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Client = m.Client.Value,
                    DesiredState = WireEnum.Of(m.DesiredState),
                    At = Of(m.At),
                },
            w => new(Run(w.Run), Client(w.Client), WireEnum.To<DesiredRunState>(w.DesiredState), Time(w.At))
        ),
        Of<TrainingEvents.TrainingEnded, Wire.TrainingEnded>(
            "tee",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Outcome = WireEnum.Of(m.Outcome),
                    Step = m.Step.Value,
                    Detail = Line(m.Detail),
                    At = Of(m.At),
                    Cause = WireEnum.OfOptional(m.Cause),
                },
            w =>
                new(
                    Run(w.Run),
                    WireEnum.To<RunOutcome>(w.Outcome),
                    new(w.Step),
                    w.Detail,
                    Time(w.At),
                    WireEnum.ToOptional<RefusalCause>(w.Cause)
                )
        ),
        Of<TrainingEvents.Promoted, Wire.TrainingPromoted>(
            "tem",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Client = m.Client.Value,
                    Model = TrainingParts.Model(m.Model),
                },
            w => new(Run(w.Run), Client(w.Client), TrainingParts.Model(w.Model))
        ),
        Of<TrainingEvents.TrainingCompacted, Wire.TrainingCompacted>(
            "tec",
            m => new() { Facts = { m.Facts.Select(JournalParts.Of) } },
            w => new([.. w.Facts.Select(JournalParts.To<TrainingEvents.IFact>)])
        ),
    ];

    private static Wire.PromoteCheckpoint Promote(TrainingCommands.Promote message)
    {
        var wire = new Wire.PromoteCheckpoint
        {
            Command = message.Command.Value,
            Client = message.Client.Value,
            Run = message.Run.Value,
            Model = message.Model,
        };
        if (message.Checkpoint is { } step)
            wire.Checkpoint = step.Value;
        return wire;
    }
}
