using System.Diagnostics;
using ActorColorize.Actors;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Actors.Tests.Postgres;
using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;
using Akka.Actor;
using Akka.Configuration;

namespace ActorColorize.Benchmarks;

/// <summary>
/// A job of a million pictures through coordinator, journal and store (SQLite, or a PostgreSQL server of its own; every commit on the
/// disk), with workers that do nothing but settle: what the coordinator costs. Half-way its actor system is thrown away and a new one goes
/// on.
/// </summary>
internal static class JobsBenchmark
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);
    internal static readonly JobSpecification Specification = new(
        "/archive",
        "/coloured",
        "/model",
        new string('a', 64),
        0.38,
        null,
        false,
        1,
        1,
        false,
        8,
        128,
        92
    );

    internal static void Run(int items, int workers, string kind)
    {
        var folder = Directory.CreateTempSubdirectory("actorcolorize-benchmark-");
        using var server = kind == "postgresql" ? new PostgresServer(syncs: true) : null;
        var postgres = server is null ? null : PostgresConnection.Parse(server.CreateDatabase());
        var database = postgres is null ? JobDatabase.Sqlite(folder.FullName) : JobDatabase.Postgres(postgres);
        var latencies = new List<double>();
        try
        {
            Console.WriteLine($"a job of {items:N0} pictures, {workers} workers that only settle; {database.Name}");
            var clock = Stopwatch.StartNew();
            var first = new Service(database, folder.FullName, items, workers, latencies);
            var job = first.Submit();
            first.Until(job, status => status.Counts.Settled >= items / 2);
            Report("first half", items / 2, clock.Elapsed);
            first.Dispose();

            clock.Restart();
            using var second = new Service(database, folder.FullName, items, workers, latencies);
            var again = second.Until(job, _ => true);
            Console.WriteLine(
                $"restart: answers after {clock.Elapsed.TotalSeconds:F2} s, {again.Counts.Settled:N0} settled, {again.Items:N0} found"
            );
            var before = again.Counts.Settled;
            second.Until(job, status => status.Counts.Settled > before);
            Console.WriteLine($"restart: grants after {clock.Elapsed.TotalSeconds:F2} s");
            clock.Restart();
            var left = items - before;
            second.Until(job, status => status.Counts.Settled == items);
            Report("second half", left, clock.Elapsed);
            clock.Restart();
            var end = second.Until(job, status => status.EndedAt is not null);
            Console.WriteLine(
                $"manifest: {clock.Elapsed.TotalSeconds:F1} s for "
                    + $"{new FileInfo(Path.Combine(folder.FullName, "coloured", JobManifest.FileName)).Length / 1e6:F0} MB; job "
                    + $"{end.Phase}, {end.Counts.Done:N0} done"
            );
            second.Pages(job);
            latencies.Sort();
            Console.WriteLine(
                $"job show: median {latencies[latencies.Count / 2]:F1} ms, 99 % {latencies[latencies.Count * 99 / 100]:F1} ms, worst "
                    + $"{latencies[^1]:F1} ms of {latencies.Count:N0}"
            );
            using var process = Process.GetCurrentProcess();
            Console.WriteLine(
                $"memory: {process.PeakWorkingSet64 / 1e6:F0} MB at most, workers and measuring included; database {Bytes() / 1e6:F0} MB"
            );
            Console.WriteLine(
                $"processor: {process.TotalProcessorTime.TotalSeconds:F1} s in all, "
                    + $"{process.TotalProcessorTime.TotalMilliseconds * 1000 / items:F0} µs a picture"
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        long Bytes() =>
            server is null
                ? new FileInfo(Path.Combine(folder.FullName, "jobs.db")).Length
                : long.Parse(
                    server.Execute(postgres!.Place[(postgres.Place.LastIndexOf('/') + 1)..], "SELECT pg_database_size(current_database())")
                );
    }

    private static void Report(string what, long items, TimeSpan time) =>
        Console.WriteLine($"{what}: {items / time.TotalSeconds:N0} pictures/s ({time.TotalSeconds:F1} s)");

    private sealed class Service : IDisposable
    {
        private readonly ActorSystem _system;
        private readonly IActorRef _coordinator;
        private readonly List<double> _latencies;
        private readonly int _items;

        internal Service(JobDatabase database, string folder, int items, int workers, List<double> latencies)
        {
            _latencies = latencies;
            _items = items;
            _system = ActorSystem.Create(
                "jobs",
                ConfigurationFactory
                    .ParseString(database.JournalHocon)
                    .WithFallback(AkkaHocon.JobsDispatcher)
                    .WithFallback(StrictSerialization.Hocon)
                    .WithFallback("akka.loglevel = WARNING")
            );
            var settings = new JobCoordinatorSettings
            {
                OpenStore = database.OpenStore,
                ScratchFolder = folder,
                Files = new NumberedFiles(folder, items),
            };
            _coordinator = _system.ActorOf(JobCoordinatorHosting.PropsOf(settings), "job-coordinator");
            for (var i = 0; i < workers; i++)
            {
                var (coordinator, id) = (_coordinator, WorkerId.NewIncarnation($"worker-{i}"));
                _system.ActorOf(Props.Create(() => new SimulatedWorker(coordinator, id, TimeSpan.Zero)));
            }
        }

        internal JobId Submit() =>
            _coordinator
                .Ask<JobAnswers.Submitted>(
                    new JobCommands.Submit(CommandId.New(), new ClientId("benchmark"), "million", JobPriority.Normal, Specification),
                    Patience
                )
                .Result.Job;

        /// <summary>Asks ten times a second, and keeps how long each answer took.</summary>
        internal JobReports.JobStatus Until(JobId job, Func<JobReports.JobStatus, bool> condition)
        {
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            while (true)
            {
                var clock = Stopwatch.GetTimestamp();
                if (_coordinator.Ask<JobReports.JobStatus>(new JobQueries.Show(job), Patience).Result is var status && condition(status))
                    return status;
                _latencies.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
                tick.WaitForNextTickAsync().AsTask().Wait();
            }
        }

        internal void Pages(JobId job)
        {
            Time("a page of pictures", new JobQueries.Items(job, null, _items * 7L / 10, 100));
            Time("a page of errors", new JobQueries.Errors(job, -1, 100));
            Time("a page of history", new JobQueries.EventsAfter(job, _items * 7L / 10, 100, TimeSpan.Zero));
            Time("the list of jobs", new JobQueries.List(null, null, 100));
        }

        public void Dispose() => _system.Terminate().Wait();

        private void Time(string what, object query)
        {
            var clock = Stopwatch.GetTimestamp();
            _ = _coordinator.Ask<object>(query, Patience).Result;
            Console.WriteLine($"{what}: {Stopwatch.GetElapsedTime(clock).TotalMilliseconds:F1} ms");
        }
    }
}
