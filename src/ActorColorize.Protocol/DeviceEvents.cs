namespace ActorColorize.Protocol;

/// <summary>What a device answers to its supervisor.</summary>
public static class DeviceEvents
{
    /// <summary>What a device says to its supervisor. <see cref="KernelAvoided"/> is none: it is for the metrics.</summary>
    public interface IDeviceEvent;

    /// <summary>An answer about a run from one incarnation of the device.</summary>
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
    /// <param name="Step">Its number.</param>
    /// <param name="Skipped">Why nothing was learned from its batch: loss or gradient was not finite, twice. Null where something was, and
    /// where the batch is in quarantine.</param>
    public sealed record StepDone(RunId Run, Attempt Attempt, StepNumber Step, string? Skipped = null) : IFromAttempt;

    /// <summary>Steps are fitted into the device's memory in another way from now on.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The incarnation.</param>
    /// <param name="Level">0: as configured; 1: activations are recomputed; each one more halves the pictures on the device.</param>
    public sealed record MemoryChanged(RunId Run, Attempt Attempt, int Level) : IFromAttempt;

    /// <summary>Training waits at this step.</summary>
    public sealed record WaitingAt(RunId Run, Attempt Attempt, StepNumber Step) : IFromAttempt;

    /// <summary>Validation is done.</summary>
    public sealed record ValidationDone(RunId Run, Attempt Attempt, StepNumber Step, double Loss, double Baseline) : IFromAttempt;

    /// <summary>The state has been copied out; training may go on.</summary>
    public sealed record SnapshotTaken(RunId Run, Attempt Attempt, StepNumber Step) : IFromAttempt;

    /// <summary>The snapshot's checkpoint is on disk, or could not be written.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The incarnation.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Failure">Null when it is on disk.</param>
    public sealed record CheckpointWritten(RunId Run, Attempt Attempt, StepNumber Step, string? Failure) : IFromAttempt;

    /// <summary>The work asked for cannot be done here, and trying again would not help.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The incarnation.</param>
    /// <param name="Reason">One line for the user.</param>
    /// <param name="Unwritable">The file that the disk did not take, where it is the disk that is in the way: with room there, the same run
    /// goes on. Null where it is something else.</param>
    public sealed record Refused(RunId Run, Attempt Attempt, string Reason, string? Unwritable = null) : IFromAttempt;

    /// <summary>The numerical self-test found a kernel of this host that computes wrong numbers; another route is used.</summary>
    /// <param name="Description">One line: which convolution, how wrong, which route instead.</param>
    public sealed record KernelAvoided(string Description);

    /// <summary>
    /// A device of a cluster is there to train, and says so again and again, since whoever supervises runs may be on another node the next
    /// moment.
    /// </summary>
    /// <param name="Device">What it is.</param>
    /// <param name="ResidentBytes">Memory of its process.</param>
    public sealed record Offered(TrainingDevice Device, long ResidentBytes) : IDeviceEvent;

    /// <summary>
    /// A device of a cluster is about to go in good order: what is on it is to be saved, and nothing more given to it. Said again until its
    /// run is closed.
    /// </summary>
    public sealed record Leaving : IDeviceEvent;

    /// <summary>The device lost the run: everything since the newest checkpoint is gone.</summary>
    /// <param name="Fault">What went wrong.</param>
    public sealed record DeviceFaulted(DeviceFault Fault) : IDeviceEvent;
}
