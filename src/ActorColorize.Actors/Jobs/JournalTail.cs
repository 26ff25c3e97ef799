using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs;

/// <summary>The facts read from the journal, until the store is open and it is known which of them the store lacks.</summary>
internal sealed class JournalTail
{
    private readonly List<(long Sequence, JobEvents.IJobFact Fact)> _facts = [];

    /// <summary>The jobs that the facts are about.</summary>
    internal IReadOnlyList<JobId> Jobs => [.. _facts.Select(entry => entry.Fact.Job).Distinct()];

    internal void Add(long sequence, JobEvents.IJobFact fact) => _facts.Add((sequence, fact));

    /// <summary>The facts that the store lacks, in their order; the tail is empty then.</summary>
    /// <param name="stored">All jobs of <see cref="Jobs"/> that the store has.</param>
    internal IReadOnlyList<(long Sequence, JobEvents.IJobFact Fact)> TakeMissing(IReadOnlyList<LoadedJob> stored)
    {
        var seen = stored.ToDictionary(loaded => loaded.Stored.State.Job, loaded => loaded.Stored.JournalSequence);
        var forgotten = _facts
            .Select(entry => entry.Fact)
            .OfType<JobEvents.JobEnded>()
            .Select(end => end.Job)
            .Where(job => !seen.ContainsKey(job))
            .ToHashSet(); // ended jobs were stored
        var missing = _facts.FindAll(entry =>
            !forgotten.Contains(entry.Fact.Job) && entry.Sequence > seen.GetValueOrDefault(entry.Fact.Job)
        );
        _facts.Clear();
        return missing;
    }
}
