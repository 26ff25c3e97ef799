using ActorColorize.Actors.Jobs.Store;
using Akka.Actor;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// What waits for the store: the changes of the jobs that have changed, and the messages that may leave when these changes are on disk. One
/// commit is on its way at a time, and everything that is decided meanwhile goes into the next: the busier, the larger the commits.
/// </summary>
/// <param name="store">The store's one writer.</param>
internal sealed class CommitPipeline(IActorRef store)
{
    private const int PageOfPending = 512;

    private HashSet<JobEntry> _changed = [];
    private List<(IActorRef To, object Message)> _messages = [];
    private PendingCommit? _underWay;
    private long _lastNumber;

    /// <summary>Whether a commit is on its way.</summary>
    internal bool IsBusy => _underWay is not null;

    /// <summary>Why nothing can be written at the moment; null where it can.</summary>
    internal string? StalledBy { get; set; }

    /// <summary>From now on the job's changes are committed.</summary>
    internal void Add(JobEntry entry)
    {
        entry.Work.Changed += _ => _changed.Add(entry);
        _changed.Add(entry);
    }

    /// <summary>Has it looked again at what the job wants to have loaded.</summary>
    internal void Mark(JobEntry entry) => _changed.Add(entry);

    /// <summary>Sends a message when everything that has been decided so far is on disk.</summary>
    internal void SendWhenOnDisk(IActorRef to, object message) => _messages.Add((to, message));

    /// <summary>Has the job be among those of the commit that is on its way, so that it is advanced when that is on disk.</summary>
    internal void Join(JobEntry entry) => _underWay?.Jobs.Add(entry);

    /// <summary>Sends what has gathered to the store, unless a commit is on its way.</summary>
    internal void Flush()
    {
        if (_underWay is not null)
            return;
        var jobs = _changed;
        _changed = [];
        var changes = jobs.SelectMany(entry => entry.Ledger.TakeChanges()).ToList();
        var loads = jobs.Select(LoadOf).OfType<PendingLoad>().ToList();
        if (changes.Count > 0 || loads.Count > 0 || _messages.Count > 0)
            Send(jobs, changes, loads);
    }

    /// <summary>Sends a change that is no open job's; only while no commit is on its way.</summary>
    internal void Send(StoreChange change) => Send([], [change], []);

    /// <summary>The commit that is on disk now; its messages have been sent. Null where it is not the one that is waited for.</summary>
    internal PendingCommit? Complete(JobStoreEvents.Committed committed)
    {
        if (_underWay is not { } commit || commit.Number != committed.Number)
            return null;
        _underWay = null;
        foreach (var (to, message) in commit.Messages)
            to.Tell(message);
        return commit;
    }

    private void Send(HashSet<JobEntry> jobs, IReadOnlyList<StoreChange> changes, IReadOnlyList<PendingLoad> loads)
    {
        _underWay = new PendingCommit(++_lastNumber, jobs, changes, _messages);
        _messages = [];
        store.Tell(new JobStoreCommands.Commit(_lastNumber, changes, loads));
    }

    private static PendingLoad? LoadOf(JobEntry entry) =>
        entry.IsScheduled && entry.State.GrantsWork && entry.Ledger.Wants() is { } wanted
            ? new PendingLoad(entry.Job, wanted.Pass, wanted.After, wanted.UpTo, PageOfPending)
            : null;
}

/// <summary>A commit on its way.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Jobs">The jobs that rest on it.</param>
/// <param name="Changes">What it changes.</param>
/// <param name="Messages">What may leave when it is on disk.</param>
internal sealed record PendingCommit(
    long Number,
    HashSet<JobEntry> Jobs,
    IReadOnlyList<StoreChange> Changes,
    IReadOnlyList<(IActorRef To, object Message)> Messages
);
