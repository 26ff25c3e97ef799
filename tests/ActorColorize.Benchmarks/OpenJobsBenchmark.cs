using System.Diagnostics;
using ActorColorize.Actors;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;
using Akka.Actor;
using Akka.Configuration;

namespace ActorColorize.Benchmarks;

/// <summary>
/// What open jobs cost that have nothing to do with what happens: a grant among many jobs that are ready, and jobs that come and go while
/// many others are paused.
/// </summary>
internal static class OpenJobsBenchmark
{
    private const int Clients = 256;
    private const int PicturesPerJob = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);
    private static readonly ItemOutcome Done = new ItemOutcome.Done(new string('1', 64), new string('2', 64), 1000, 640, 480, 12.5);

    internal static void Run(IReadOnlyList<int> openJobs, int jobs)
    {
        Console.WriteLine($"open jobs of {Clients} clients");
        Schedule(1000); // warm-up
        foreach (var open in openJobs)
            Console.WriteLine($"{open, 9:N0} ready: {Schedule(open).TotalMicroseconds, 10:N1} µs of processor a grant with its settlement");
        Coordinate(100, jobs); // warm-up
        foreach (var open in openJobs)
            Console.WriteLine($"{open, 9:N0} paused: {Coordinate(open, jobs)}");
    }

    /// <summary>All jobs are ready; one worker gets and settles unit after unit.</summary>
    private static TimeSpan Schedule(int open)
    {
        const int most = 5000;
        var (worker, now) = (new WorkerId("worker", "1"), TimeSpan.FromHours(1));
        var scheduler = new WorkScheduler(new LedgerSettings { ItemsPerUnit = 1 });
        for (var i = 0; i < open; i++)
            scheduler.Add(Ready(i), now);
        scheduler.Request(worker, 1, DateTimeOffset.UnixEpoch, now);
        var unit = scheduler.Grant(now)[0].Unit;
        var grants = 0;
        var clock = Stopwatch.StartNew();
        var before = ProcessorTime();
        for (; grants < most && clock.Elapsed < TimeSpan.FromSeconds(15); grants++)
        {
            SettledItem[] settled = [new(unit.Items[0].Number, Done)];
            scheduler.Settle(new WorkCommands.SettleItems(worker, unit.Lease, settled), DateTimeOffset.UnixEpoch, now);
            unit = scheduler.Grant(now)[0].Unit;
        }

        return (ProcessorTime() - before) / grants;
    }

    /// <summary>Jobs are submitted, coloured and ended while the open ones are paused.</summary>
    private static string Coordinate(int open, int jobs)
    {
        var folder = Directory.CreateTempSubdirectory("actorcolorize-benchmark-");
        try
        {
            var database = JobDatabase.Sqlite(folder.FullName);
            Fill(database, open);
            using var system = ActorSystem.Create(
                "jobs",
                ConfigurationFactory
                    .ParseString(database.JournalHocon)
                    .WithFallback(AkkaHocon.JobsDispatcher)
                    .WithFallback(StrictSerialization.Hocon)
                    .WithFallback("akka.loglevel = WARNING")
            );
            var commits = new CommitCounter();
            var settings = new JobCoordinatorSettings
            {
                OpenStore = () => commits.Wrap(database.OpenStore()),
                ScratchFolder = folder.FullName,
                Files = new NumberedFiles(folder.FullName, PicturesPerJob),
                Leasing = new LedgerSettings { LeaseFor = TimeSpan.FromHours(1) },
            };
            var clock = Stopwatch.StartNew();
            var coordinator = system.ActorOf(JobCoordinatorHosting.PropsOf(settings), "job-coordinator");
            RunJobs(coordinator, "warm-up", 20);
            var started = clock.Elapsed;
            system.ActorOf(Props.Create(() => new Settler(coordinator)));

            RunJobs(coordinator, "first", 100);
            var (before, commitsBefore) = (ProcessorTime(), commits.Count);
            clock.Restart();
            RunJobs(coordinator, "measured", jobs);
            var wall = clock.Elapsed;
            var (used, made) = (ProcessorTime() - before, commits.Count - commitsBefore);
            system.Terminate().Wait();
            return $"{used.TotalMilliseconds / jobs, 7:N2} ms of processor a job, {used.TotalMilliseconds / made, 7:N2} ms a commit "
                + $"({jobs} jobs, {made} commits in {wall.TotalSeconds:N1} s); started in {started.TotalSeconds:N1} s";
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Submits jobs and waits until all are over.</summary>
    private static void RunJobs(IActorRef coordinator, string name, int jobs)
    {
        var submitted = Enumerable
            .Range(0, jobs)
            .Select(i =>
                coordinator.Ask<JobAnswers.Submitted>(
                    new JobCommands.Submit(
                        CommandId.New(),
                        new ClientId("benchmark"),
                        $"{name}-{i}",
                        JobPriority.Normal,
                        JobsBenchmark.Specification with
                        {
                            OutputRoot = $"/{name}-{i}",
                        }
                    ),
                    Patience
                )
            )
            .ToArray();
        if (name == "warm-up")
        {
            _ = Task.WhenAll(submitted).Result; // there is no worker yet
            return;
        }

        foreach (var job in submitted.Select(answer => answer.Result.Job))
        {
            for (var after = 0L; ; )
            {
                var query = new JobQueries.EventsAfter(job, after, 100, TimeSpan.FromSeconds(30));
                var page = coordinator.Ask<JobReports.EventPage>(query, Patience).Result;
                if (page.IsOver)
                    break;
                after = page.Events is [.., var last] ? last.Sequence : after;
            }
        }
    }

    private static TimeSpan ProcessorTime()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }

    private static void Fill(JobDatabase database, int open)
    {
        using var store = database.OpenStore();
        var term = store.BecomeLeader();
        var number = 0;
        foreach (var chunk in Enumerable.Range(0, open).Select(Paused).Chunk(1000))
            store.Commit(term, ++number, [.. chunk.Select(job => new StoreChange.JobSaved(job, 0))]);
    }

    private static JobAtWork Ready(int number)
    {
        var job = Submitted(number);
        var ledger = new JobLedger(job.Job, new LedgerSettings { ItemsPerUnit = 1 });
        string[] paths = [.. Enumerable.Range(0, PicturesPerJob).Select(i => $"{i}.jpg")];
        ledger.Found(paths);
        var wanted = ledger.Wants()!.Value;
        ledger.Supply(wanted.Pass, [.. paths.Select((path, i) => new WorkItem(i, path, null))], wanted.UpTo);
        ledger.TakeChanges();
        return new JobAtWork(job, ledger);
    }

    private static JobState Paused(int number)
    {
        var job = Submitted(number);
        return job.Apply(new JobEvents.ArchiveScanned(job.Job, PicturesPerJob, 0))
            .Apply(
                new JobEvents.Paused(job.Job, new JobPause(PauseOwner.Of(job.Origin.Client), "benchmark", DateTimeOffset.UnixEpoch, null))
            );
    }

    private static JobState Submitted(int number) =>
        JobState.From(
            new JobEvents.Submitted(
                new JobId($"20260101-000000-{number:x6}"),
                new ClientId($"client {number % Clients}"),
                $"open {number}",
                JobPriority.Normal,
                JobsBenchmark.Specification with
                {
                    OutputRoot = $"/open/{number}",
                },
                DateTimeOffset.UnixEpoch
            )
        );

    /// <summary>Settles granted units immediately.</summary>
    private sealed class Settler : ReceiveActor
    {
        public Settler(IActorRef coordinator)
        {
            var id = WorkerId.NewIncarnation("worker");
            coordinator.Tell(new WorkCommands.RequestWork(id, 4));
            Receive<WorkEvents.WorkGranted>(granted =>
                coordinator.Tell(
                    new WorkCommands.SettleItems(
                        id,
                        granted.Unit.Lease,
                        [.. granted.Unit.Items.Select(item => new SettledItem(item.Number, Done))]
                    )
                )
            );
            ReceiveAny(_ => { });
        }
    }

    /// <summary>Counts commits.</summary>
    private sealed class CommitCounter
    {
        private int _count;

        internal int Count => Volatile.Read(ref _count);

        internal IJobStore Wrap(IJobStore store) => new Store(this, store);

        private sealed class Store(CommitCounter counter, IJobStore store) : IJobStore
        {
            public long BecomeLeader() => store.BecomeLeader();

            public void Commit(long term, long number, IReadOnlyList<StoreChange> changes)
            {
                store.Commit(term, number, changes);
                Interlocked.Increment(ref counter._count);
            }

            public IReadOnlyList<StoredJob> OpenJobs() => store.OpenJobs();

            public StoredJob? Find(JobId job) => store.Find(job);

            public StoredJob? FindByKey(ClientId client, string key) => store.FindByKey(client, key);

            public IReadOnlyList<StoredUnit> Units(JobId job) => store.Units(job);

            public IReadOnlyList<WorkItem> Unsettled(JobId job, IReadOnlyList<long> numbers) => store.Unsettled(job, numbers);

            public IReadOnlyList<WorkItem> Pending(JobId job, long after, long upTo, int limit) => store.Pending(job, after, upTo, limit);

            public string? LastPath(JobId job) => store.LastPath(job);

            public IEnumerable<SettledPicture> Settled(JobId job) => store.Settled(job);

            public IReadOnlyList<SettledPicture> Settled(JobId job, IReadOnlyList<long> numbers) => store.Settled(job, numbers);

            public IEnumerable<string> Rejected(JobId job) => store.Rejected(job);

            public JobReports.ReviewCounts Reviews(JobId job) => store.Reviews(job);

            public JobReports.JobPage List(JobQueries.List query) => store.List(query);

            public JobReports.ItemPage Items(JobQueries.Items query) => store.Items(query);

            public JobReports.ErrorPage Errors(JobQueries.Errors query) => store.Errors(query);

            public IReadOnlyList<NumberedJobEvent> Events(JobId job, long after, int limit) => store.Events(job, after, limit);

            public IReadOnlyList<JobId> EndedBefore(DateTimeOffset time, DateTimeOffset passing) => store.EndedBefore(time, passing);

            public void Dispose() => store.Dispose();
        }
    }
}
