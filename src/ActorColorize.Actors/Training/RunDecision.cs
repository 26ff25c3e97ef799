using ActorColorize.Actors.Faults;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Training;

/// <summary>An effect of a decision. The actor executes effects in order once the facts of the decision are journalled.</summary>
public abstract record RunEffect
{
    private RunEffect() { }

    /// <summary>Send the command to the device.</summary>
    public sealed record Tell(IWithRunId Command) : RunEffect;

    /// <summary>Notify the watchers.</summary>
    public sealed record Announce(IWithRunId Event) : RunEffect;

    /// <summary>Save the adjustments before the device reads them.</summary>
    public sealed record SaveAdjustments(RunAdjustments Adjustments) : RunEffect;

    /// <summary>Call <see cref="RunState.PauseOver"/> after a delay.</summary>
    public sealed record Pause(Attempt Attempt, TimeSpan Duration) : RunEffect;

    /// <summary>Write a failure report before the failure is announced.</summary>
    public sealed record ReportFailure(DeviceFault Fault, StepNumber Step, Attempt Attempt, string Detail) : RunEffect;
}

/// <summary>A decision about a run.</summary>
/// <param name="Next">The next state, with the facts applied to its history.</param>
/// <param name="Facts">Facts to journal before any effect is executed.</param>
/// <param name="Effects">Effects to execute then.</param>
public sealed record RunDecision(RunState Next, IReadOnlyList<RunHistoryEvents.IFact> Facts, IReadOnlyList<RunEffect> Effects)
{
    /// <summary>A decision without facts.</summary>
    public static RunDecision To(RunState next, params IReadOnlyList<RunEffect> effects) => new(next, [], effects);

    /// <summary>Chains a further decision.</summary>
    public RunDecision Then(Func<RunState, RunDecision> decide)
    {
        ArgumentNullException.ThrowIfNull(decide);
        var further = decide(Next);
        return new RunDecision(further.Next, [.. Facts, .. further.Facts], [.. Effects, .. further.Effects]);
    }
}
