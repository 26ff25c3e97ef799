using ActorColorize.Protocol;

namespace ActorColorize.Actors.Training;

/// <summary>
/// The runs in a training supervisor's journal: all unfinished runs, and the newest ended ones. Older ones are forgotten, so that neither
/// memory nor journal grows with every run ever trained. A forgotten run that is started again is a new run to the supervisor: its folder
/// has its checkpoints and adjustments.
/// </summary>
/// <param name="endedRunsKept">How many ended runs are kept.</param>
internal sealed class JournalledRuns(int endedRunsKept)
{
    private readonly Dictionary<RunId, List<RunHistoryEvents.IFact>> _facts = [];
    private readonly LinkedList<RunId> _ended = []; // the oldest end first
    private readonly Dictionary<RunId, LinkedListNode<RunId>> _endedNodes = [];

    /// <summary>The known runs, in no particular order.</summary>
    internal IReadOnlyCollection<RunId> Runs => _facts.Keys;

    /// <summary>The unfinished runs, with their latest start.</summary>
    internal IReadOnlyList<RunHistoryEvents.Started> Unfinished =>
        [
            .. _facts
                .Where(run => IsUnfinished(run.Key))
                .Select(run => run.Value.OfType<RunHistoryEvents.Started>().LastOrDefault())
                .OfType<RunHistoryEvents.Started>(),
        ];

    /// <summary>A run's facts, in order; empty for an unknown run.</summary>
    internal IReadOnlyList<RunHistoryEvents.IFact> FactsOf(RunId run) => _facts.GetValueOrDefault(run) ?? [];

    /// <summary>Whether the run is known and unfinished.</summary>
    internal bool IsUnfinished(RunId run) => _facts.ContainsKey(run) && !_endedNodes.ContainsKey(run);

    /// <summary>Adds one more fact.</summary>
    internal void Add(RunHistoryEvents.IFact fact)
    {
        if (!_facts.TryGetValue(fact.Run, out var facts))
            _facts.Add(fact.Run, facts = []);
        facts.Add(fact);
        if (_endedNodes.Remove(fact.Run, out var node))
            _ended.Remove(node);
        if (fact is not RunHistoryEvents.RunHistoryEnded)
            return;
        _endedNodes.Add(fact.Run, _ended.AddLast(fact.Run));
        if (_ended.Count > endedRunsKept)
            Forget(_ended.First!.Value);
    }

    /// <summary>Everything known, as one fact for the journal.</summary>
    internal RunHistoryEvents.RunHistoryCompacted Compact() =>
        // Ended runs come last, in the order of their ends, which restores that order
        new([.. _facts.Keys.Where(IsUnfinished).Concat(_ended).SelectMany(run => _facts[run])]);

    /// <summary>Replaces everything by the content of a compacted journal.</summary>
    internal void Replace(RunHistoryEvents.RunHistoryCompacted compacted)
    {
        _facts.Clear();
        _ended.Clear();
        _endedNodes.Clear();
        foreach (var fact in compacted.Facts)
            Add(fact);
    }

    private void Forget(RunId run)
    {
        _facts.Remove(run);
        _endedNodes.Remove(run);
        _ended.RemoveFirst();
    }
}
