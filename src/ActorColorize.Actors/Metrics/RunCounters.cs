using System.Diagnostics.Metrics;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Metrics;

/// <summary>Counts what happens to the runs of this process.</summary>
internal static class RunCounters
{
    private static readonly Meter Meter = ProgramMeter.Instance;
    private static readonly Counter<long> Faults = Meter.CreateCounter<long>("actorcolorize.faults", "{fault}", "Faults, by kind");
    private static readonly Counter<long> Restarts = Meter.CreateCounter<long>(
        "actorcolorize.restarts",
        "{attempt}",
        "Attempts begun because the one before failed"
    );
    private static readonly Counter<long> Skipped = Meter.CreateCounter<long>(
        "actorcolorize.steps.skipped",
        "{step}",
        "Steps whose batch was skipped"
    );
    private static readonly Counter<long> Lost = Meter.CreateCounter<long>(
        "actorcolorize.steps.lost",
        "{step}",
        "Steps that had to be repeated"
    );

    /// <summary>Counts an event.</summary>
    internal static void Count(IWithRunId fact)
    {
        switch (fact)
        {
            case RunEvents.FaultSettled settled:
                Faults.Add(1, new KeyValuePair<string, object?>("kind", settled.Fault.Kind.ToString()));
                if (settled.LostSteps > 0)
                    Lost.Add(settled.LostSteps);
                break;
            case RunEvents.Recovering:
                Restarts.Add(1);
                break;
            case RunEvents.StepMade { Result.Skipped: true }:
                Skipped.Add(1);
                break;
        }
    }
}
