using Akka.Actor;

namespace ActorColorize.Actors.Gpu;

/// <content>
/// One device, two uses: batches to colour that have to let training go first wait here, in their order. There are never more of them than
/// the worker's units hold.
/// </content>
public sealed partial class GpuActor
{
    private readonly DeviceTurns _turns;
    private readonly Queue<(GpuCommands.Colorize Batch, IActorRef Asker)> _postponed = new();
    private GpuCommands.Colorize? _called;

    /// <summary>Whether a run is open, also while it waits for pictures, for its supervisor or for its last checkpoint.</summary>
    private bool IsTraining => _pass is not null || _training is not null;

    /// <summary>Does a message's work if it has its turn, and counts the time that it takes.</summary>
    private bool InTurn(object message, Func<bool> work)
    {
        var isCalled = ReferenceEquals(message, _called);
        if (
            message is GpuCommands.Colorize batch
            && !isCalled
            && (_called is not null || _postponed.Count > 0 || !_turns.MayColour(IsTraining))
        )
        {
            _postponed.Enqueue((batch, Sender));
            CallNext();
            return true;
        }

        if (isCalled)
            _called = null;
        var (began, wasTraining) = (TimeProvider.System.GetTimestamp(), IsTraining);
        var isHandled = work();
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        if (message is GpuCommands.Colorize or GpuCommands.OpenModel)
            _turns.Coloured(seconds, wasTraining);
        else if (wasTraining || IsTraining)
            _turns.Trained(seconds);
        else
            _turns.TrainingEnded();
        CallNext();
        return isHandled;
    }

    /// <summary>By way of the mailbox, so that a step or a command to stop that came before gets its turn.</summary>
    private void CallNext()
    {
        if (_called is not null || !_turns.MayColour(IsTraining) || !_postponed.TryDequeue(out var next))
            return;
        _called = next.Batch;
        Self.Tell(next.Batch, next.Asker);
    }
}
