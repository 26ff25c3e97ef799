using ActorColorize.Gateway;
using ActorColorize.Protocol;
using Akka.Actor;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Rest;

/// <summary>
/// What the coordinators of jobs and runs said last, for health checks and metrics: they are asked in the background, at fixed intervals,
/// so that however often monitoring looks, they have the same work.
/// </summary>
internal sealed class CoordinatorMonitor : BackgroundService
{
    private const int JobsRead = 1000;
    private const int JobsDetailed = 100;
    private const int RunsRead = 100;
    private const int PageSize = 100;

    private static readonly TimeSpan WorkersEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan JobsEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RunsEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    private readonly GatewayBackends _backends;
    private readonly TimeProvider _clock;

    /// <summary>Nothing is known before the service is started.</summary>
    public CoordinatorMonitor(GatewayBackends backends, TimeProvider clock, ILogger<CoordinatorMonitor> log)
    {
        _backends = backends;
        _clock = clock;
        Workers = new Observed<IReadOnlyList<WorkerReport>>("workers", ReadWorkersAsync, log);
        Jobs = new Observed<JobsSeen>("jobs", ReadJobsAsync, log);
        Runs = new Observed<RunsSeen>("runs", ReadRunsAsync, log);
    }

    /// <summary>The devices that take archive work.</summary>
    public Observed<IReadOnlyList<WorkerReport>> Workers { get; }

    /// <summary>The newest thousand jobs, and more about the newest hundred of them that are not over.</summary>
    public Observed<JobsSeen> Jobs { get; }

    /// <summary>The newest hundred runs, and more about those of them that are not over. Without training: no run.</summary>
    public Observed<RunsSeen> Runs { get; }

    /// <summary>Why jobs are not accepted or not worked on; null where they are.</summary>
    public async Task<string?> ObjectionAsync()
    {
        var workers = await Workers.NewestAsync();
        var jobs = await Jobs.NewestAsync();
        return workers.Problem ?? jobs.Problem ?? (workers.Value!.Count > 0 ? null : "no device takes work: jobs are accepted and wait");
    }

    /// <summary>Asks now, whatever the time.</summary>
    internal Task RefreshAsync(CancellationToken cancellation = default) =>
        Task.WhenAll(Workers.RefreshAsync(cancellation), Jobs.RefreshAsync(cancellation), Runs.RefreshAsync(cancellation));

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            RepeatAsync(Workers.RefreshAsync, WorkersEvery, stoppingToken),
            RepeatAsync(Jobs.RefreshAsync, JobsEvery, stoppingToken),
            RepeatAsync(Runs.RefreshAsync, RunsEvery, stoppingToken)
        );

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        Workers.Dispose();
        Jobs.Dispose();
        Runs.Dispose();
    }

    private async Task RepeatAsync(Func<CancellationToken, Task> refresh, TimeSpan every, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(every, _clock);
        do await refresh(cancellation);
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private async Task<IReadOnlyList<WorkerReport>> ReadWorkersAsync(CancellationToken cancellation) =>
        _backends.Jobs.IsNobody()
            ? []
            : (await AskAsync<JobReports.WorkerPage>(_backends.Jobs, new JobQueries.Workers(), cancellation)).Workers;

    private async Task<JobsSeen> ReadJobsAsync(CancellationToken cancellation)
    {
        if (_backends.Jobs.IsNobody())
            return JobsSeen.None;
        var jobs = new List<JobSummary>();
        string? cursor = null;
        do
        {
            var page = await AskAsync<JobReports.JobPage>(_backends.Jobs, new JobQueries.List(null, cursor, PageSize), cancellation);
            jobs.AddRange(page.Jobs);
            cursor = page.Next;
        } while (cursor is not null && jobs.Count < JobsRead);

        var open = new List<JobReports.JobStatus>();
        foreach (var job in jobs.Where(static job => !IsOver(job.Phase)).Take(JobsDetailed))
        {
            // One that is deleted in between is left out.
            if (await AskAsync<object>(_backends.Jobs, new JobQueries.Show(job.Job), cancellation) is JobReports.JobStatus status)
                open.Add(status);
        }

        return new JobsSeen(jobs.CountBy(static job => job.Phase).ToDictionary(), open);
    }

    private async Task<RunsSeen> ReadRunsAsync(CancellationToken cancellation)
    {
        if (_backends.Training.IsNobody())
            return RunsSeen.None;
        var page = await AskAsync<TrainingReports.RunPage>(_backends.Training, new TrainingQueries.List(null, RunsRead), cancellation);
        var open = new List<TrainingReports.RunStatus>();
        foreach (var run in page.Runs.Where(static run => !IsOver(run.Phase)))
        {
            var answer = await AskAsync<object>(_backends.Training, new TrainingQueries.Show(run.Run), cancellation);
            if (answer is TrainingReports.RunStatus status)
                open.Add(status);
        }

        return new RunsSeen(page.Runs.CountBy(static run => run.Phase).ToDictionary(), open);
    }

    private static async Task<T> AskAsync<T>(IActorRef coordinator, object query, CancellationToken cancellation)
        where T : class =>
        await coordinator.Ask<object>(query, AnswerWithin, cancellation) switch
        {
            JobReports.NotReadable unreadable => throw RestProblem.Unavailable(unreadable.Reason),
            TrainingReports.NotReadable unreadable => throw RestProblem.Unavailable(unreadable.Reason),
            T wanted => wanted,
            var other => throw new InvalidOperationException($"{other.GetType().Name} is not an answer to {query.GetType().Name}"),
        };

    private static bool IsOver(JobPhase phase) =>
        phase is JobPhase.Completed or JobPhase.CompletedWithErrors or JobPhase.Failed or JobPhase.Cancelled;

    private static bool IsOver(TrainingPhase phase) =>
        phase is TrainingPhase.Completed or TrainingPhase.Stopped or TrainingPhase.Failed or TrainingPhase.Unsaved;
}

/// <summary>Jobs at one moment.</summary>
/// <param name="ByPhase">How many of the newest thousand are in a phase; phases without a job are left out.</param>
/// <param name="Open">Jobs that are not over, the newest first; at most a hundred.</param>
internal sealed record JobsSeen(IReadOnlyDictionary<JobPhase, int> ByPhase, IReadOnlyList<JobReports.JobStatus> Open)
{
    /// <summary>No job.</summary>
    public static readonly JobsSeen None = new(new Dictionary<JobPhase, int>(), []);
}

/// <summary>Runs at one moment.</summary>
/// <param name="ByPhase">How many of the newest hundred are in a phase; phases without a run are left out.</param>
/// <param name="Open">Runs that are not over, the newest first.</param>
internal sealed record RunsSeen(IReadOnlyDictionary<TrainingPhase, int> ByPhase, IReadOnlyList<TrainingReports.RunStatus> Open)
{
    /// <summary>No run.</summary>
    public static readonly RunsSeen None = new(new Dictionary<TrainingPhase, int>(), []);
}
