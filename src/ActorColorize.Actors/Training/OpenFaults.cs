using System.Collections.Immutable;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Training;

/// <summary>Faults whose cost is not known yet, because training has not continued since.</summary>
/// <param name="All">The oldest first.</param>
/// <param name="ReopenedStep">The step from which the run was reopened; null before.</param>
internal sealed record OpenFaults(ImmutableList<OpenFaults.One> All, StepNumber? ReopenedStep)
{
    /// <summary>No open faults.</summary>
    internal static OpenFaults None { get; } = new([], null);

    internal bool IsEmpty => All.IsEmpty;

    internal OpenFaults With(DeviceFault fault, StepNumber step, string action, long now) =>
        new(All.Add(new One(fault, step, action, now)), null);

    internal OpenFaults ReopenedAt(StepNumber step) => this with { ReopenedStep = step };

    /// <summary>The settled faults. Lost steps are counted once, for the first fault, which happened at the furthest step.</summary>
    internal IEnumerable<RunEvents.FaultSettled> Settled(RunId run, long now, bool goesOn)
    {
        for (var i = 0; i < All.Count; i++)
        {
            var (fault, step, action, at) = All[i];
            var lost = i == 0 && ReopenedStep is { } reopened ? Math.Max(0, step.Value - reopened.Value) : 0;
            yield return new RunEvents.FaultSettled(run, step, fault, action, lost, goesOn ? Math.Max(0, now - at) / 1000.0 : null);
        }
    }

    /// <summary>A fault.</summary>
    /// <param name="Fault">What went wrong.</param>
    /// <param name="Step">Where the run was.</param>
    /// <param name="Action">The recovery action.</param>
    /// <param name="AtMilliseconds">Unix time.</param>
    internal sealed record One(DeviceFault Fault, StepNumber Step, string Action, long AtMilliseconds);
}
