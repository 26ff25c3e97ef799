using ActorColorize.Protocol;

namespace ActorColorize.Host.Watchers;

/// <summary>
/// What people are told when checkpoints cannot be written: once that it is so, and once that it is over. What happens in between is in the
/// log and in the run's metrics.
/// </summary>
internal sealed class CheckpointTrouble
{
    private StepNumber? _since;

    /// <summary>Takes a failure; returns the line to warn with, or null where the warning has been given.</summary>
    public string? Failed(RunEvents.CheckpointFailed failed)
    {
        if (_since is not null)
            return null;
        _since = failed.Step;
        return $"{failed.Reason}; older checkpoints are kept, training goes on, and the next one that is due will try again";
    }

    /// <summary>Takes a success; returns the line that ends the trouble, or null where there was none.</summary>
    public string? Saved(RunEvents.CheckpointSaved saved)
    {
        if (_since is not { } since)
            return null;
        _since = null;
        return $"checkpoints can be written again: step {saved.Step} is saved, the first since step {since} could not be";
    }
}
