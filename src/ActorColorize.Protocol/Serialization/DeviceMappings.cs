using static ActorColorize.Protocol.Serialization.MessageMapping;
using static ActorColorize.Protocol.Serialization.WireText;

namespace ActorColorize.Protocol.Serialization;

/// <summary><see cref="DeviceCommands"/> and <see cref="DeviceEvents"/>.</summary>
internal static class DeviceMappings
{
    internal static IReadOnlyList<MessageMapping> All { get; } =
    [
        Of<DeviceCommands.CountColors, Wire.CountColors>(
            "dtc",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Attempt = m.Attempt.Number,
                    RunFolder = m.RunFolder,
                },
            w => new(Run(w.Run), new(w.Attempt), w.RunFolder)
        ),
        Of<DeviceCommands.OpenRun, Wire.OpenRun>(
            "dor",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Attempt = m.Attempt.Number,
                    RunFolder = m.RunFolder,
                },
            w => new(Run(w.Run), new(w.Attempt), w.RunFolder)
        ),
        Of<DeviceCommands.TrainUntil, Wire.TrainUntil>(
            "dtu",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Attempt = m.Attempt.Number,
                    Step = m.Step.Value,
                },
            w => new(Run(w.Run), new(w.Attempt), new(w.Step))
        ),
        Of<DeviceCommands.Validate, Wire.Validate>(
            "dva",
            m => new() { Run = m.Run.Value, Attempt = m.Attempt.Number },
            w => new(Run(w.Run), new(w.Attempt))
        ),
        Of<DeviceCommands.SaveCheckpoint, Wire.SaveCheckpoint>("dsc", SaveCheckpoint, w =>
            new(Run(w.Run), new(w.Attempt), w.HasValidationLoss ? w.ValidationLoss : null, w.HasBaselineLoss ? w.BaselineLoss : null)
        ),
        Of<DeviceCommands.CloseRun, Wire.CloseRun>("dcr", m => new() { Run = m.Run.Value }, w => new(Run(w.Run))),
        Of<DeviceEvents.ColorsCounted, Wire.ColorsCounted>(
            "ect",
            m => new() { Run = m.Run.Value, Attempt = m.Attempt.Number },
            w => new(Run(w.Run), new(w.Attempt))
        ),
        Of<DeviceEvents.RunOpened, Wire.RunOpened>(
            "ero",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Attempt = m.Attempt.Number,
                    Step = m.Step.Value,
                },
            w => new(Run(w.Run), new(w.Attempt), new(w.Step))
        ),
        Of<DeviceEvents.StepDone, Wire.StepDone>("esd", StepDone, w =>
            new(Run(w.Run), new(w.Attempt), new(w.Step), w.HasSkipped ? w.Skipped : null)
        ),
        Of<DeviceEvents.MemoryChanged, Wire.MemoryChanged>(
            "emc",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Attempt = m.Attempt.Number,
                    Level = m.Level,
                },
            w => new(Run(w.Run), new(w.Attempt), w.Level)
        ),
        Of<DeviceEvents.WaitingAt, Wire.WaitingAt>(
            "ewa",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Attempt = m.Attempt.Number,
                    Step = m.Step.Value,
                },
            w => new(Run(w.Run), new(w.Attempt), new(w.Step))
        ),
        Of<DeviceEvents.ValidationDone, Wire.ValidationDone>(
            "evd",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Attempt = m.Attempt.Number,
                    Step = m.Step.Value,
                    Loss = m.Loss,
                    Baseline = m.Baseline,
                },
            w => new(Run(w.Run), new(w.Attempt), new(w.Step), w.Loss, w.Baseline)
        ),
        Of<DeviceEvents.SnapshotTaken, Wire.SnapshotTaken>(
            "est",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    Attempt = m.Attempt.Number,
                    Step = m.Step.Value,
                },
            w => new(Run(w.Run), new(w.Attempt), new(w.Step))
        ),
        Of<DeviceEvents.CheckpointWritten, Wire.CheckpointWritten>("ecw", CheckpointWritten, w =>
            new(Run(w.Run), new(w.Attempt), new(w.Step), w.HasFailure ? w.Failure : null)
        ),
        Of<DeviceEvents.Refused, Wire.Refused>("ere", Refused, w =>
            new(Run(w.Run), new(w.Attempt), w.Reason, w.HasUnwritable ? w.Unwritable : null)
        ),
        Of<DeviceEvents.KernelAvoided, Wire.KernelAvoided>(
            "eka",
            m => new() { Description = Line(m.Description) },
            w => new(w.Description)
        ),
        Of<DeviceEvents.DeviceFaulted, Wire.DeviceFaulted>(
            "edf",
            m => new() { Fault = Fault(m.Fault) },
            w => new(Fault(Present(w.Fault, "fault")))
        ),
        Of<DeviceEvents.Offered, Wire.Offered>(
            "eof",
            m =>
                new()
                {
                    Device = new()
                    {
                        Name = Line(m.Device.Name),
                        Precision = m.Device.Precision,
                        Threads = m.Device.Threads,
                    },
                    ResidentBytes = m.ResidentBytes,
                },
            w => new(Device(Present(w.Device, "device")), w.ResidentBytes)
        ),
        Of<DeviceEvents.Leaving, Wire.Leaving>("elv", _ => new(), _ => new()),
    ];

    private static TrainingDevice Device(Wire.TrainingDevice wire) => new(wire.Name, wire.Precision, wire.Threads);

    private static Wire.SaveCheckpoint SaveCheckpoint(DeviceCommands.SaveCheckpoint message)
    {
        var wire = new Wire.SaveCheckpoint { Run = message.Run.Value, Attempt = message.Attempt.Number };
        if (message.ValidationLoss is { } validation)
            wire.ValidationLoss = validation;
        if (message.BaselineLoss is { } baseline)
            wire.BaselineLoss = baseline;
        return wire;
    }

    private static Wire.CheckpointWritten CheckpointWritten(DeviceEvents.CheckpointWritten message)
    {
        var wire = new Wire.CheckpointWritten
        {
            Run = message.Run.Value,
            Attempt = message.Attempt.Number,
            Step = message.Step.Value,
        };
        if (message.Failure is { } failure)
            wire.Failure = Line(failure);
        return wire;
    }

    private static Wire.Refused Refused(DeviceEvents.Refused message)
    {
        var wire = new Wire.Refused
        {
            Run = message.Run.Value,
            Attempt = message.Attempt.Number,
            Reason = Line(message.Reason),
        };
        if (message.Unwritable is { } file)
            wire.Unwritable = Line(file);
        return wire;
    }

    private static Wire.StepDone StepDone(DeviceEvents.StepDone message)
    {
        var wire = new Wire.StepDone
        {
            Run = message.Run.Value,
            Attempt = message.Attempt.Number,
            Step = message.Step.Value,
        };
        if (message.Skipped is { } reason)
            wire.Skipped = Line(reason);
        return wire;
    }

    /// <summary>A fault on the wire.</summary>
    internal static Wire.DeviceFault Fault(DeviceFault fault) => new() { Kind = WireEnum.Of(fault.Kind), Cause = Line(fault.Cause) };

    /// <summary>A fault from the wire.</summary>
    internal static DeviceFault Fault(Wire.DeviceFault wire) => new(WireEnum.To<DeviceFaultKind>(wire.Kind), wire.Cause);
}
