namespace ActorColorize.Protocol;

/// <summary>
/// Journal events of the training supervisor: the facts of a run that survive a restart. Steps, validations and checkpoints are not among
/// them: they are stored in the run folder.
/// </summary>
public static class RunHistoryEvents
{
    /// <summary>A journalled fact of a run.</summary>
    public interface IFact : IWithRunId;

    /// <summary>The run was started, or restarted after it had ended.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="RunFolder">Where its files are.</param>
    /// <param name="AtMilliseconds">Unix time.</param>
    public sealed record Started(RunId Run, string RunFolder, long AtMilliseconds) : IFact;

    /// <summary>The supervisor was restarted and found the run unfinished: it continues under a new attempt.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The new one.</param>
    /// <param name="AtMilliseconds">Unix time.</param>
    public sealed record Resumed(RunId Run, Attempt Attempt, long AtMilliseconds) : IFact;

    /// <summary>A graceful stop was requested.</summary>
    /// <param name="Run">The run.</param>
    public sealed record StopAsked(RunId Run) : IFact;

    /// <summary>The device lost the run; a new attempt follows, or the end.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The one that failed.</param>
    /// <param name="Step">Step of the run at the fault.</param>
    /// <param name="Furthest">The highest step reached by any attempt.</param>
    /// <param name="Fault">What went wrong.</param>
    /// <param name="AtMilliseconds">Unix time.</param>
    public sealed record Faulted(RunId Run, Attempt Attempt, StepNumber Step, StepNumber Furthest, DeviceFault Fault, long AtMilliseconds)
        : IFact;

    /// <summary>
    /// Consecutive steps were not finite: the run is rolled back to a checkpoint and continues with a lower learning rate.
    /// </summary>
    /// <param name="Run">The run.</param>
    /// <param name="FirstStep">The first of those steps.</param>
    /// <param name="LastStep">The last of them.</param>
    /// <param name="BackTo">Step of the checkpoint, from which the factor applies.</param>
    /// <param name="LearningRateFactor">Factor on the learning rate, in addition to earlier factors.</param>
    public sealed record RolledBack(RunId Run, StepNumber FirstStep, StepNumber LastStep, StepNumber BackTo, double LearningRateFactor)
        : IFact;

    /// <summary>A batch was not finite before and after the rollback: it is skipped from now on.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">The step that it belongs to.</param>
    public sealed record Quarantined(RunId Run, StepNumber Step) : IFact;

    /// <summary>The memory level of the run was changed.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Level">0: as configured; 1: activations are recomputed; each further level halves the pictures on the device.</param>
    public sealed record MemoryChanged(RunId Run, int Level) : IFact;

    /// <summary>The run has ended.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Outcome">How it ended.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Detail">One line.</param>
    /// <param name="AtMilliseconds">Unix time.</param>
    public sealed record RunHistoryEnded(RunId Run, RunOutcome Outcome, StepNumber Step, string Detail, long AtMilliseconds) : IFact;

    /// <summary>The journal from its beginning in fewer facts: what was written before it counts no more, and is deleted.</summary>
    /// <param name="Facts">Of every run that is still known, in order for each run.</param>
    public sealed record RunHistoryCompacted(IReadOnlyList<IFact> Facts);
}
