namespace ActorColorize.Protocol;

/// <summary>A batch of pictures leased to a device.</summary>
/// <param name="Job">The job.</param>
/// <param name="Number">The unit's number within the job, from 0.</param>
/// <param name="Epoch">Epoch of this grant; results under an older one are refused.</param>
/// <param name="Items">The pictures.</param>
/// <param name="Specification">The work.</param>
public sealed record WorkUnit(JobId Job, long Number, LeaseEpoch Epoch, IReadOnlyList<WorkItem> Items, JobSpecification Specification)
    : IWithJobId
{
    /// <summary>The lease that the unit is under.</summary>
    public WorkLease Lease => new(Job, Number, Epoch);
}

/// <summary>
/// The right to work on a unit and to settle its pictures. Valid as long as it is renewed and its epoch is the unit's newest.
/// </summary>
/// <param name="Job">The job.</param>
/// <param name="Unit">The unit's number within the job.</param>
/// <param name="Epoch">Epoch of the grant.</param>
public sealed record WorkLease(JobId Job, long Unit, LeaseEpoch Epoch) : IWithJobId;

/// <summary>One picture of a job.</summary>
/// <param name="Number">Its number within the job, from 0.</param>
/// <param name="RelativePath">Below the input root, and below the output root.</param>
/// <param name="Recorded">Result of an earlier job with the same model and options, from the manifest; null if there is none.</param>
public sealed record WorkItem(long Number, string RelativePath, RecordedResult? Recorded);

/// <summary>A recorded result that this job would reproduce from the same original, from the manifest.</summary>
/// <param name="SourceSha256">SHA-256 of the original.</param>
/// <param name="OutputBytes">Length of the result.</param>
public sealed record RecordedResult(string SourceSha256, long OutputBytes);
