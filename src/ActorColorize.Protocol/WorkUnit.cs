namespace ActorColorize.Protocol;

/// <summary>A handful of pictures leased to a device under a lease.</summary>
/// <param name="Job">The job.</param>
/// <param name="Number">The unit's number within the job, from 0.</param>
/// <param name="Epoch">Of this grant; results of an older one are refused.</param>
/// <param name="Items">The pictures.</param>
/// <param name="Specification">What to do with them.</param>
public sealed record WorkUnit(JobId Job, long Number, LeaseEpoch Epoch, IReadOnlyList<WorkItem> Items, JobSpecification Specification)
    : IWithJobId
{
    /// <summary>The lease that the unit is under.</summary>
    public WorkLease Lease => new(Job, Number, Epoch);
}

/// <summary>
/// The right to work on a unit and to settle its pictures. It holds as long as it is renewed, and its epoch is the unit's newest.
/// </summary>
/// <param name="Job">The job.</param>
/// <param name="Unit">The unit's number within the job.</param>
/// <param name="Epoch">Of the grant.</param>
public sealed record WorkLease(JobId Job, long Unit, LeaseEpoch Epoch) : IWithJobId;

/// <summary>One picture of a job.</summary>
/// <param name="Number">Its number within the job, from 0.</param>
/// <param name="RelativePath">Below the input root, and below the output root.</param>
/// <param name="Recorded">What an earlier job with the same model and options made of it, by the manifest; null where nothing.</param>
public sealed record WorkItem(long Number, string RelativePath, RecordedResult? Recorded);

/// <summary>A result that this job would make again from the same original, as the manifest remembers it.</summary>
/// <param name="SourceSha256">Of the original.</param>
/// <param name="OutputBytes">Length of the result.</param>
public sealed record RecordedResult(string SourceSha256, long OutputBytes);
