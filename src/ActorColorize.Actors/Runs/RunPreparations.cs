using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Runs;

/// <summary>The preparations that are under way beside a coordinator, one a run at most.</summary>
/// <param name="preparation">Makes run folders ready.</param>
/// <param name="coordinator">Gets <see cref="PreparationMoved"/> and <see cref="PreparationEnded"/>.</param>
internal sealed class RunPreparations(IRunPreparation preparation, IActorRef coordinator)
{
    private readonly Dictionary<RunId, CancellationTokenSource> _underWay = [];

    /// <summary>Makes a run's folder ready, unless that is under way.</summary>
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

    /// <summary>Takes an end in; false for a preparation that was cancelled.</summary>
    internal bool End(PreparationEnded ended)
    {
        ended.Ending.Dispose();
        return _underWay.TryGetValue(ended.Run, out var current) && current == ended.Ending && _underWay.Remove(ended.Run);
    }

    /// <summary>Nobody wants the run any more.</summary>
    internal void Cancel(RunId run)
    {
        if (_underWay.Remove(run, out var ending))
            ending.Cancel();
    }

    /// <summary>The coordinator stops, or begins nothing more.</summary>
    internal void CancelAll()
    {
        foreach (var run in _underWay.Keys.ToArray())
            Cancel(run);
    }

    /// <summary>What a preparation is at.</summary>
    internal sealed record PreparationMoved(RunId Run, string Text);

    /// <summary>A preparation is over.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Ending">Which preparation.</param>
    /// <param name="TotalSteps">Steps of the whole run, where it is ready.</param>
    /// <param name="Problem">Why it is not; null where it is.</param>
    internal sealed record PreparationEnded(RunId Run, CancellationTokenSource Ending, long TotalSteps, Exception? Problem);
}
