namespace ActorColorize.Protocol;

/// <summary>What a supervisor asks of a device. Every message is small: pictures and tensors are named by path, never carried.</summary>
public static class DeviceCommands
{
    /// <summary>A command about a run, from the supervisor to the device that trains it.</summary>
    public interface IDeviceCommand : IWithRunId;

    /// <summary>Count the training pictures into colour bins, unless the run folder holds a count of the same data.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The device's incarnation.</param>
    /// <param name="RunFolder">The run's files.</param>
    public sealed record CountColors(RunId Run, Attempt Attempt, string RunFolder) : IDeviceCommand;

    /// <summary>Build the network and restore the newest good checkpoint, if there is one.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The device's incarnation.</param>
    /// <param name="RunFolder">The run's files.</param>
    public sealed record OpenRun(RunId Run, Attempt Attempt, string RunFolder) : IDeviceCommand;

    /// <summary>
    /// Train until so many steps are completed, then say so and wait. A step already reached means: stop at the next step boundary.
    /// </summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The device's incarnation.</param>
    /// <param name="Step">Steps completed at which to wait.</param>
    public sealed record TrainUntil(RunId Run, Attempt Attempt, StepNumber Step) : IDeviceCommand;

    /// <summary>Measure the loss on the validation pictures and paint the panel.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The device's incarnation.</param>
    public sealed record Validate(RunId Run, Attempt Attempt) : IDeviceCommand;

    /// <summary>Copy the state out at this step boundary and write it beside further training.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The device's incarnation.</param>
    /// <param name="ValidationLoss">Measured at this very step; null where it was not.</param>
    /// <param name="BaselineLoss">The trivial baseline beside it.</param>
    public sealed record SaveCheckpoint(RunId Run, Attempt Attempt, double? ValidationLoss, double? BaselineLoss) : IDeviceCommand;

    /// <summary>Let go of the run's network and streams.</summary>
    /// <param name="Run">The run.</param>
    public sealed record CloseRun(RunId Run) : IDeviceCommand;
}
