using static ActorColorize.Protocol.Serialization.MessageMapping;
using static ActorColorize.Protocol.Serialization.WireText;

namespace ActorColorize.Protocol.Serialization;

/// <summary><see cref="RunHistoryEvents"/>.</summary>
internal static class RunHistoryMappings
{
    internal static IReadOnlyList<MessageMapping> All { get; } =
    [
        Of<RunHistoryEvents.Started, Wire.RunStarted>(
            "sst",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    RunFolder = m.RunFolder,
                    AtMilliseconds = m.AtMilliseconds,
                },
            w => new(Run(w.Run), w.RunFolder, w.AtMilliseconds)
        ),
        Of<RunHistoryEvents.Resumed, Wire.RunResumed>(
            "sre",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Attempt = m.Attempt.Number,
                    AtMilliseconds = m.AtMilliseconds,
                },
            w => new(Run(w.Run), new(w.Attempt), w.AtMilliseconds)
        ),
        Of<RunHistoryEvents.StopAsked, Wire.RunStopAsked>("ssa", m => new() { Run = m.Run.Value }, w => new(Run(w.Run))),
        Of<RunHistoryEvents.Faulted, Wire.RunFaulted>(
            "sfa",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Attempt = m.Attempt.Number,
                    Step = m.Step.Value,
                    Furthest = m.Furthest.Value,
                    Fault = DeviceMappings.Fault(m.Fault),
                    AtMilliseconds = m.AtMilliseconds,
                },
            w =>
                new(
                    Run(w.Run),
                    new(w.Attempt),
                    new(w.Step),
                    new(w.Furthest),
                    DeviceMappings.Fault(Present(w.Fault, "fault")),
                    w.AtMilliseconds
                )
        ),
        Of<RunHistoryEvents.RolledBack, Wire.RunRolledBack>(
            "srb",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    FirstStep = m.FirstStep.Value,
                    LastStep = m.LastStep.Value,
                    BackTo = m.BackTo.Value,
                    LearningRateFactor = m.LearningRateFactor,
                },
            w => new(Run(w.Run), new(w.FirstStep), new(w.LastStep), new(w.BackTo), w.LearningRateFactor)
        ),
        Of<RunHistoryEvents.Quarantined, Wire.BatchQuarantined>(
            "squ",
            m => new() { Run = m.Run.Value, Step = m.Step.Value },
            w => new(Run(w.Run), new(w.Step))
        ),
        Of<RunHistoryEvents.MemoryChanged, Wire.RunMemoryChanged>(
            "smc",
            m => new() { Run = m.Run.Value, Level = m.Level },
            w => new(Run(w.Run), w.Level)
        ),
        Of<RunHistoryEvents.RunHistoryEnded, Wire.RunHistoryEnded>(
            "sen",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Outcome = WireEnum.Of(m.Outcome),
                    Step = m.Step.Value,
                    Detail = Line(m.Detail),
                    AtMilliseconds = m.AtMilliseconds,
                },
            w => new(Run(w.Run), WireEnum.To<RunOutcome>(w.Outcome), new(w.Step), w.Detail, w.AtMilliseconds)
        ),
        Of<RunHistoryEvents.RunHistoryCompacted, Wire.RunHistoryCompacted>(
            "sco",
            m => new() { Facts = { m.Facts.Select(JournalParts.Of) } },
            w => new([.. w.Facts.Select(JournalParts.To<RunHistoryEvents.IFact>)])
        ),
    ];
}
