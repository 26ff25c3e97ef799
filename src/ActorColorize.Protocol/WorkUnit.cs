namespace ActorColorize.Protocol;

/// <summary>A handful of pictures lent to a device under a lease.</summary>
/// <param name="Job">The job.</param>
/// <param name="Number">The unit's number within the job, from 0.</param>
/// <param name="Epoch">Of this grant; results of an older one are refused.</param>
/// <param name="Items">The pictures.</param>
/// <param name="Specification">What to do with them.</param>
public sealed record WorkUnit(JobId Job, long Number, LeaseEpoch Epoch, IReadOnlyList<WorkItem> Items, JobSpecification Specification) : IWithJobId;

/// <summary>One picture of a job.</summary>
/// <param name="Number">Its number within the job, from 0.</param>
/// <param name="RelativePath">Below the input root, and below the output root.</param>
/// <param name="Recorded">What the manifest holds of an earlier run; null where nothing.</param>
public sealed record WorkItem(long Number, string RelativePath, RecordedResult? Recorded);

/// <summary>A finished picture as the manifest remembers it.</summary>
/// <param name="SourceSha256">Of the original.</param>
/// <param name="ResultKey">See <see cref="JobSpecification.ResultKey"/>.</param>
/// <param name="OutputBytes">Length of the result.</param>
public sealed record RecordedResult(string SourceSha256, string ResultKey, long OutputBytes);
