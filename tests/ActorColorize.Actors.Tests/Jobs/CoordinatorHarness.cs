using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.TestKit;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>A coordinator with a store in a scratch folder; probes play clients and workers.</summary>
internal sealed class CoordinatorHarness : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TestKitBase _kit;
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("actorcolorize-jobs-");
    private readonly TestProbe _client;
    private readonly SqlDialect _dialect;
    private readonly bool _isSupervised;

    /// <param name="kit">The test's actor system.</param>
    /// <param name="pictures">Pictures in the archive.</param>
    /// <param name="files">Changes the archive.</param>
    /// <param name="goesOn">Whether a coordinator resumes unfinished jobs.</param>
    /// <param name="store">Wraps stores.</param>
    /// <param name="dialect">The database; null: a SQLite file.</param>
    /// <param name="ioDeadline">How long a drive may give no answer; null: as in a daemon.</param>
    /// <param name="isSupervised">Whether a coordinator that stops is restarted, as in a daemon.</param>
    internal CoordinatorHarness(
        TestKitBase kit,
        int pictures = 8,
        Func<ListedFiles, ListedFiles>? files = null,
        bool goesOn = true,
        Func<IJobStore, IJobStore>? store = null,
        SqlDialect? dialect = null,
        bool isSupervised = false,
        TimeSpan? ioDeadline = null
    )
    {
        _kit = kit;
        _dialect = dialect ?? new SqliteDialect(Path.Combine(_scratch.FullName, "jobs.db"));
        _isSupervised = isSupervised;
        _client = kit.CreateTestProbe();
        Files = files?.Invoke(new ListedFiles(_scratch.FullName, Samples.Paths(0, pictures)))
            ?? new ListedFiles(_scratch.FullName, Samples.Paths(0, pictures));
        Settings = new JobCoordinatorSettings
        {
            OpenStore = () => store?.Invoke(OpenStore()) ?? OpenStore(),
            ScratchFolder = _scratch.FullName,
            Files = Files,
            Clock = Clock,
            Leasing = new LedgerSettings { ItemsPerUnit = 4 },
            Tick = TimeSpan.FromMilliseconds(20),
            FirstCheck = TimeSpan.FromMilliseconds(20),
            CleanUpEvery = TimeSpan.FromMilliseconds(100),
            GoesOnWithUnfinished = goesOn,
            WalkDeadline = ioDeadline ?? TimeSpan.FromMinutes(1),
            CheckDeadline = ioDeadline ?? TimeSpan.FromSeconds(30),
        };
        Coordinator = Start();
    }

    internal ListedFiles Files { get; }

    internal SteppedClock Clock { get; } = new();

    internal JobCoordinatorSettings Settings { get; }

    internal IActorRef Coordinator { get; private set; }

    internal string Folder => _scratch.FullName;

    internal string Manifest => Path.Combine(_scratch.FullName, "out", JobManifest.FileName);

    internal SqlJobStore OpenStore() => new(_dialect);

    /// <summary>The coordinator's process is killed, and another one takes its place.</summary>
    internal void Restart()
    {
        _client.Watch(Coordinator);
        Coordinator.Tell(Kill.Instance);
        _client.ExpectTerminated(Coordinator, Patience);
        Coordinator = Start();
    }

    internal T Ask<T>(object command)
    {
        Coordinator.Tell(command, _client);
        return _client.ExpectMsg<T>(Patience);
    }

    /// <summary>Repeats a query, as a client does, until there is an answer of this kind.</summary>
    internal T AskUntilAnswered<T>(object command)
        where T : class
    {
        var probe = _kit.CreateTestProbe();
        T? answer = null;
        _kit.AwaitCondition(
            () =>
            {
                Coordinator.Tell(command, probe);
                return (answer = probe.ReceiveOne(TimeSpan.FromMilliseconds(500)) as T) is not null;
            },
            TimeSpan.FromMinutes(2)
        );
        return answer!;
    }

    internal JobId Submit(string key = "k", BlockerPolicy onBlocker = BlockerPolicy.Wait, string outputRoot = "/out")
    {
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        return Ask<JobAnswers.Submitted>(SubmitCommand(key, onBlocker, outputRoot)).Job;
    }

    internal static JobCommands.Submit SubmitCommand(
        string key = "k",
        BlockerPolicy onBlocker = BlockerPolicy.Wait,
        string outputRoot = "/out"
    ) =>
        new(
            CommandId.New(),
            Samples.Client,
            key,
            JobPriority.Normal,
            Samples.Specification with
            {
                OnBlocker = onBlocker,
                OutputRoot = outputRoot,
            }
        );

    internal JobReports.JobStatus Show(JobId job) => Ask<JobReports.JobStatus>(new JobQueries.Show(job));

    /// <summary>Waits until the job satisfies a condition.</summary>
    internal JobReports.JobStatus Until(JobId job, Func<JobReports.JobStatus, bool> condition)
    {
        JobReports.JobStatus? last = null;
        _kit.AwaitCondition(() => condition(last = Show(job)), Patience, TimeSpan.FromMilliseconds(10));
        return last!;
    }

    internal JobReports.JobStatus UntilOver(JobId job)
    {
        UntilTold<JobEvents.JobEnded>(job);
        return Until(job, status => status.EndedAt is not null);
    }

    /// <summary>The whole history, page by page, as a watcher reads it.</summary>
    internal IReadOnlyList<NumberedJobEvent> History(JobId job)
    {
        var history = new List<NumberedJobEvent>();
        while (Ask<JobReports.EventPage>(new JobQueries.EventsAfter(job, history.Count, 3, TimeSpan.Zero)).Events is { Count: > 0 } events)
            history.AddRange(events);
        return history;
    }

    /// <summary>Waits until an event of this kind can be read.</summary>
    internal void UntilTold<T>(JobId job) =>
        _kit.AwaitCondition(() => History(job).Any(numbered => numbered.Event is T), Patience, TimeSpan.FromMilliseconds(10));

    internal WorkerProbe Worker(string device = "gpu", int incarnation = 1) =>
        new(this, _kit.CreateTestProbe(), new WorkerId(device, $"{incarnation}"));

    public void Dispose() => _scratch.Delete(recursive: true);

    private IActorRef Start()
    {
        var settings = Settings;
        return _kit.Sys.ActorOf(_isSupervised ? JobCoordinatorHosting.PropsOf(settings) : Props.Create(() => new JobCoordinator(settings)));
    }

    /// <summary>A worker that is controlled by a test.</summary>
    internal sealed class WorkerProbe(CoordinatorHarness harness, TestProbe probe, WorkerId id)
    {
        private readonly Queue<WorkUnit> _granted = new();
        private int _credit;

        internal WorkerId Id => id;

        internal TestProbe Probe => probe;

        internal void Request(int credit = 1)
        {
            _credit = credit;
            Tell(new WorkCommands.RequestWork(id, credit));
        }

        internal WorkUnit ExpectUnit()
        {
            if (!_granted.TryDequeue(out var unit))
                Expect<WorkEvents.WorkGranted>(_ => true);
            return unit ?? _granted.Dequeue();
        }

        internal void Settle(WorkUnit unit, ItemOutcome outcome) => Settle(unit, Samples.All(unit, outcome));

        internal void Settle(WorkUnit unit, IReadOnlyList<SettledItem> items)
        {
            Tell(new WorkCommands.SettleItems(id, unit.Lease, items));
            Expect<WorkEvents.ItemsTaken>(taken => taken.Lease == unit.Lease);
        }

        internal void SettleTooLate(WorkUnit unit)
        {
            Tell(new WorkCommands.SettleItems(id, unit.Lease, Samples.All(unit, Samples.Done)));
            Expect<WorkEvents.LeaseLost>(lost => lost.Lease == unit.Lease);
        }

        internal WorkEvents.LeasesRenewed Renew(params WorkLease[] leases)
        {
            Tell(new WorkCommands.RenewLeases(id, _credit, leases));
            return Expect<WorkEvents.LeasesRenewed>(_ => true);
        }

        /// <summary>Waits for a message; units that come before it are kept.</summary>
        private T Expect<T>(Predicate<T> condition) =>
            (T)
                probe.FishForMessage(
                    message =>
                    {
                        if (message is WorkEvents.WorkGranted granted)
                            _granted.Enqueue(granted.Unit);
                        return message is T wanted && condition(wanted);
                    },
                    Patience
                );

        internal void Tell(object message) => harness.Coordinator.Tell(message, probe);
    }
}
