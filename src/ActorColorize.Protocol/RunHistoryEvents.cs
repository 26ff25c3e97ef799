namespace ActorColorize.Protocol;

/// <summary>
/// What a training supervisor writes into its journal: the few facts of a run's life that outlive every process. Steps, validations and
/// checkpoints are not among them:
/// the run folder holds those.
/// </summary>
public static class RunHistoryEvents
{
    /// <summary>A fact of a run's life.</summary>
    public interface IFact : IWithRunId;

    /// <summary>Someone asked for the run: it begins, or begins again after it had ended.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="RunFolder">Where its files are.</param>
    /// <param name="AtMilliseconds">Unix time.</param>
    public sealed record Started(RunId Run, string RunFolder, long AtMilliseconds) : IFact;

    /// <summary>The supervisor came back and found the run unfinished: it goes on under a new attempt.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The new one.</param>
    /// <param name="AtMilliseconds">Unix time.</param>
    public sealed record Resumed(RunId Run, Attempt Attempt, long AtMilliseconds) : IFact;

    /// <summary>An orderly end was asked for.</summary>
    /// <param name="Run">The run.</param>
    public sealed record StopAsked(RunId Run) : IFact;

    /// <summary>The device lost the run; a new attempt follows, or the end.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Attempt">The one that failed.</param>
    /// <param name="Step">Where the run was.</param>
    /// <param name="Furthest">The furthest step that it had ever learned from.</param>
    /// <param name="Fault">What went wrong.</param>
    /// <param name="AtMilliseconds">Unix time.</param>
    public sealed record Faulted(RunId Run, Attempt Attempt, StepNumber Step, StepNumber Furthest, DeviceFault Fault, long AtMilliseconds)
        : IFact;

    /// <summary>Steps in a row were not finite: the run goes back to a checkpoint and on with a lower learning rate.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="FirstStep">The first of those steps.</param>
    /// <param name="LastStep">The last of them.</param>
    /// <param name="BackTo">Steps of the checkpoint; from there on the factor counts.</param>
    /// <param name="LearningRateFactor">What the learning rate is multiplied by, beside earlier factors.</param>
    public sealed record RolledBack(RunId Run, StepNumber FirstStep, StepNumber LastStep, StepNumber BackTo, double LearningRateFactor)
        : IFact;

    /// <summary>A batch was not finite before and after going back: nothing is learned from it any more.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">The step that it belongs to.</param>
    public sealed record Quarantined(RunId Run, StepNumber Step) : IFact;

    /// <summary>Steps are fitted into the device's memory in another way from now on.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Level">0: as configured; 1: activations are recomputed; each one more halves the pictures on the device.</param>
    public sealed record MemoryChanged(RunId Run, int Level) : IFact;

    /// <summary>The run is over.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Outcome">How.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Detail">One line.</param>
    /// <param name="AtMilliseconds">Unix time.</param>
    public sealed record RunHistoryEnded(RunId Run, RunOutcome Outcome, StepNumber Step, string Detail, long AtMilliseconds) : IFact;

    /// <summary>The journal from its beginning in fewer facts: what was written before it counts no more, and is deleted.</summary>
    /// <param name="Facts">Of every run that is still known, in order for each run.</param>
    public sealed record RunHistoryCompacted(IReadOnlyList<IFact> Facts);
}
