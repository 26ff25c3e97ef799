using System.Text.Json;
using ActorColorize.Gateway;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Rest;

/// <summary>
/// The newest runs and jobs and the state of the cluster as JSON, for all open event streams together: however many pages are open, the
/// coordinators are asked once a second at most, and not at all while none is.
/// </summary>
internal sealed class SharedLists : IDisposable
{
    /// <summary>Name of the list of nodes and devices.</summary>
    public const string Cluster = "cluster";

    private const int Newest = 50;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    private readonly GatewayBackends _backends;
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, Shared> _lists;

    /// <summary>Asks nobody before a list is wanted.</summary>
    public SharedLists(GatewayBackends backends, TimeProvider clock)
    {
        _backends = backends;
        _clock = clock;
        _lists = new(StringComparer.Ordinal)
        {
            ["runs"] = new Shared(ReadRunsAsync),
            ["jobs"] = new Shared(ReadJobsAsync),
            [Cluster] = new Shared(ReadClusterAsync),
        };
    }

    /// <summary>Names of the lists.</summary>
    public IReadOnlyCollection<string> Names => _lists.Keys;

    /// <summary>A list as JSON, at most a second old; <c>{"problem": …}</c> where the coordinator does not answer.</summary>
    public async Task<string> NewestAsync(string list, CancellationToken cancellation)
    {
        var shared = _lists[list];
        await shared.One.WaitAsync(cancellation);
        try
        {
            if (shared.Text is null || _clock.GetElapsedTime(shared.ReadAt) >= FreshFor)
            {
                shared.Text = await ReadAsync(shared, cancellation);
                shared.ReadAt = _clock.GetTimestamp();
            }

            return shared.Text;
        }
        finally
        {
            shared.One.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shared in _lists.Values)
            shared.One.Dispose();
    }

    private static async Task<string> ReadAsync(Shared shared, CancellationToken cancellation)
    {
        try
        {
            return JsonSerializer.Serialize(await shared.Read(cancellation), RestJson.Options);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            var problem = failure is RestProblem ? failure.Message : "the coordinator does not answer";
            return JsonSerializer.Serialize(new ListProblem(problem), RestJson.Options);
        }
    }

    private async Task<object> ReadRunsAsync(CancellationToken cancellation)
    {
        if (_backends.Training.IsNobody())
            return new RunList([], null);
        var page = await AskAsync<TrainingReports.RunPage>(_backends.Training, new TrainingQueries.List(null, Newest), cancellation);
        return new RunList([.. page.Runs.Select(RunLine.Of)], page.Next);
    }

    private async Task<object> ReadJobsAsync(CancellationToken cancellation)
    {
        if (_backends.Jobs.IsNobody())
            return new JobList([], null);
        var page = await AskAsync<JobReports.JobPage>(_backends.Jobs, new JobQueries.List(null, null, Newest), cancellation);
        return new JobList([.. page.Jobs.Select(JobLine.Of)], page.Next);
    }

    private async Task<object> ReadClusterAsync(CancellationToken cancellation)
    {
        IReadOnlyList<WorkerLine>? workers = null;
        string? problem = null;
        try
        {
            workers = _backends.Jobs.IsNobody()
                ? []
                :
                [
                    .. (await AskAsync<JobReports.WorkerPage>(_backends.Jobs, new JobQueries.Workers(), cancellation)).Workers.Select(
                        WorkerLine.Of
                    ),
                ];
        }
        catch (Exception failure) when (failure is AskTimeoutException or RestProblem)
        {
            problem = failure is RestProblem ? failure.Message : "no coordinator answers: devices are unknown";
        }

        var page = _backends.Nodes();
        return new ClusterView(
            _backends.Daemon.Program,
            Environment.ProcessId,
            _backends.Daemon.StartedAt,
            _backends.Daemon.Device,
            _backends.Daemon.Certificate,
            page.Nodes,
            CoordinatorsView.Of(page.Coordinators),
            workers,
            problem
        );
    }

    private static async Task<T> AskAsync<T>(IActorRef actor, object query, CancellationToken cancellation)
        where T : class =>
        await actor.Ask<object>(query, AnswerWithin, cancellation) switch
        {
            JobReports.NotReadable unreadable => throw RestProblem.Unavailable(unreadable.Reason),
            TrainingReports.NotReadable unreadable => throw RestProblem.Unavailable(unreadable.Reason),
            T wanted => wanted,
            var other => throw new InvalidOperationException($"{other.GetType().Name} is not an answer to {query.GetType().Name}"),
        };

    private sealed class Shared(Func<CancellationToken, Task<object>> read)
    {
        public SemaphoreSlim One { get; } = new(1);

        public Func<CancellationToken, Task<object>> Read => read;

        public string? Text { get; set; }

        public long ReadAt { get; set; }
    }
}

/// <summary>A list that cannot be read at the moment.</summary>
internal sealed record ListProblem(string Problem);

/// <summary>The daemon, its nodes and its devices.</summary>
internal sealed record ClusterView(
    string Program,
    int Process,
    DateTimeOffset StartedAt,
    string Device,
    CertificateExpiry? Certificate,
    IReadOnlyList<NodeReport> Nodes,
    CoordinatorsView? Coordinators,
    IReadOnlyList<WorkerLine>? Workers,
    string? Problem
);
