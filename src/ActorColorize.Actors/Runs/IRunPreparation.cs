using ActorColorize.Protocol;

namespace ActorColorize.Actors.Runs;

/// <summary>
/// Turns what a client wants trained into a run folder that a device can open. Both calls work beside the actors, on threads that may wait
/// for disks.
/// </summary>
public interface IRunPreparation
{
    /// <summary>
    /// Looks at what can be looked at quickly, and says which run it is: the one that the folder holds, or a new one. Changes nothing.
    /// </summary>
    /// <param name="request">What is wanted.</param>
    /// <exception cref="RunPreparationException">It makes no sense, or something that it names is not there; one line for the
    /// client.</exception>
    Task<RunId> IdentifyAsync(TrainingRequest request);

    /// <summary>Lists the pictures, settles what was left open, and writes the run's document.</summary>
    /// <param name="run">The run.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="device">A device as it is trained on: what the request leaves open is settled for it.</param>
    /// <param name="onProgress">Told, from any thread, what it is at, in one line.</param>
    /// <param name="cancellation">Nobody wants it any more: nothing is written after that.</param>
    /// <returns>Steps of the whole run.</returns>
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
public sealed class RunPreparationException(string message, Exception? inner = null) : Exception(message, inner);
