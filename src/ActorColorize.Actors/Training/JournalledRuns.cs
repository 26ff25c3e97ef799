using ActorColorize.Protocol;

namespace ActorColorize.Actors.Training;

/// <summary>
/// What a training supervisor's journal says of its runs. Every run that has not ended is known, and of those that have the newest; older
/// ones are forgotten, so that neither memory nor journal grows with all that was ever trained. A run that is forgotten and started again
/// begins as one that the supervisor has never heard of: its folder has its checkpoints and how it trains.
/// </summary>
/// <param name="endedRunsKept">How many ended runs are known.</param>
internal sealed class JournalledRuns(int endedRunsKept)
{
    private readonly Dictionary<RunId, List<RunHistoryEvents.IFact>> _facts = [];
    private readonly LinkedList<RunId> _ended = []; // the oldest end first
    private readonly Dictionary<RunId, LinkedListNode<RunId>> _endedNodes = [];

    /// <summary>The runs that are known, in no order.</summary>
    internal IReadOnlyCollection<RunId> Runs => _facts.Keys;

    /// <summary>The runs that were started and have not ended, with how they were started last.</summary>
    internal IReadOnlyList<RunHistoryEvents.Started> Unfinished =>
        [
            .. _facts
                .Where(run => IsUnfinished(run.Key))
                .Select(run => run.Value.OfType<RunHistoryEvents.Started>().LastOrDefault())
                .OfType<RunHistoryEvents.Started>(),
        ];

    /// <summary>A run's facts, in order; none for one that is not known.</summary>
    internal IReadOnlyList<RunHistoryEvents.IFact> FactsOf(RunId run) => _facts.GetValueOrDefault(run) ?? [];

    /// <summary>Whether the run is known and should be running.</summary>
    internal bool IsUnfinished(RunId run) => _facts.ContainsKey(run) && !_endedNodes.ContainsKey(run);

    /// <summary>Takes one more fact.</summary>
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

    /// <summary>All that is known, as one fact for the journal.</summary>
    internal RunHistoryEvents.RunHistoryCompacted Compact() =>
        // Ended runs last and in the order of their ends, which is then known again
        new([.. _facts.Keys.Where(IsUnfinished).Concat(_ended).SelectMany(run => _facts[run])]);

    /// <summary>Begins anew with what a compacted journal says.</summary>
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
