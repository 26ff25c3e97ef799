namespace ActorColorize.Protocol;

/// <summary>Commands from a supervisor to a device. Messages are small: pictures and tensors are referred to by path.</summary>
public static class DeviceCommands
{
    /// <summary>A command about a run, from the supervisor to the device that trains it.</summary>
    public interface IDeviceCommand : IWithRunId;

    /// <summary>Counts the colour bins of the training pictures, unless the run folder contains a count of the same data.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The device's incarnation.</param>
    /// <param name="RunFolder">Folder of the run's files.</param>
    public sealed record CountColors(RunId Run, Attempt Attempt, string RunFolder) : IDeviceCommand;

    /// <summary>Builds the network and restores the newest valid checkpoint, if there is one.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The device's incarnation.</param>
    /// <param name="RunFolder">Folder of the run's files.</param>
    public sealed record OpenRun(RunId Run, Attempt Attempt, string RunFolder) : IDeviceCommand;

    /// <summary>
    /// Trains until the given step, then reports and waits. If the step has already been reached, training stops at the next step boundary.
    /// </summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The device's incarnation.</param>
    /// <param name="Step">Completed steps at which to wait.</param>
    public sealed record TrainUntil(RunId Run, Attempt Attempt, StepNumber Step) : IDeviceCommand;

    /// <summary>Measures the loss on the validation pictures and draws the panel.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The device's incarnation.</param>
    public sealed record Validate(RunId Run, Attempt Attempt) : IDeviceCommand;

    /// <summary>Takes a snapshot of the state at this step boundary and writes it concurrently with further training.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The device's incarnation.</param>
    /// <param name="ValidationLoss">Validation loss at this step; null if it was not measured.</param>
    /// <param name="BaselineLoss">Loss of the trivial baseline at this step.</param>
    public sealed record SaveCheckpoint(RunId Run, Attempt Attempt, double? ValidationLoss, double? BaselineLoss) : IDeviceCommand;

    /// <summary>Releases the run's network and streams.</summary>
    /// <param name="Run">The run.</param>
    public sealed record CloseRun(RunId Run) : IDeviceCommand;
}
