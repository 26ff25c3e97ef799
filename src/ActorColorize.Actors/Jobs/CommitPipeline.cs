using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Actors.Metrics;
using Akka.Actor;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// The changes that wait for the store, and the messages that may be sent when these changes are on disk. One commit is in progress at a
/// time, and everything that is decided meanwhile goes into the next one: the higher the load, the larger the commits.
/// </summary>
/// <param name="store">The store's only writer.</param>
internal sealed class CommitPipeline(IActorRef store)
{
    private const int PageOfPending = 512;

    private HashSet<JobEntry> _changed = [];
    private List<StoreChange> _others = [];
    private List<(IActorRef To, object Message)> _messages = [];
    private PendingCommit? _underWay;
    private long _lastNumber;

    /// <summary>Whether a commit is in progress.</summary>
    internal bool IsBusy => _underWay is not null;

    /// <summary>Why the store cannot be written at the moment; null if it can.</summary>
    internal string? StalledBy { get; set; }

    /// <summary>Adds a job, whose changes are committed from now on.</summary>
    internal void Add(JobEntry entry)
    {
        entry.Work.Changed += _ => _changed.Add(entry);
        _changed.Add(entry);
    }

    /// <summary>Checks again which pictures the job needs loaded.</summary>
    internal void Mark(JobEntry entry) => _changed.Add(entry);

    /// <summary>Adds a change that belongs to no open job.</summary>
    internal void Add(StoreChange change) => _others.Add(change);

    /// <summary>Sends a message when everything that has been decided so far is on disk.</summary>
    internal void SendWhenOnDisk(IActorRef to, object message) => _messages.Add((to, message));

    /// <summary>Adds the job to the commit in progress, so that the job is advanced when that commit is on disk.</summary>
    internal void Join(JobEntry entry) => _underWay?.Jobs.Add(entry);

    /// <summary>Sends the collected changes to the store, unless a commit is in progress.</summary>
    internal void Flush()
    {
        if (_underWay is not null)
            return;
        var jobs = _changed;
        _changed = [];
        var changes = jobs.SelectMany(entry => entry.Ledger.TakeChanges()).Concat(_others).ToList();
        _others = [];
        var loads = jobs.Select(LoadOf).OfType<PendingLoad>().ToList();
        if (changes.Count > 0 || loads.Count > 0 || _messages.Count > 0)
            Send(jobs, changes, loads);
    }

    /// <summary>Sends a change that belongs to no open job; only while no commit is in progress.</summary>
    internal void Send(StoreChange change) => Send([], [change], []);

    /// <summary>Takes the commit that is on disk now, and sends its messages. Null if it is not the commit in progress.</summary>
    internal PendingCommit? Complete(JobStoreEvents.Committed committed)
    {
        if (_underWay is not { } commit || commit.Number != committed.Number)
            return null;
        _underWay = null;
        foreach (var settled in commit.Changes.OfType<StoreChange.ItemSettled>())
            PictureInstruments.Count(settled.Outcome);
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

/// <summary>A commit in progress.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Jobs">The jobs to advance when it is on disk.</param>
/// <param name="Changes">Its changes.</param>
/// <param name="Messages">The messages to send when it is on disk.</param>
internal sealed record PendingCommit(
    long Number,
    HashSet<JobEntry> Jobs,
    IReadOnlyList<StoreChange> Changes,
    IReadOnlyList<(IActorRef To, object Message)> Messages
);
