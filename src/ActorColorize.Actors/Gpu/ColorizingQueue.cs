using Akka.Actor;

namespace ActorColorize.Actors.Gpu;

/// <summary>
/// Shares one device between training and colouring: batches to colour that have to wait for training stay here, in order. The worker's
/// units
/// bound their number.
/// </summary>
/// <param name="turns">Decides whose turn it is.</param>
/// <param name="self">The GPU actor, which postponed batches are sent to again.</param>
internal sealed class ColorizingQueue(DeviceTurns turns, IActorRef self)
{
    private readonly Queue<(GpuCommands.Colorize Batch, IActorRef Asker)> _postponed = new();
    private GpuCommands.Colorize? _called;

    /// <summary>Processes a message if it is its turn, and counts the time that it takes; otherwise keeps it for later.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sender">Who sent it.</param>
    /// <param name="isTraining">
    /// Whether a run is open, even while it waits for pictures, for its supervisor or for its last checkpoint.
    /// </param>
    /// <param name="work">Processes the message.</param>
    /// <returns>Whether the message was handled.</returns>
    internal bool InTurn(object message, IActorRef sender, Func<bool> isTraining, Func<bool> work)
    {
        var isCalled = ReferenceEquals(message, _called);
        if (
            message is GpuCommands.Colorize batch
            && !isCalled
            && (_called is not null || _postponed.Count > 0 || !turns.MayColour(isTraining()))
        )
        {
            _postponed.Enqueue((batch, sender));
            CallNext(isTraining());
            return true;
        }

        if (isCalled)
            _called = null;
        var (began, wasTraining) = (TimeProvider.System.GetTimestamp(), isTraining());
        var isHandled = work();
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        if (message is GpuCommands.Colorize or GpuCommands.OpenModel)
            turns.Coloured(seconds, wasTraining);
        else if (wasTraining || isTraining())
            turns.Trained(seconds);
        else
            turns.TrainingEnded();
        CallNext(isTraining());
        return isHandled;
    }

    /// <summary>Through the mailbox, so that a step or a stop command that arrived earlier is processed first.</summary>
    private void CallNext(bool isTraining)
    {
        if (_called is not null || !turns.MayColour(isTraining) || !_postponed.TryDequeue(out var next))
            return;
        _called = next.Batch;
        self.Tell(next.Batch, next.Asker);
    }
}
