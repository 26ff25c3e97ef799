namespace ActorColorize.Protocol;

/// <summary>
/// Journal events of the run coordinator: what clients requested, and the results. The supervisor journals the execution of a run
/// (<see cref="RunHistoryEvents"/>).
/// </summary>
public static class TrainingEvents
{
    /// <summary>A journalled fact about a run.</summary>
    public interface IFact : IWithRunId;

    /// <summary>A client submitted the run. Repeated when an ended run is resumed with another request.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Client">The client that requested it.</param>
    /// <param name="Key">The client's idempotency key.</param>
    /// <param name="Request">What to train.</param>
    /// <param name="At">Time of the event.</param>
    public sealed record Submitted(RunId Run, ClientId Client, string Key, TrainingRequest Request, DateTimeOffset At) : IFact;

    /// <summary>The run folder is prepared for a device.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="TotalSteps">Steps of the whole run.</param>
    public sealed record Prepared(RunId Run, long TotalSteps) : IFact;

    /// <summary>A client changed the desired state of the run.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Client">The client that requested it.</param>
    /// <param name="DesiredState">The new desired state.</param>
    /// <param name="At">Time of the event.</param>
    public sealed record DesiredStateChanged(RunId Run, ClientId Client, DesiredRunState DesiredState, DateTimeOffset At) : IFact;

    /// <summary>The run has ended; it may be resumed.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Outcome">How it ended.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Detail">One line.</param>
    /// <param name="At">Time of the event.</param>
    /// <param name="Cause">What made the run impossible before its first step; null if it ended for another reason.</param>
    public sealed record TrainingEnded(
        RunId Run,
        RunOutcome Outcome,
        StepNumber Step,
        string Detail,
        DateTimeOffset At,
        RefusalCause? Cause = null
    ) : IFact;

    /// <summary>A checkpoint of the run was published as a named model.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Client">The client that requested it.</param>
    /// <param name="Model">The model.</param>
    public sealed record Promoted(RunId Run, ClientId Client, NamedModel Model) : IFact;

    /// <summary>The journal from its beginning in fewer facts: what was written before it counts no more, and is deleted.</summary>
    /// <param name="Facts">Of every run that is still known, in order for each run.</param>
    public sealed record TrainingCompacted(IReadOnlyList<IFact> Facts);
}
