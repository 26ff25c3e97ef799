using ActorColorize.Data.Archives;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs.Archive;

/// <summary>
/// How a node reaches the files of a job: the archive, the results, the model. All nodes must mean the same files by the same
/// specification. Calls may block.
/// </summary>
public interface IArchiveFiles
{
    /// <summary>The job's pictures, found as they are asked for, in <see cref="ArchiveOrder"/>.</summary>
    /// <param name="job">The job.</param>
    /// <param name="onPassedOver">Called with path and reason for what is no part of the job.</param>
    /// <exception cref="IOException">The archive is not there, or was taken away.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    IEnumerable<ArchiveItem> Walk(JobSpecification job, Action<string, string> onPassedOver);

    /// <summary>Where a picture can be read on this host.</summary>
    string SourceFile(JobSpecification job, string relativePath);

    /// <summary>Where its result is written on this host, whole or not at all.</summary>
    string ResultFile(JobSpecification job, string relativePath);

    /// <summary>Length of a result that is there, bytes; null where there is none.</summary>
    long? ResultBytes(JobSpecification job, string relativePath);

    /// <summary>
    /// Removes what killed processes have left half-written where results go. To be called when nobody of the job writes any more.
    /// </summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    void ClearLeftovers(JobSpecification job);

    /// <summary>Looks whether this host sees the archive, can write results, has the model.</summary>
    /// <param name="job">The job.</param>
    /// <param name="what">Which of them.</param>
    /// <returns>One line that says what is wrong; null where nothing is.</returns>
    string? Blocker(JobSpecification job, JobFailure what);
}
