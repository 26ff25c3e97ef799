using static ActorColorize.Protocol.Serialization.MessageMapping;
using static ActorColorize.Protocol.Serialization.WireText;

namespace ActorColorize.Protocol.Serialization;

/// <summary><see cref="RunCommands"/> and <see cref="RunEvents"/>.</summary>
internal static class RunMappings
{
    internal static IReadOnlyList<MessageMapping> All { get; } =
    [
        Of<RunCommands.Start, Wire.StartRun>(
            "rst",
            m => new() { Run = m.Run.Value, RunFolder = m.RunFolder },
            w => new(Run(w.Run), w.RunFolder)
        ),
        Of<RunCommands.Stop, Wire.StopRun>("rsp", m => new() { Run = m.Run.Value }, w => new(Run(w.Run))),
        Of<RunEvents.ColorCountProgressed, Wire.ColorCountProgressed>(
            "rcp",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Counted = m.Counted,
                    Total = m.Total,
                },
            w => new(Run(w.Run), w.Counted, w.Total)
        ),
        Of<RunEvents.ColorCountCompleted, Wire.ColorCountCompleted>(
            "rcc",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Used = m.Used,
                    Unreadable = m.Unreadable,
                    Monochrome = m.Monochrome,
                    OccurringBins = m.OccurringBins,
                    Bins = m.Bins,
                    EntropyNats = m.EntropyNats,
                    FromCache = m.FromCache,
                },
            w => new(Run(w.Run), w.Used, w.Unreadable, w.Monochrome, w.OccurringBins, w.Bins, w.EntropyNats, w.FromCache)
        ),
        Of<RunEvents.PictureUnreadable, Wire.PictureUnreadable>(
            "rpu",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Path = m.Path,
                    Reason = Line(m.Reason),
                },
            w => new(Run(w.Run), w.Path, w.Reason)
        ),
        Of<RunEvents.Opened, Wire.Opened>("rop", Opened, w =>
            new(Run(w.Run), new(w.Step), w.Device, w.HasResumedFrom ? w.ResumedFrom : null)
        ),
        Of<RunEvents.StepMade, Wire.StepMade>(
            "rsm",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Step = m.Result.Step,
                    Epoch = m.Epoch,
                    LossSum = m.Result.LossSum,
                    LossPerPixel = m.Result.LossPerPixel,
                    LossWeightedMean = m.Result.WeightedMean,
                    GradientNorm = m.Result.GradientNorm,
                    LearningRate = m.Result.LearningRate,
                    Pictures = m.Result.Pictures,
                    Skipped = m.Result.Skipped,
                    StepSeconds = m.StepSeconds,
                    WaitSeconds = m.WaitSeconds,
                },
            w =>
                new(
                    Run(w.Run),
                    new(
                        new StepNumber(w.Step).Value,
                        w.LossSum,
                        w.LossPerPixel,
                        w.LossWeightedMean,
                        w.GradientNorm,
                        w.LearningRate,
                        w.Pictures,
                        w.Skipped
                    ),
                    w.Epoch,
                    w.StepSeconds,
                    w.WaitSeconds
                )
        ),
        Of<RunEvents.PanelWritten, Wire.PanelWritten>(
            "rpw",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Step = m.Step.Value,
                    Path = m.Path,
                },
            w => new(Run(w.Run), new(w.Step), w.Path)
        ),
        Of<RunEvents.CheckpointRejected, Wire.CheckpointRejected>(
            "rcr",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Folder = m.Folder,
                    Reason = Line(m.Reason),
                },
            w => new(Run(w.Run), w.Folder, w.Reason)
        ),
        Of<RunEvents.Validated, Wire.Validated>("rva", Validated, w =>
            new(
                Run(w.Run),
                new(w.Step),
                w.Loss,
                w.Baseline,
                w.MeanChroma,
                w.TruthMeanChroma,
                w.Pictures,
                w.Seconds,
                w.HasSceneAccuracy ? w.SceneAccuracy : null,
                w.HasOurColors ? w.OurColors : null,
                w.HasTrueColors ? w.TrueColors : null
            )
        ),
        Of<RunEvents.CheckpointSaved, Wire.CheckpointSaved>(
            "rcs",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Step = m.Step.Value,
                    Folder = m.Folder,
                    PauseSeconds = m.PauseSeconds,
                    WriteSeconds = m.WriteSeconds,
                },
            w => new(Run(w.Run), new(w.Step), w.Folder, w.PauseSeconds, w.WriteSeconds)
        ),
        Of<RunEvents.CheckpointFailed, Wire.CheckpointFailed>(
            "rcf",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Step = m.Step.Value,
                    Reason = Line(m.Reason),
                },
            w => new(Run(w.Run), new(w.Step), w.Reason)
        ),
        Of<RunEvents.Recovering, Wire.Recovering>(
            "rre",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Attempt = m.Attempt.Number,
                    Step = m.Step.Value,
                    Cause = Line(m.Cause),
                },
            w => new(Run(w.Run), new(w.Attempt), new(w.Step), w.Cause)
        ),
        Of<RunEvents.FaultSettled, Wire.FaultSettled>("rfs", FaultSettled, w =>
            new(
                Run(w.Run),
                new(w.Step),
                DeviceMappings.Fault(Present(w.Fault, "fault")),
                w.Action,
                w.LostSteps,
                w.HasSeconds ? w.Seconds : null
            )
        ),
        Of<RunEvents.RunEnded, Wire.RunEnded>(
            "ren",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Outcome = WireEnum.Of(m.Outcome),
                    Step = m.Step.Value,
                    Detail = Line(m.Detail),
                },
            w => new(Run(w.Run), WireEnum.To<RunOutcome>(w.Outcome), new(w.Step), w.Detail)
        ),
    ];

    private static Wire.Opened Opened(RunEvents.Opened message)
    {
        var wire = new Wire.Opened
        {
            Run = message.Run.Value,
            Step = message.Step.Value,
            Device = message.Device,
        };
        if (message.ResumedFrom is { } checkpoint)
            wire.ResumedFrom = checkpoint;
        return wire;
    }

    private static Wire.FaultSettled FaultSettled(RunEvents.FaultSettled message)
    {
        var wire = new Wire.FaultSettled
        {
            Run = message.Run.Value,
            Step = message.Step.Value,
            Fault = DeviceMappings.Fault(message.Fault),
            Action = Line(message.Action),
            LostSteps = message.LostSteps,
        };
        if (message.Seconds is { } seconds)
            wire.Seconds = seconds;
        return wire;
    }

    private static Wire.Validated Validated(RunEvents.Validated message)
    {
        var wire = new Wire.Validated
        {
            Run = message.Run.Value,
            Step = message.Step.Value,
            Loss = message.Loss,
            Baseline = message.Baseline,
            MeanChroma = message.MeanChroma,
            TruthMeanChroma = message.TruthMeanChroma,
            Pictures = message.Pictures,
            Seconds = message.Seconds,
        };
        if (message.SceneAccuracy is { } accuracy)
            wire.SceneAccuracy = accuracy;
        if (message.OurColors is { } ours)
            wire.OurColors = ours;
        if (message.TrueColors is { } truth)
            wire.TrueColors = truth;
        return wire;
    }
}
