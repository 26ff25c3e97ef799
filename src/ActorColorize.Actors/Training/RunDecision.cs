using ActorColorize.Actors.Faults;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Training;

/// <summary>
/// What the supervisor has to do after a decision, in this order, once its facts are in the journal; the actor only carries these out.
/// </summary>
public abstract record RunEffect
{
    private RunEffect() { }

    /// <summary>Send the command to the device.</summary>
    public sealed record Tell(IWithRunId Command) : RunEffect;

    /// <summary>Let the watchers know.</summary>
    public sealed record Announce(IWithRunId Event) : RunEffect;

    /// <summary>Write down how the run trains from now on, before the device reads it.</summary>
    public sealed record SaveAdjustments(RunAdjustments Adjustments) : RunEffect;

    /// <summary>Tell <see cref="RunState.PauseOver"/> after a while.</summary>
    public sealed record Pause(Attempt Attempt, TimeSpan Duration) : RunEffect;

    /// <summary>Write down what is needed to look into a failure, before anyone hears of it.</summary>
    public sealed record ReportFailure(DeviceFault Fault, StepNumber Step, Attempt Attempt, string Detail) : RunEffect;
}

/// <summary>What follows from something that happened to a run.</summary>
/// <param name="Next">The run afterwards; the facts are applied to its history already.</param>
/// <param name="Facts">For the journal, before anything is done.</param>
/// <param name="Effects">To be done then.</param>
public sealed record RunDecision(RunState Next, IReadOnlyList<RunHistoryEvents.IFact> Facts, IReadOnlyList<RunEffect> Effects)
{
    /// <summary>Nothing but a next state.</summary>
    public static RunDecision To(RunState next, params IReadOnlyList<RunEffect> effects) => new(next, [], effects);

    /// <summary>Goes on deciding from here.</summary>
    public RunDecision Then(Func<RunState, RunDecision> decide)
    {
        ArgumentNullException.ThrowIfNull(decide);
        var further = decide(Next);
        return new RunDecision(further.Next, [.. Facts, .. further.Facts], [.. Effects, .. further.Effects]);
    }
}
