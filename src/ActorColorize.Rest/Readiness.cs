using ActorColorize.Gateway;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Rest;

/// <summary>
/// Readiness of the daemon. The endpoint needs no authentication, so the daemon's actors are asked at most once a second, however many
/// requests arrive.
/// </summary>
internal sealed class Readiness(GatewayBackends backends, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1);
    private long? _askedAt;
    private string? _objection;

    /// <summary>Why the daemon is not ready; null if it is.</summary>
    public async Task<string?> ObjectionAsync()
    {
        await _one.WaitAsync();
        try
        {
            if (_askedAt is null || clock.GetElapsedTime(_askedAt.Value) >= Fresh)
            {
                _objection = await AskAsync();
                _askedAt = clock.GetTimestamp();
            }

            return _objection;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<string?> AskAsync()
    {
        try
        {
            var workers = await backends.Jobs.Ask<JobReports.WorkerPage>(new JobQueries.Workers(), AnswerWithin);
            return workers.Workers.Count > 0 ? null : "no device is available: jobs are accepted and wait";
        }
        catch (AskTimeoutException)
        {
            return "the job coordinator does not answer";
        }
    }
}
