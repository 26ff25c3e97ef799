using ActorColorize.Protocol;

namespace ActorColorize.Actors.Training;

/// <summary>When a run validates, saves and ends. Pure: the next stop is a function of the step alone.</summary>
/// <param name="TotalSteps">The run is complete at this step.</param>
/// <param name="CheckpointEverySteps">Distance between the regular checkpoints.</param>
/// <param name="MaximumFaultsWithoutProgress">So many device faults in a row with no step gained end the run as failed.</param>
public sealed record RunPlan(StepNumber TotalSteps, long CheckpointEverySteps, int MaximumFaultsWithoutProgress = 3)
{
    /// <summary>The next regular checkpoint after <paramref name="step"/>, or the end.</summary>
    public StepNumber NextStop(StepNumber step) =>
        new(Math.Min(TotalSteps.Value, (step.Value / CheckpointEverySteps + 1) * CheckpointEverySteps));
}
