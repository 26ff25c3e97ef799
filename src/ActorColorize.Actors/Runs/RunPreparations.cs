using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Runs;

/// <summary>The preparations in progress on the thread pool, at most one per run.</summary>
/// <param name="preparation">Prepares run folders.</param>
/// <param name="coordinator">Gets <see cref="PreparationMoved"/> and <see cref="PreparationEnded"/>.</param>
internal sealed class RunPreparations(IRunPreparation preparation, IActorRef coordinator)
{
    private readonly Dictionary<RunId, CancellationTokenSource> _underWay = [];

    /// <summary>Prepares a run's folder, unless that is in progress.</summary>
    internal void Begin(RunId run, TrainingRequest request, TrainingDevice device)
    {
        if (_underWay.ContainsKey(run))
            return;
        var ending = new CancellationTokenSource();
        _underWay.Add(run, ending);
        preparation
            .PrepareAsync(run, request, device, text => coordinator.Tell(new PreparationMoved(run, text)), ending.Token)
            .PipeTo(
                coordinator,
                success: steps => new PreparationEnded(run, ending, steps, null),
                failure: e => new PreparationEnded(run, ending, 0, e)
            );
    }

    /// <summary>Completes a preparation; false if it was cancelled.</summary>
    internal bool End(PreparationEnded ended)
    {
        ended.Ending.Dispose();
        return _underWay.TryGetValue(ended.Run, out var current) && current == ended.Ending && _underWay.Remove(ended.Run);
    }

    /// <summary>Cancels the preparation of a run.</summary>
    internal void Cancel(RunId run)
    {
        if (_underWay.Remove(run, out var ending))
            ending.Cancel();
    }

    /// <summary>Cancels all preparations: the coordinator stops or drains.</summary>
    internal void CancelAll()
    {
        foreach (var run in _underWay.Keys.ToArray())
            Cancel(run);
    }

    /// <summary>Progress of a preparation.</summary>
    internal sealed record PreparationMoved(RunId Run, string Text);

    /// <summary>A preparation has ended.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Ending">Which preparation.</param>
    /// <param name="TotalSteps">Total steps of the run, if it succeeded.</param>
    /// <param name="Problem">Why it failed; null if it succeeded.</param>
    internal sealed record PreparationEnded(RunId Run, CancellationTokenSource Ending, long TotalSteps, Exception? Problem);
}
