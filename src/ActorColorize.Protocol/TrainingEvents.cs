namespace ActorColorize.Protocol;

/// <summary>
/// What a run coordinator writes into its journal: who wanted what, and what came of it. How a run fares on its device is in the
/// supervisor's (<see cref="RunHistoryEvents"/>).
/// </summary>
public static class TrainingEvents
{
    /// <summary>A fact about a run.</summary>
    public interface IFact : IWithRunId;

    /// <summary>A client wants the run. Comes again when an ended run is gone on with under another request.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Client">Who.</param>
    /// <param name="Key">The client's name for it.</param>
    /// <param name="Request">What to train.</param>
    /// <param name="At">When.</param>
    public sealed record Submitted(RunId Run, ClientId Client, string Key, TrainingRequest Request, DateTimeOffset At) : IFact;

    /// <summary>Its folder holds all that a device needs.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="TotalSteps">Of the whole run.</param>
    public sealed record Prepared(RunId Run, long TotalSteps) : IFact;

    /// <summary>A client wants something else of it.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Client">Who.</param>
    /// <param name="DesiredState">What.</param>
    /// <param name="At">When.</param>
    public sealed record DesiredStateChanged(RunId Run, ClientId Client, DesiredRunState DesiredState, DateTimeOffset At) : IFact;

    /// <summary>The run is over, until somebody resumes it.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Outcome">How.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Detail">One line.</param>
    /// <param name="At">When.</param>
    public sealed record TrainingEnded(RunId Run, RunOutcome Outcome, StepNumber Step, string Detail, DateTimeOffset At) : IFact;

    /// <summary>A checkpoint of it became the model of a name.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Client">Who wanted it.</param>
    /// <param name="Model">The model.</param>
    public sealed record Promoted(RunId Run, ClientId Client, NamedModel Model) : IFact;

    /// <summary>The journal from its beginning in fewer facts: what was written before it counts no more, and is deleted.</summary>
    /// <param name="Facts">Of every run that is still known, in order for each run.</param>
    public sealed record TrainingCompacted(IReadOnlyList<IFact> Facts);
}
