using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>
/// The only writer of the job store, on its own thread. A commit that fails with a transient fault (a full disk, an unreachable database)
/// is retried until it succeeds, each time over a new connection: nothing is lost meanwhile, and the coordinator is notified so that it
/// starts nothing new.
/// </summary>
internal sealed class JobStoreActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(15);

    private readonly Func<IJobStore> _open;
    private readonly IActorRef _coordinator;
    private IJobStore? _store;
    private long _term;
    private TimeSpan _delay = FirstDelay;

    public JobStoreActor(Func<IJobStore> open, IActorRef coordinator)
    {
        _open = open;
        _coordinator = coordinator;
        Receive<JobStoreCommands.Prepare>(command => Try(command, _ => null));
        Receive<JobStoreCommands.Open>(Open);
        Receive<JobStoreCommands.Commit>(Commit);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>After an unexpected exception the coordinator must not wait for an answer that will not come.</summary>
    protected override void PreRestart(Exception reason, object message)
    {
        _coordinator.Tell(new JobStoreEvents.Lost(JobStoreFault.Broken, reason.Message));
        base.PreRestart(reason, message);
    }

    protected override void PostStop() => _store?.Dispose();

    private void Open(JobStoreCommands.Open command) => Try(command, store =>
        {
            _term = store.BecomeLeader();
            var jobs = store
                .OpenJobs()
                .Select(job => job.State.Job)
                .Union(command.Also)
                .Select(store.Find)
                .OfType<StoredJob>()
                .Select(job => LoadedJob.Of(store, job))
                .ToList();
            return new JobStoreEvents.Opened(jobs);
        });

    private void Commit(JobStoreCommands.Commit command) => Try(command, store =>
        {
            if (command.Changes.Count > 0)
                store.Commit(_term, command.Number, command.Changes);
            return new JobStoreEvents.Committed(
                command.Number,
                [.. command.Loads.Select(load => new PendingPage(load.Job, load.Pass, Page(store, load), load.UpTo, load.Limit))]
            );
        });

    private static IReadOnlyList<WorkItem> Page(IJobStore store, PendingLoad load) =>
        store.Pending(load.Job, load.After, load.UpTo, load.Limit);

    private void Try(object command, Func<IJobStore, object?> action)
    {
        try
        {
            _store ??= _open();
            var answer = action(_store);
            _delay = FirstDelay;
            if (answer is not null)
                _coordinator.Tell(answer);
        }
        catch (JobStoreException fault) when (fault.Fault is JobStoreFault.Passing or JobStoreFault.Refused)
        {
            _store?.Dispose();
            _store = null;
            _coordinator.Tell(new JobStoreEvents.Stalled(fault.Message));
            Timers.StartSingleTimer(command, command, _delay);
            _delay = TimeSpan.FromTicks(Math.Min(_delay.Ticks * 2, LongestDelay.Ticks));
        }
        catch (JobStoreException fault)
        {
            _coordinator.Tell(new JobStoreEvents.Lost(fault.Fault, fault.Message));
        }
    }
}

/// <summary>Pending pictures that a ledger needs.</summary>
internal sealed record PendingLoad(JobId Job, int Pass, long After, long UpTo, int Limit);

/// <summary>Pending pictures for a ledger.</summary>
internal sealed record PendingPage(JobId Job, int Pass, IReadOnlyList<WorkItem> Items, long AskedUpTo, int Limit)
{
    /// <summary>There is no other pending picture up to this number.</summary>
    internal long UpTo => Items.Count < Limit ? AskedUpTo : Items[^1].Number;
}

/// <summary>Commands to the store's writer.</summary>
internal static class JobStoreCommands
{
    /// <summary>
    /// Create missing tables: those of the journal may be among them, and the journal is read before a coordinator becomes the leader.
    /// </summary>
    internal sealed record Prepare
    {
        internal static readonly Prepare Instance = new();
    }

    /// <summary>Take over leadership and return the unfinished jobs.</summary>
    /// <param name="Also">Further jobs to return, ended or not.</param>
    internal sealed record Open(IReadOnlyList<JobId> Also);

    /// <summary>Commit changes, then load pending pictures.</summary>
    /// <param name="Number">The batch's number.</param>
    /// <param name="Changes">The changes.</param>
    /// <param name="Loads">The pending pictures to load.</param>
    internal sealed record Commit(long Number, IReadOnlyList<StoreChange> Changes, IReadOnlyList<PendingLoad> Loads);
}

/// <summary>Answers of the store's writer.</summary>
internal static class JobStoreEvents
{
    /// <summary>The store is open, under a new term.</summary>
    internal sealed record Opened(IReadOnlyList<LoadedJob> Jobs);

    /// <summary>The changes are on disk.</summary>
    internal sealed record Committed(long Number, IReadOnlyList<PendingPage> Pages);

    /// <summary>The store cannot be written at the moment; the commit is retried.</summary>
    internal sealed record Stalled(string Reason);

    /// <summary>The store can no longer be written: another coordinator is the leader, or the database is broken.</summary>
    internal sealed record Lost(JobStoreFault Fault, string Reason);
}
