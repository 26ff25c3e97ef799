using ActorColorize.Actors.Faults;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Training;

/// <summary>When a run validates, saves and ends, and how it recovers. Pure: the next stop is a function of the step alone.</summary>
/// <param name="TotalSteps">The run is complete at this step.</param>
/// <param name="CheckpointEverySteps">Steps between regular checkpoints.</param>
public sealed record RunPlan(StepNumber TotalSteps, long CheckpointEverySteps)
{
    /// <summary>How the run recovers from faults.</summary>
    public RecoveryPolicy Recovery { get; init; } = new();

    /// <summary>Whether the device runs in its own process, which is replaced when its context is dead, or when it hangs or dies.</summary>
    public bool DeviceIsReplaceable { get; init; }

    /// <summary>The last level of the <see cref="MemoryLadder"/>.</summary>
    public int LastMemoryLevel { get; init; } = int.MaxValue;

    /// <summary>The next regular checkpoint after <paramref name="step"/>, or the end.</summary>
    public StepNumber NextStop(StepNumber step) =>
        new(Math.Min(TotalSteps.Value, (step.Value / CheckpointEverySteps + 1) * CheckpointEverySteps));
}
