using System.Collections.Concurrent;
using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Data.Archives;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>An archive that is a list of names, with results in a real folder and with the blockers that a test sets.</summary>
internal sealed class ListedFiles(string resultFolder, IReadOnlyList<string> pictures) : IArchiveFiles
{
    private readonly ConcurrentDictionary<JobFailure, string> _blockers = new();
    private int _looks;
    private volatile Tuple<BrokenFiles, string> _broken = new(BrokenFiles.None, "");
    private readonly ManualResetEventSlim _answer = new();
    private volatile IReadOnlyList<BrokenFiles> _stalled = [];

    /// <summary>Number of blocker checks.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <summary>The walk fails after this many pictures while the archive is blocked.</summary>
    public int BreaksOffAfter { get; init; } = int.MaxValue;

    public IReadOnlyList<(string Path, string Reason)> PassedOver { get; init; } = [];

    public void Obstruct(JobFailure what, string reason) => _blockers[what] = reason;

    public void Clear(JobFailure what) => _blockers.TryRemove(what, out _);

    /// <summary>From now on these calls fail with an unexpected exception.</summary>
    public void Break(BrokenFiles what, string fault) => _broken = new(what, fault);

    /// <summary>From now on these calls do not return until <see cref="Answer"/>, as on a network drive whose server is gone.</summary>
    public void Stall(params BrokenFiles[] what) => _stalled = what;

    /// <summary>The drive answers, also to the calls that wait.</summary>
    public void Answer()
    {
        _stalled = [];
        _answer.Set();
    }

    public IEnumerable<ArchiveItem> Walk(JobSpecification job, Action<string, string> onPassedOver, Action onProgress)
    {
        Check(BrokenFiles.Walk);
        foreach (var (path, reason) in PassedOver)
            onPassedOver(path, reason);
        for (var i = 0; i < pictures.Count; i++)
        {
            if (i >= BreaksOffAfter && _blockers.GetValueOrDefault(JobFailure.Archive) is { } reason)
                throw new DirectoryNotFoundException(reason);
            yield return new ArchiveItem(i, pictures[i], 1);
        }
    }

    public string SourceFile(JobSpecification job, string relativePath)
    {
        Check(BrokenFiles.Source);
        return Path.Combine(job.InputRoot, relativePath);
    }

    public string ResultFile(JobSpecification job, string relativePath) =>
        Path.Combine(resultFolder, job.OutputRoot.TrimStart('/'), relativePath);

    public long? ResultBytes(JobSpecification job, string relativePath)
    {
        Check(BrokenFiles.Results);
        return ((ItemOutcome.Done)Samples.Done).OutputBytes;
    }

    public void ClearLeftovers(JobSpecification job)
    {
        // There are no files.
    }

    public string? Blocker(JobSpecification job, JobFailure what)
    {
        Interlocked.Increment(ref _looks);
        Check(BrokenFiles.Look);
        return _blockers.GetValueOrDefault(what);
    }

    private void Check(BrokenFiles what)
    {
        if (_stalled.Contains(what))
            _answer.Wait();
        if (_broken.Item1 == what)
            throw new InvalidOperationException(_broken.Item2);
    }
}

/// <summary>An operation on an archive's files that is broken or stalled.</summary>
internal enum BrokenFiles
{
    None,
    Walk,
    Source,
    Results,
    Look,
}
