using ActorColorize.Actors.Gpu;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using Akka.Actor;

namespace ActorColorize.Host.Watchers;

/// <summary>Shows an evaluation's progress and completes with its measures.</summary>
internal sealed class EvaluationWatcher : ReceiveActor
{
    /// <summary>Watches one evaluation.</summary>
    public EvaluationWatcher(EvaluationDisplay display, TaskCompletionSource<GpuEvents.Evaluated> ended)
    {
        Receive<GpuEvents.EvaluationProgressed>(progress => display.Moved(progress));
        Receive<GpuEvents.Evaluated>(evaluated => ended.TrySetResult(evaluated));
        Receive<GpuEvents.ModelRefused>(refused => ended.TrySetException(new InputException(refused.Reason)));
        Receive<GpuEvents.GpuLost>(lost => ended.TrySetException(new RunFailedException($"the device failed: {lost.Cause}")));
    }
}
