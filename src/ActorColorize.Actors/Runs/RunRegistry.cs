using ActorColorize.Protocol;

namespace ActorColorize.Actors.Runs;

/// <summary>
/// The runs that a coordinator knows, with their views: all unfinished runs, and the newest ended ones. Older ones are forgotten, so that
/// neither memory nor journal grows with every run ever trained; their folders are untouched, and a submission for such a folder is a new
/// run.
/// </summary>
/// <param name="endedRunsKept">How many ended runs are kept.</param>
internal sealed class RunRegistry(int endedRunsKept)
{
    private readonly Dictionary<RunId, RunEntry> _entries = [];
    private readonly Dictionary<RunId, RunView> _views = [];
    private readonly Dictionary<(ClientId Client, string Key), RunId> _keys = [];
    private readonly LinkedList<RunId> _over = []; // the oldest end first
    private readonly Dictionary<RunId, LinkedListNode<RunId>> _overNodes = [];

    /// <summary>The known runs.</summary>
    internal IReadOnlyList<RunEntry> Entries => [.. _entries.Values];

    /// <summary>The unfinished runs.</summary>
    internal IEnumerable<RunEntry> Open => _entries.Values.Where(entry => !entry.IsOver);

    /// <summary>A run; null if it is not known.</summary>
    internal RunEntry? Find(RunId run) => _entries.GetValueOrDefault(run);

    /// <summary>The run that a client submitted under a key; null if there is none.</summary>
    internal RunEntry? Find(ClientId client, string key) => _keys.TryGetValue((client, key), out var run) ? _entries[run] : null;

    /// <summary>The view of a run; null if it is not known.</summary>
    internal RunView? ViewOf(RunId run) => _views.GetValueOrDefault(run);

    /// <summary>The runs with their views.</summary>
    internal IEnumerable<(RunId Run, RunView View)> Views => _views.Select(view => (view.Key, view.Value));

    /// <summary>Applies one more fact. Forgets nothing: see <see cref="Prune"/>.</summary>
    internal void Apply(TrainingEvents.IFact fact)
    {
        var entry = RunEntry.Apply(Find(fact.Run), fact);
        _entries[fact.Run] = entry;
        _views.TryAdd(fact.Run, new RunView());
        if (fact is TrainingEvents.Submitted submitted)
            _keys[(submitted.Client, submitted.Key)] = submitted.Run;
        if (_overNodes.ContainsKey(fact.Run) == entry.IsOver && fact is not TrainingEvents.TrainingEnded)
            return;
        if (_overNodes.Remove(fact.Run, out var node))
            _over.Remove(node);
        if (entry.IsOver)
            _overNodes.Add(fact.Run, _over.AddLast(fact.Run));
    }

    /// <summary>
    /// Forgets the runs that ended longest ago, beyond those that are kept. Not while the journal is being replayed: later facts may be
    /// about one of them.
    /// </summary>
    internal void Prune()
    {
        while (_over.Count > endedRunsKept)
        {
            var run = _over.First!.Value;
            _over.RemoveFirst();
            _overNodes.Remove(run);
            _entries.Remove(run);
            _views.Remove(run);
            foreach (var key in _keys.Where(key => key.Value == run).Select(key => key.Key).ToArray())
                _keys.Remove(key);
        }
    }

    /// <summary>Everything known, as one fact for the journal.</summary>
    internal TrainingEvents.TrainingCompacted Compact() =>
        // Ended runs come last, in the order of their ends, which restores that order
        new([.. Open.Select(entry => entry.Run).ToArray().Concat(_over).SelectMany(run => _entries[run].ToFacts())]);

    /// <summary>Replaces everything by the content of a compacted journal.</summary>
    internal void Replace(TrainingEvents.TrainingCompacted compacted)
    {
        _entries.Clear();
        _views.Clear();
        _keys.Clear();
        _over.Clear();
        _overNodes.Clear();
        foreach (var fact in compacted.Facts)
            Apply(fact);
    }
}
