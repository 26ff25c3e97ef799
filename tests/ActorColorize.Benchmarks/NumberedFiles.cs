using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Data.Archives;
using ActorColorize.Protocol;

namespace ActorColorize.Benchmarks;

/// <summary>An archive of numbered pictures that exists nowhere.</summary>
internal sealed class NumberedFiles(string folder, int items) : IArchiveFiles
{
    public IEnumerable<ArchiveItem> Walk(JobSpecification job, Action<string, string> onPassedOver, Action onProgress) =>
        Enumerable.Range(0, items).Select(i => new ArchiveItem(i, $"box {i / 10_000:d3}/album {i / 100 % 100:d2}/scan-{i:d7}.jpg", 1000));

    public string SourceFile(JobSpecification job, string relativePath) => Path.Join(job.InputRoot, relativePath);

    public string ResultFile(JobSpecification job, string relativePath) => Path.Join(folder, job.OutputRoot, relativePath);

    public long? ResultBytes(JobSpecification job, string relativePath) => 1000;

    public void ClearLeftovers(JobSpecification job)
    {
        // There are no files.
    }

    public string? Blocker(JobSpecification job, JobFailure what) => null;
}
