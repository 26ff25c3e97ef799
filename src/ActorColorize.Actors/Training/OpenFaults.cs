using System.Collections.Immutable;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Training;

/// <summary>Faults of which it is not known yet what they cost: training has not gone on since.</summary>
/// <param name="All">The oldest first.</param>
/// <param name="ReopenedStep">Where the run was taken up again; null before.</param>
internal sealed record OpenFaults(ImmutableList<OpenFaults.One> All, StepNumber? ReopenedStep)
{
    /// <summary>No fault waits.</summary>
    internal static OpenFaults None { get; } = new([], null);

    internal bool IsEmpty => All.IsEmpty;

    internal OpenFaults With(DeviceFault fault, StepNumber step, string action, long now) =>
        new(All.Add(new One(fault, step, action, now)), null);

    internal OpenFaults ReopenedAt(StepNumber step) => this with { ReopenedStep = step };

    /// <summary>What became of them. Steps are counted as lost once: by the first of the faults, which was the furthest.</summary>
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
    /// <param name="Action">What was done about it.</param>
    /// <param name="AtMilliseconds">Unix time.</param>
    internal sealed record One(DeviceFault Fault, StepNumber Step, string Action, long AtMilliseconds);
}
