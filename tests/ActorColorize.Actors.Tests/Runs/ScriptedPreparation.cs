using System.Collections.Concurrent;
using ActorColorize.Actors.Runs;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.Runs;

/// <summary>Prepares runs when the test requires it. The run of a folder is the folder's name.</summary>
internal sealed class ScriptedPreparation : IRunPreparation
{
    /// <summary>The requested preparations, in order.</summary>
    public BlockingCollection<Asked> Preparations { get; } = [];

    /// <summary>Number of identified submissions.</summary>
    public int Identifications => _identifications;

    private int _identifications;

    public Task<RunId> IdentifyAsync(TrainingRequest request)
    {
        Interlocked.Increment(ref _identifications);
        return request.Data == "/nowhere"
            ? Task.FromException<RunId>(new RunPreparationException("data folder not found: /nowhere"))
            : Task.FromResult(new RunId(Path.GetFileName(request.RunFolder)));
    }

    public Task<long> PrepareAsync(
        RunId run,
        TrainingRequest request,
        TrainingDevice device,
        Action<string> onProgress,
        CancellationToken cancellation
    )
    {
        var asked = new Asked(
            run,
            request,
            device,
            onProgress,
            new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously),
            cancellation
        );
        cancellation.Register(() => asked.Done.TrySetCanceled(cancellation));
        Preparations.Add(asked, CancellationToken.None);
        return asked.Done.Task;
    }

    /// <summary>The next requested preparation.</summary>
    public Asked Next() =>
        Preparations.TryTake(out var asked, TimeSpan.FromSeconds(30)) ? asked : throw new TimeoutException("nothing is to be prepared");

    /// <summary>A preparation, to be ended by the test.</summary>
    internal sealed record Asked(
        RunId Run,
        TrainingRequest Request,
        TrainingDevice Device,
        Action<string> OnProgress,
        TaskCompletionSource<long> Done,
        CancellationToken Cancellation
    );
}
