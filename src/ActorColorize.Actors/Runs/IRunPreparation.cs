using ActorColorize.Protocol;

namespace ActorColorize.Actors.Runs;

/// <summary>
/// Turns a training request into a run folder that a device can open. Both methods run on the thread pool and may wait for disks.
/// </summary>
public interface IRunPreparation
{
    /// <summary>Makes the quick checks and identifies the run: the one in the folder, or a new one. Changes nothing.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="RunPreparationException">The request is not valid, or something that it names does not exist; one line for the
    /// client.</exception>
    Task<RunId> IdentifyAsync(TrainingRequest request);

    /// <summary>Lists the pictures, chooses the settings that the request leaves open, and writes the run's document.</summary>
    /// <param name="run">The run.</param>
    /// <param name="request">The request.</param>
    /// <param name="device">The device to train on: open settings are chosen for it.</param>
    /// <param name="onProgress">Called, on any thread, with the current activity in one line.</param>
    /// <param name="cancellation">Cancels the preparation: nothing is written after that.</param>
    /// <returns>Total steps of the run.</returns>
    /// <exception cref="RunPreparationException">The run cannot begin; one line for the client.</exception>
    Task<long> PrepareAsync(
        RunId run,
        TrainingRequest request,
        TrainingDevice device,
        Action<string> onProgress,
        CancellationToken cancellation
    );
}

/// <summary>A run that cannot begin; the message is one line that says why.</summary>
public sealed class RunPreparationException(string message, Exception? inner = null, RefusalCause? cause = RefusalCause.Request)
    : Exception(message, inner)
{
    /// <summary>What makes the request impossible; null if the client cannot change it.</summary>
    public RefusalCause? Cause { get; } = cause;
}
