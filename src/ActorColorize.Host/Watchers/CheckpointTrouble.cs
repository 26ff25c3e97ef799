using ActorColorize.Protocol;

namespace ActorColorize.Host.Watchers;

/// <summary>
/// Messages about checkpoints that cannot be written: one at the first failure and one at the next success. Failures in between are in the
/// log and in the run's metrics.
/// </summary>
internal sealed class CheckpointTrouble
{
    private StepNumber? _since;

    /// <summary>Records a failure; returns the warning, or null if it has already been given.</summary>
    public string? Failed(RunEvents.CheckpointFailed failed)
    {
        if (_since is not null)
            return null;
        _since = failed.Step;
        return $"{failed.Reason}; older checkpoints are kept, training continues, and the next checkpoint is attempted as scheduled";
    }

    /// <summary>Records a success; returns the all-clear message, or null if there was no failure.</summary>
    public string? Saved(RunEvents.CheckpointSaved saved)
    {
        if (_since is not { } since)
            return null;
        _since = null;
        return $"checkpoints can be written again: step {saved.Step} was saved, the first since the failure at step {since}";
    }
}
