using System.Diagnostics.Metrics;
using System.Text.Json;
using ActorColorize.Gateway;
using ActorColorize.Protocol;

namespace ActorColorize.Rest;

/// <summary>
/// The daemon's state as instruments of System.Diagnostics.Metrics: nodes, devices, jobs, runs, disk and certificate. They read what
/// <see cref="CoordinatorMonitor"/> was told last; observing them asks nobody. State that was not told is left out.
/// </summary>
internal sealed class DaemonInstruments : IDisposable
{
    private readonly Meter _meter;
    private readonly GatewayBackends _backends;
    private readonly CoordinatorMonitor _monitor;
    private readonly RestSettings _settings;

    /// <summary>Publishes the instruments.</summary>
    public DaemonInstruments(GatewayBackends backends, CoordinatorMonitor monitor, RestSettings settings)
    {
        (_backends, _monitor, _settings) = (backends, monitor, settings);
        _meter = new Meter(settings.MeterName);
        Gauge("actorcolorize.start.time", "s", "When the daemon was started, Unix time.", StartTime);
        Gauge("actorcolorize.info", null, "Always 1: the program's version.", Info);
        Gauge("actorcolorize.disk.free", "By", "Free space of the data folder's disk.", FreeDisk);
        Gauge("actorcolorize.certificate.expiry", "s", "When the certificate of a node that expires first does, Unix time.", Expiries);
        Gauge("actorcolorize.node.reachable", null, "Nodes of the cluster, as seen by this one: 1 if reachable.", Nodes);
        Gauge("actorcolorize.coordinator.up", null, "1 if the coordinator answered its last query, 0 otherwise.", Coordinators);
        Gauge("actorcolorize.workers", "{worker}", "Devices that process archive jobs.", () => Workers(all => [new(all.Count)]));
        Gauge("actorcolorize.worker.units", "{unit}", "Units leased to a device.", () => EachWorker(worker => worker.Units));
        Gauge("actorcolorize.worker.silence", "s", "Time since a device's last message, when its coordinator was asked.", () =>
            EachWorker(worker => worker.HeardAgo.TotalSeconds)
        );
        Gauge("actorcolorize.jobs", "{job}", "The newest thousand jobs, by phase.", () => Jobs(JobsByPhase));
        Gauge("actorcolorize.job.pictures", "{picture}", "Pictures of an open job, by state.", () =>
            Jobs(jobs => jobs.Open.SelectMany(PicturesByState))
        );
        Gauge("actorcolorize.jobs.throughput", "{picture}/s", "Pictures settled recently, of all open jobs.", () =>
            Jobs(jobs => [new(jobs.Open.Sum(job => job.PicturesPerSecond))])
        );
        Gauge("actorcolorize.runs", "{run}", "The newest hundred runs, by phase.", () => Runs(RunsByPhase));
        EachRun("actorcolorize.run.active", null, "1 while the run trains, 0 while it waits or is paused.", IsActive);
        EachRun("actorcolorize.run.step", "{step}", "Steps completed.", run => run.Step.Value);
        EachRun("actorcolorize.run.steps", "{step}", "Steps of the whole run.", run => run.TotalSteps);
        EachRun("actorcolorize.run.loss", null, "Newest training loss, weighted nats per pixel.", run => run.Progress?.LossMean);
        EachRun("actorcolorize.run.learning_rate", null, "Learning rate of the newest step.", run => run.Progress?.LearningRate);
        EachRun("actorcolorize.run.throughput", "{picture}/s", "Pictures trained on per second.", run => run.Progress?.PicturesPerSecond);
        EachRun("actorcolorize.run.data_wait", "1", "Share of the time spent waiting for pictures.", run => run.Progress?.DataWaitShare);
        EachRun("actorcolorize.run.memory", "By", "Resident memory of the device's process.", run => run.Progress?.ResidentBytes);
        EachRun("actorcolorize.run.remaining", "s", "Time left for the whole run.", run => run.Progress?.Remaining?.TotalSeconds);
        EachRun("actorcolorize.run.validation.loss", null, "The newest validation loss.", run => run.Validation?.Loss);
        EachRun("actorcolorize.run.validation.baseline", null, "The loss of the best constant answer.", run => run.Validation?.Baseline);
        EachRun("actorcolorize.run.faults", "{fault}", "Faults since the daemon's start.", run => run.Faults);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Gauge(string name, string? unit, string description, Func<IEnumerable<Measurement<double>>> observe) =>
        _meter.CreateObservableGauge(name, observe, unit, description);

    private void EachRun(string name, string? unit, string description, Func<TrainingReports.RunStatus, double?> figure) =>
        Gauge(name, unit, description, () =>
            Runs(runs =>
                runs.Open.Where(run => figure(run) is not null).Select(run => Figure(figure(run)!.Value, ("run_id", run.Run.Value)))
            )
        );

    private static double? IsActive(TrainingReports.RunStatus run) => run.Phase == TrainingPhase.Running ? 1 : 0;

    private IEnumerable<Measurement<double>> StartTime() => [new(_backends.Daemon.StartedAt.ToUnixTimeMilliseconds() / 1000.0)];

    private IEnumerable<Measurement<double>> Info() => [Figure(1, ("program", _backends.Daemon.Program))];

    private IEnumerable<Measurement<double>> FreeDisk()
    {
        if (_settings.DataFolder is not { } folder)
            return [];
        try
        {
            return [new(new DriveInfo(folder).AvailableFreeSpace)];
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>
    /// Of every node of the cluster that is known here, this one included; without a cluster, of this daemon alone. A node without
    /// certificates has none.
    /// </summary>
    private IEnumerable<Measurement<double>> Expiries()
    {
        var nodes = _backends.Nodes().Nodes;
        return nodes.Count == 0
            ? _backends.Daemon.Certificate is { } own
                ? [Expiry(own)]
                : []
            : nodes.Where(node => node.Certificate is not null).Select(node => Expiry(node.Certificate!, ("address", node.Address)));
    }

    private static Measurement<double> Expiry(CertificateExpiry certificate, params IEnumerable<(string Name, string Value)> labels) =>
        Figure(certificate.ExpiresAt.ToUnixTimeSeconds(), [.. labels, ("setting", certificate.Setting)]);

    private IEnumerable<Measurement<double>> Nodes() =>
        _backends
            .Nodes()
            .Nodes.Select(node => Figure(node.IsReachable ? 1 : 0, ("address", node.Address), ("role", node.Role), ("state", node.State)));

    private IEnumerable<Measurement<double>> Coordinators() =>
        [.. Up("workers", _monitor.Workers.Newest), .. Up("jobs", _monitor.Jobs.Newest), .. Up("runs", _monitor.Runs.Newest)];

    private static IEnumerable<Measurement<double>> Up<T>(string query, Observation<T>? newest)
        where T : class => newest is null ? [] : [Figure(newest.Problem is null ? 1 : 0, ("query", query))];

    private IEnumerable<Measurement<double>> EachWorker(Func<WorkerReport, double> figure) =>
        Workers(all => all.Select(worker => Figure(figure(worker), ("device", worker.Worker.Device))));

    private IEnumerable<Measurement<double>> Workers(Func<IReadOnlyList<WorkerReport>, IEnumerable<Measurement<double>>> figures) =>
        _monitor.Workers.Newest?.Value is { } workers ? figures(workers) : [];

    private IEnumerable<Measurement<double>> Jobs(Func<JobsSeen, IEnumerable<Measurement<double>>> figures) =>
        _monitor.Jobs.Newest?.Value is { } jobs ? figures(jobs) : [];

    private IEnumerable<Measurement<double>> Runs(Func<RunsSeen, IEnumerable<Measurement<double>>> figures) =>
        _monitor.Runs.Newest?.Value is { } runs ? figures(runs) : [];

    private static IEnumerable<Measurement<double>> JobsByPhase(JobsSeen jobs) =>
        Enum.GetValues<JobPhase>().Select(phase => Figure(jobs.ByPhase.GetValueOrDefault(phase), ("phase", Word(phase))));

    private static IEnumerable<Measurement<double>> RunsByPhase(RunsSeen runs) =>
        Enum.GetValues<TrainingPhase>().Select(phase => Figure(runs.ByPhase.GetValueOrDefault(phase), ("phase", Word(phase))));

    private static IEnumerable<Measurement<double>> PicturesByState(JobReports.JobStatus job)
    {
        var id = job.Job.Value;
        return
        [
            Figure(job.Counts.Done, ("job_id", id), ("state", "done")),
            Figure(job.Counts.Skipped, ("job_id", id), ("state", "skipped")),
            Figure(job.Counts.Failed, ("job_id", id), ("state", "failed")),
            Figure(job.Counts.Quarantined, ("job_id", id), ("state", "quarantined")),
            Figure(job.Leased, ("job_id", id), ("state", "leased")),
            Figure(job.Items - job.Counts.Settled - job.Leased, ("job_id", id), ("state", "pending")),
        ];
    }

    private static Measurement<double> Figure(double value, params IEnumerable<(string Name, string Value)> labels) =>
        new(value, labels.Select(label => new KeyValuePair<string, object?>(label.Name, label.Value)));

    private static string Word<T>(T phase)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(phase.ToString());
}
