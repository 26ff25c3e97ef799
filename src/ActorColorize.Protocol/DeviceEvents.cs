namespace ActorColorize.Protocol;

/// <summary>Events from a device to its supervisor.</summary>
public static class DeviceEvents
{
    /// <summary>An event from a device to its supervisor. <see cref="KernelAvoided"/> is not one: it is for the metrics.</summary>
    public interface IDeviceEvent;

    /// <summary>An event about a run, with the attempt that it belongs to.</summary>
    public interface IFromAttempt : IWithRunId, IDeviceEvent
    {
        /// <summary>The incarnation.</summary>
        Attempt Attempt { get; }
    }

    /// <summary>The prior and the list of usable pictures are in the run folder.</summary>
    public sealed record ColorsCounted(RunId Run, Attempt Attempt) : IFromAttempt;

    /// <summary>The network is ready at this step.</summary>
    public sealed record RunOpened(RunId Run, Attempt Attempt, StepNumber Step) : IFromAttempt;

    /// <summary>One more step is done.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The incarnation.</param>
    /// <param name="Step">Number of the step.</param>
    /// <param name="Skipped">Why its update was skipped: loss or gradient was not finite, twice. Null if it was not skipped, or if the
    /// batch is quarantined.</param>
    public sealed record StepDone(RunId Run, Attempt Attempt, StepNumber Step, string? Skipped = null) : IFromAttempt;

    /// <summary>The memory level of the run was changed.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The incarnation.</param>
    /// <param name="Level">0: as configured; 1: activations are recomputed; each further level halves the pictures on the device.</param>
    public sealed record MemoryChanged(RunId Run, Attempt Attempt, int Level) : IFromAttempt;

    /// <summary>Training is waiting at this step.</summary>
    public sealed record WaitingAt(RunId Run, Attempt Attempt, StepNumber Step) : IFromAttempt;

    /// <summary>Validation is done.</summary>
    public sealed record ValidationDone(RunId Run, Attempt Attempt, StepNumber Step, double Loss, double Baseline) : IFromAttempt;

    /// <summary>The snapshot has been taken; training may continue.</summary>
    public sealed record SnapshotTaken(RunId Run, Attempt Attempt, StepNumber Step) : IFromAttempt;

    /// <summary>The snapshot's checkpoint was written, or could not be written.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The incarnation.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Failure">Null if it was written.</param>
    public sealed record CheckpointWritten(RunId Run, Attempt Attempt, StepNumber Step, string? Failure) : IFromAttempt;

    /// <summary>The requested work cannot be done on this device; a retry would not help.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The incarnation.</param>
    /// <param name="Reason">One line for the user.</param>
    /// <param name="Unwritable">The file that could not be written, if the disk is the cause: the same run can continue once there is
    /// space. Null for other causes.</param>
    public sealed record Refused(RunId Run, Attempt Attempt, string Reason, string? Unwritable = null) : IFromAttempt;

    /// <summary>The numerical self-test found a kernel of this host that computes wrong numbers; another route is used.</summary>
    /// <param name="Description">One line: the convolution, its error, and the route used instead.</param>
    public sealed record KernelAvoided(string Description);

    /// <summary>
    /// A device of a cluster is available for training. Repeated periodically, since the training supervisor may move to another node.
    /// </summary>
    /// <param name="Device">Description of the device.</param>
    /// <param name="ResidentBytes">Memory of its process.</param>
    public sealed record Offered(TrainingDevice Device, long ResidentBytes) : IDeviceEvent;

    /// <summary>
    /// A device of a cluster is shutting down gracefully: its run must be saved, and no more work assigned to it. Repeated until its run is
    /// closed.
    /// </summary>
    public sealed record Leaving : IDeviceEvent;

    /// <summary>The device lost the run: all progress since the newest checkpoint is lost.</summary>
    /// <param name="Fault">What went wrong.</param>
    public sealed record DeviceFaulted(DeviceFault Fault) : IDeviceEvent;
}
