using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ActorColorize.Gateway;
using ActorColorize.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ActorColorize.Rest;

/// <summary>
/// What <c>/metrics</c> tells: what this server answered, what the program's meter <c>ActorColorize</c> has counted in this process, and what
/// the job coordinator said last (<see cref="CoordinatorMonitor"/>). A scrape only reads.
/// </summary>
internal sealed class Figures : IDisposable
{
    private const string MeterName = "ActorColorize";

    private readonly GatewayBackends _backends;
    private readonly CoordinatorMonitor _monitor;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Name, string Labels), Counted> _counted = new();
    private readonly ConcurrentDictionary<(string Method, string Route, int Status), long> _answered = new();

    /// <summary>Listens from now on.</summary>
    public Figures(GatewayBackends backends, CoordinatorMonitor monitor)
    {
        _backends = backends;
        _monitor = monitor;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is Counter<long> && instrument.Meter.Name == MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>(Count);
        _listener.Start();
    }

    /// <summary>The step that counts answers, by route: a path that somebody made up is no label.</summary>
    public async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        finally
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.TrimEnd('/') ?? "other";
            _answered.AddOrUpdate((Method(context.Request.Method), route, context.Response.StatusCode), 1, static (_, sum) => sum + 1);
        }
    }

    /// <summary>Everything, as Prometheus reads it. What the job coordinator could not be asked is left out, and its absence told.</summary>
    public async Task<string> TextAsync()
    {
        var text = new PrometheusText();
        text.Family("actorcolorize_start_time_seconds", "gauge", "When the daemon was started.")
            .Figure("actorcolorize_start_time_seconds", _backends.Daemon.StartedAt.ToUnixTimeMilliseconds() / 1000.0);
        text.Family("actorcolorize_info", "gauge", "Program and device.")
            .Figure("actorcolorize_info", 1, ("program", _backends.Daemon.Program), ("device", _backends.Daemon.Device));
        text.Family("actorcolorize_http_requests_total", "counter", "Requests that were answered.");
        foreach (var ((method, route, status), count) in _answered.OrderBy(pair => (pair.Key.Route, pair.Key.Method, pair.Key.Status)))
            text.Figure("actorcolorize_http_requests_total", count, ("method", method), ("route", route), ("status", status.ToString()));
        foreach (var family in _counted.OrderBy(pair => pair.Key).GroupBy(pair => pair.Key.Name))
        {
            text.Family(family.Key, "counter", family.First().Value.Help);
            foreach (var (_, counted) in family)
                text.Figure(family.Key, counted.Sum, counted.Labels);
        }

        text.Family(
            "actorcolorize_node_reachable",
            "gauge",
            "Nodes of a clustered daemon, as this one sees them: 1 where it is reachable."
        );
        foreach (var node in _backends.Nodes())
            text.Figure(
                "actorcolorize_node_reachable",
                node.IsReachable ? 1 : 0,
                ("address", node.Address),
                ("role", node.Role),
                ("state", node.State)
            );
        var workers = await _monitor.Workers.NewestAsync();
        var jobs = await _monitor.Jobs.NewestAsync();
        text.Family("actorcolorize_coordinator_up", "gauge", "1 where the job coordinator answered when it was asked last; 0 where not.")
            .Figure("actorcolorize_coordinator_up", workers.Problem is null ? 1 : 0, ("query", "workers"))
            .Figure("actorcolorize_coordinator_up", jobs.Problem is null ? 1 : 0, ("query", "jobs"));
        if (workers.Value is not null)
            TellWorkers(text, workers.Value);
        if (jobs.Value is not null)
            TellJobs(text, jobs.Value);
        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static string Method(string said) =>
        HttpMethods.IsGet(said)
        || HttpMethods.IsPost(said)
        || HttpMethods.IsPut(said)
        || HttpMethods.IsDelete(said)
        || HttpMethods.IsHead(said)
            ? said
            : "other";

    private void Count(Instrument instrument, long by, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var labels = new List<(string, string)>();
        foreach (var tag in tags)
            labels.Add((PrometheusText.NameOf(tag.Key), tag.Value?.ToString() ?? ""));
        var counted = _counted.GetOrAdd((PrometheusText.NameOf(instrument.Name) + "_total", string.Join('\n', labels)), _ => new Counted(
            instrument.Description ?? "",
            labels
        ));
        counted.Add(by);
    }

    private static void TellWorkers(PrometheusText text, IReadOnlyList<WorkerReport> workers)
    {
        text.Family("actorcolorize_workers", "gauge", "Devices that take archive work.").Figure("actorcolorize_workers", workers.Count);
        text.Family("actorcolorize_worker_units", "gauge", "Units of archive work leased to a device.");
        foreach (var worker in workers)
            text.Figure("actorcolorize_worker_units", worker.Units, ("device", worker.Worker.Device));
        text.Family("actorcolorize_worker_heard_seconds", "gauge", "Time since a device's last word.");
        foreach (var worker in workers)
            text.Figure("actorcolorize_worker_heard_seconds", worker.HeardAgo.TotalSeconds, ("device", worker.Worker.Device));
    }

    private static void TellJobs(PrometheusText text, JobsSeen jobs)
    {
        text.Family("actorcolorize_jobs", "gauge", "The newest thousand jobs, by phase.");
        foreach (var phase in Enum.GetValues<JobPhase>())
            text.Figure("actorcolorize_jobs", jobs.ByPhase.GetValueOrDefault(phase), ("phase", Word(phase)));
        text.Family("actorcolorize_job_pictures", "gauge", "Pictures of a job that is not over, by state.");
        foreach (var job in jobs.Open)
        {
            text.Figure("actorcolorize_job_pictures", job.Counts.Done, ("job", job.Job.Value), ("state", "done"));
            text.Figure("actorcolorize_job_pictures", job.Counts.Skipped, ("job", job.Job.Value), ("state", "skipped"));
            text.Figure("actorcolorize_job_pictures", job.Counts.Failed, ("job", job.Job.Value), ("state", "failed"));
            text.Figure("actorcolorize_job_pictures", job.Counts.Quarantined, ("job", job.Job.Value), ("state", "quarantined"));
            text.Figure("actorcolorize_job_pictures", job.Leased, ("job", job.Job.Value), ("state", "leased"));
            text.Figure(
                "actorcolorize_job_pictures",
                job.Items - job.Counts.Settled - job.Leased,
                ("job", job.Job.Value),
                ("state", "pending")
            );
        }

        text.Family("actorcolorize_pictures_per_second", "gauge", "Pictures settled recently, of all jobs that are not over.")
            .Figure("actorcolorize_pictures_per_second", jobs.Open.Sum(job => job.PicturesPerSecond));
    }

    private static string Word(JobPhase phase) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(phase.ToString());

    private sealed class Counted(string help, IReadOnlyList<(string, string)> labels)
    {
        private long _sum;

        public string Help => help;

        public IReadOnlyList<(string Name, string Value)> Labels => labels;

        public long Sum => Interlocked.Read(ref _sum);

        public void Add(long by) => Interlocked.Add(ref _sum, by);
    }
}
