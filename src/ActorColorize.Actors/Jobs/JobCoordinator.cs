using ActorColorize.Data.Archives;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Walks the archive as fast as devices ask for work, lends units under fenced leases, and records each picture's one terminal state. The archive is never
/// held in memory: a unit is read from the walk when it is granted.
/// </summary>
public sealed class JobCoordinator : ReceiveActor
{
    private const int ItemsPerUnit = 32;

    private readonly IActorRef _watcher;
    private readonly TimeProvider _clock;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Queue<IActorRef> _credits = new();
    private readonly Queue<WorkUnit> _returned = new();
    private RunningJob? _job;

    /// <summary>A coordinator with no job.</summary>
    /// <param name="watcher">Gets the <see cref="JobEvents"/>.</param>
    /// <param name="clock">For the manifest's times.</param>
    public JobCoordinator(IActorRef watcher, TimeProvider clock)
    {
        _watcher = watcher;
        _clock = clock;
        Receive<JobCommands.Submit>(Submit);
        Receive<JobCommands.Cancel>(_ =>
        {
            if (_job is not { } job) return;
            job.Cancelled = true;
            EndIfSettled();
        });
        Receive<WorkCommands.RequestWork>(request =>
        {
            for (var i = 0; i < request.Credit; i++) _credits.Enqueue(Sender);
            GrantWhatIsAskedFor();
        });
        Receive<WorkCommands.SettleItem>(Settle);
        Receive<WorkCommands.ReturnAllWork>(_ => TakeWorkBack());
        Receive<WorkCommands.AbandonJob>(command => End(JobOutcome.Failed, command.Failure, command.Reason));
        Receive<Counted>(counted => _watcher.Tell(new JobEvents.ArchiveCounted(counted.Job, counted.Items)));
        Receive<Status.Failure>(failure => _log.Warning("the archive cannot be counted: {0}", failure.Cause.Message)); // the walk itself reports it
    }

    /// <inheritdoc/>
    protected override void PostStop() => _job?.Dispose();

    private void Submit(JobCommands.Submit command)
    {
        if (_job is not null)
        {
            _log.Warning("job {0} is under way; job {1} is not started", _job.Id, command.Job);
            return;
        }

        var root = command.Specification.InputRoot;
        var input = command.SinglePicture is { } picture ? Path.Combine(root, picture) : root;
        var id = command.Job;
        var watcher = _watcher;
        void PassedOver(string path, string reason) => watcher.Tell(new JobEvents.EntryPassedOver(id, path, reason));
        _job = new RunningJob(id, command.Specification, new JobManifest(command.Specification.OutputRoot, _clock), ArchiveScan.Enumerate(input, new ArchiveScanOptions(), PassedOver));
        Task.Run(() => new Counted(id, ArchiveScan.Enumerate(input, new ArchiveScanOptions(), null).LongCount())).PipeTo(Self);
        GrantWhatIsAskedFor();
    }

    private void GrantWhatIsAskedFor()
    {
        while (_credits.Count > 0 && NextUnit() is { } unit) _credits.Dequeue().Tell(new WorkEvents.WorkGranted(unit));
        EndIfSettled();
    }

    private WorkUnit? NextUnit()
    {
        if (_returned.TryDequeue(out var returned)) return returned;
        if (_job is not { Cancelled: false } job) return null;
        var items = new List<WorkItem>(ItemsPerUnit);
        for (var bytes = 0; items.Count < ItemsPerUnit && bytes < WorkUnitSize.Budget && job.TryNext(out var item); bytes += WorkUnitSize.Of(item)) items.Add(item);
        return items.Count == 0 ? null : job.Ledger.Grant(items);
    }

    private void Settle(WorkCommands.SettleItem command)
    {
        if (_job is not { } job || job.Id != command.Job) return;
        var item = job.Ledger.ItemOf(command.Unit, command.Item);
        if (item is null || !job.Ledger.Settle(command.Unit, command.Epoch, command.Item, command.Outcome)) return; // an older lease
        Record(job, item, command.Outcome);
        EndIfSettled();
    }

    private void TakeWorkBack()
    {
        _credits.Clear();
        if (_job is not { } job) return;
        var (again, givenUp) = job.Ledger.RegrantAll();
        foreach (var unit in again) _returned.Enqueue(unit);
        foreach (var unit in givenUp)
        {
            foreach (var item in unit.Items)
            {
                var outcome = new ItemOutcome.Failed(FailureClass.Device, $"the device failed {JobLedger.MaximumGrants} times while this picture was on it");
                if (job.Ledger.Settle(unit.Number, unit.Epoch, item.Number, outcome)) Record(job, item, outcome);
            }
        }

        EndIfSettled();
    }

    private void Record(RunningJob job, WorkItem item, ItemOutcome outcome)
    {
        try
        {
            job.Manifest.Record(item.RelativePath, job.Specification, outcome);
        }
        catch (IOException e)
        {
            End(JobOutcome.Failed, JobFailure.Output, $"the manifest cannot be written: {e.Message}");
            return;
        }

        _watcher.Tell(new JobEvents.ItemSettled(job.Id, item.RelativePath, outcome, job.Ledger.Counts));
    }

    private void EndIfSettled()
    {
        if (_job is not { } job || !job.Ledger.IsIdle || _returned.Count > 0) return;
        if (job.Cancelled) End(JobOutcome.Cancelled, null, "cancelled; a second run goes on from here");
        else if (job.IsWalked) End(job.Ledger.Counts.Failed > 0 ? JobOutcome.CompletedWithErrors : JobOutcome.Completed, null, "every picture is settled");
    }

    private void End(JobOutcome outcome, JobFailure? failure, string detail)
    {
        if (_job is not { } job) return;
        _job = null;
        _returned.Clear();
        var counts = job.Ledger.Counts;
        job.Dispose();
        _watcher.Tell(new JobEvents.Ended(job.Id, outcome, counts, failure, detail));
    }

    private sealed record Counted(JobId Job, long Items);

    /// <summary>The job under way: the walk through its archive, what is lent, the record.</summary>
    private sealed class RunningJob(JobId id, JobSpecification specification, JobManifest manifest, IEnumerable<ArchiveItem> archive) : IDisposable
    {
        private readonly IEnumerator<ArchiveItem> _walk = archive.GetEnumerator();

        internal JobId Id { get; } = id;

        internal JobSpecification Specification { get; } = specification;

        internal JobManifest Manifest { get; } = manifest;

        internal JobLedger Ledger { get; } = new(id, specification);

        internal bool Cancelled { get; set; }

        internal bool IsWalked { get; private set; }

        internal bool TryNext(out WorkItem item)
        {
            item = null!;
            if (IsWalked) return false;
            if (!_walk.MoveNext())
            {
                IsWalked = true;
                return false;
            }

            var found = _walk.Current;
            item = new WorkItem(found.Number, found.RelativePath, Manifest.Recorded(found.RelativePath));
            return true;
        }

        public void Dispose()
        {
            _walk.Dispose();
            Manifest.Sync();
            Manifest.Dispose();
        }
    }
}

/// <summary>Adds the job coordinator to an actor system.</summary>
public static class JobCoordinatorHosting
{
    /// <summary>Starts a coordinator that reports to the watcher.</summary>
    public static AkkaConfigurationBuilder AddJobCoordinator(this AkkaConfigurationBuilder builder, Func<ActorSystem, IActorRef> watcher) =>
        builder.WithActors((system, registry) =>
            registry.Register<JobCoordinator>(system.ActorOf(Props.Create(() => new JobCoordinator(watcher(system), TimeProvider.System)), "job-coordinator")));
}
