using ActorColorize.Data.Archives;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs.Archive;

/// <summary>
/// Access of a node to the files of a job: the archive, the results, the model. A specification must refer to the same files on all nodes.
/// Calls may block.
/// </summary>
public interface IArchiveFiles
{
    /// <summary>The job's pictures, found lazily, in <see cref="ArchiveOrder"/>.</summary>
    /// <param name="job">The job.</param>
    /// <param name="onPassedOver">Called with path and reason of entries that are not part of the job.</param>
    /// <param name="onProgress">Called often, also while nothing is found.</param>
    /// <exception cref="IOException">The archive does not exist, or has become unavailable.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    IEnumerable<ArchiveItem> Walk(JobSpecification job, Action<string, string> onPassedOver, Action onProgress);

    /// <summary>The path of a picture on this host.</summary>
    string SourceFile(JobSpecification job, string relativePath);

    /// <summary>The path of its result on this host. Results are written atomically.</summary>
    string ResultFile(JobSpecification job, string relativePath);

    /// <summary>Length of an existing result, bytes; null if there is none.</summary>
    long? ResultBytes(JobSpecification job, string relativePath);

    /// <summary>
    /// Removes incomplete files of killed processes from the output folder. To be called when no worker of the job writes any more.
    /// </summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    void ClearLeftovers(JobSpecification job);

    /// <summary>Checks whether this host can read the archive, write results, or load the model.</summary>
    /// <param name="job">The job.</param>
    /// <param name="what">Which of these.</param>
    /// <returns>What is wrong, in one line; null if nothing is.</returns>
    string? Blocker(JobSpecification job, JobFailure what);
}
