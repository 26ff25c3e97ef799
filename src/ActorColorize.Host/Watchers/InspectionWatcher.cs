using ActorColorize.Actors.Inspection;
using ActorColorize.Host.Displays;
using Akka.Actor;

namespace ActorColorize.Host.Watchers;

/// <summary>Shows an inspection's progress and completes with its findings.</summary>
internal sealed class InspectionWatcher : ReceiveActor
{
    /// <summary>Watches one inspection.</summary>
    public InspectionWatcher(InspectionDisplay display, TaskCompletionSource<DatasetFindings> ended)
    {
        Receive<InspectionEvents.Progressed>(display.Moved);
        Receive<InspectionEvents.Inspected>(inspected => ended.TrySetResult(inspected.Findings));
        Receive<InspectionEvents.Failed>(failed => ended.TrySetException(failed.Cause));
    }
}
