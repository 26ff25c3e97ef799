using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Rest;

/// <summary>A value that is read from time to time and told as often as anybody wants.</summary>
/// <param name="what">What it is, for the log.</param>
/// <param name="read">Reads it.</param>
/// <param name="log">Told when it cannot be read, and when it can again.</param>
internal sealed class Observed<T>(string what, Func<CancellationToken, Task<T>> read, ILogger log) : IDisposable
    where T : class
{
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(10); // all the queries of a reading together

    private readonly SemaphoreSlim _one = new(1);
    private readonly TaskCompletionSource _isRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Observation<T>? _newest;

    /// <summary>The newest reading; null before the first.</summary>
    public Observation<T>? Newest => _newest;

    /// <summary>The newest reading; waits for the first.</summary>
    public async Task<Observation<T>> NewestAsync()
    {
        await _isRead.Task;
        return _newest!;
    }

    /// <summary>Reads it now. A failure is a reading as well.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var newest = await ReadAsync(cancellation);
            if (newest.Problem is null && _newest?.Problem is not null)
                log.LogInformation("the figures about {What} can be read again", what);
            _newest = newest;
            _isRead.TrySetResult();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<Observation<T>> ReadAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ReadWithin);
        try
        {
            return new Observation<T>(await read(limit.Token), null);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new Observation<T>(null, "the daemon is stopping");
        }
        catch (Exception failure)
        {
            var problem = failure switch
            {
                RestProblem => failure.Message,
                AskTimeoutException or OperationCanceledException => "the job coordinator does not answer",
                _ => $"the job coordinator cannot be asked ({failure.GetType().Name})",
            };
            if (_newest?.Problem != problem) // once, not at each interval
                log.LogWarning(failure, "the figures about {What} cannot be read", what);
            return new Observation<T>(null, problem);
        }
    }
}

/// <summary>What a reading gave: a value, or why there is none.</summary>
internal sealed record Observation<T>(T? Value, string? Problem)
    where T : class;
