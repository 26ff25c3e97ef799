using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ActorColorize.Gateway;
using ActorColorize.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ActorColorize.Rest;

/// <summary>
/// Metrics at <c>/metrics</c>: requests answered by this server, instruments of the program's meter <c>ActorColorize</c> in this process,
/// and the state that the job coordinator last reported (<see cref="CoordinatorMonitor"/>). A scrape only reads.
/// </summary>
internal sealed class ServerMetrics : IDisposable
{
    private const string MeterName = "ActorColorize";

    private readonly GatewayBackends _backends;
    private readonly CoordinatorMonitor _monitor;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Name, string Labels), Counted> _counted = new();
    private readonly ConcurrentDictionary<(string Method, string Route, int Status), long> _answered = new();

    /// <summary>Starts listening to the meter.</summary>
    public ServerMetrics(GatewayBackends backends, CoordinatorMonitor monitor)
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

    /// <summary>Middleware that counts answers by route, not by path: arbitrary paths must not become labels.</summary>
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

    /// <summary>All metrics in Prometheus' text format, without those that the job coordinator did not report.</summary>
    public async Task<string> TextAsync()
    {
        var text = new PrometheusText();
        text.Family("actorcolorize_start_time_seconds", "gauge", "When the daemon was started.")
            .Sample("actorcolorize_start_time_seconds", _backends.Daemon.StartedAt.ToUnixTimeMilliseconds() / 1000.0);
        text.Family("actorcolorize_info", "gauge", "Program and device.")
            .Sample("actorcolorize_info", 1, ("program", _backends.Daemon.Program), ("device", _backends.Daemon.Device));
        text.Family("actorcolorize_http_requests_total", "counter", "Requests that were answered.");
        foreach (var ((method, route, status), count) in _answered.OrderBy(pair => (pair.Key.Route, pair.Key.Method, pair.Key.Status)))
            text.Sample("actorcolorize_http_requests_total", count, ("method", method), ("route", route), ("status", status.ToString()));
        foreach (var family in _counted.OrderBy(pair => pair.Key).GroupBy(pair => pair.Key.Name))
        {
            text.Family(family.Key, "counter", family.First().Value.Help);
            foreach (var (_, counted) in family)
                text.Sample(family.Key, counted.Sum, counted.Labels);
        }

        text.Family("actorcolorize_node_reachable", "gauge", "Nodes of a clustered daemon, as seen by this one: 1 if reachable.");
        foreach (var node in _backends.Nodes())
            text.Sample(
                "actorcolorize_node_reachable",
                node.IsReachable ? 1 : 0,
                ("address", node.Address),
                ("role", node.Role),
                ("state", node.State)
            );
        var workers = await _monitor.Workers.NewestAsync();
        var jobs = await _monitor.Jobs.NewestAsync();
        text.Family("actorcolorize_coordinator_up", "gauge", "1 if the job coordinator answered its last query, 0 otherwise.")
            .Sample("actorcolorize_coordinator_up", workers.Problem is null ? 1 : 0, ("query", "workers"))
            .Sample("actorcolorize_coordinator_up", jobs.Problem is null ? 1 : 0, ("query", "jobs"));
        if (workers.Value is not null)
            WriteWorkers(text, workers.Value);
        if (jobs.Value is not null)
            WriteJobs(text, jobs.Value);
        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static string Method(string method) =>
        HttpMethods.IsGet(method)
        || HttpMethods.IsPost(method)
        || HttpMethods.IsPut(method)
        || HttpMethods.IsDelete(method)
        || HttpMethods.IsHead(method)
            ? method
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

    private static void WriteWorkers(PrometheusText text, IReadOnlyList<WorkerReport> workers)
    {
        text.Family("actorcolorize_workers", "gauge", "Devices that process archive jobs.").Sample("actorcolorize_workers", workers.Count);
        text.Family("actorcolorize_worker_units", "gauge", "Units of archive work leased to a device.");
        foreach (var worker in workers)
            text.Sample("actorcolorize_worker_units", worker.Units, ("device", worker.Worker.Device));
        text.Family("actorcolorize_worker_heard_seconds", "gauge", "Time since a device's last message.");
        foreach (var worker in workers)
            text.Sample("actorcolorize_worker_heard_seconds", worker.HeardAgo.TotalSeconds, ("device", worker.Worker.Device));
    }

    private static void WriteJobs(PrometheusText text, JobsSeen jobs)
    {
        text.Family("actorcolorize_jobs", "gauge", "The newest thousand jobs, by phase.");
        foreach (var phase in Enum.GetValues<JobPhase>())
            text.Sample("actorcolorize_jobs", jobs.ByPhase.GetValueOrDefault(phase), ("phase", Word(phase)));
        text.Family("actorcolorize_job_pictures", "gauge", "Pictures of an open job, by state.");
        foreach (var job in jobs.Open)
        {
            text.Sample("actorcolorize_job_pictures", job.Counts.Done, ("job", job.Job.Value), ("state", "done"));
            text.Sample("actorcolorize_job_pictures", job.Counts.Skipped, ("job", job.Job.Value), ("state", "skipped"));
            text.Sample("actorcolorize_job_pictures", job.Counts.Failed, ("job", job.Job.Value), ("state", "failed"));
            text.Sample("actorcolorize_job_pictures", job.Counts.Quarantined, ("job", job.Job.Value), ("state", "quarantined"));
            text.Sample("actorcolorize_job_pictures", job.Leased, ("job", job.Job.Value), ("state", "leased"));
            text.Sample(
                "actorcolorize_job_pictures",
                job.Items - job.Counts.Settled - job.Leased,
                ("job", job.Job.Value),
                ("state", "pending")
            );
        }

        text.Family("actorcolorize_pictures_per_second", "gauge", "Pictures settled recently, of all jobs that are not over.")
            .Sample("actorcolorize_pictures_per_second", jobs.Open.Sum(job => job.PicturesPerSecond));
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
