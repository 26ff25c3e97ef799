namespace ActorColorize.Protocol;

/// <summary>
/// Settings with which a job's rejected pictures are coloured again. A value that is null stays as it was in the job; with another model,
/// temperature, rebalance and saturation are taken from that model's recommendations instead.
/// </summary>
/// <param name="Model">Name, model file, checkpoint folder or run folder.</param>
/// <param name="Temperature">0 selects the most probable colour, 1 the mean.</param>
/// <param name="Rebalance">Weight of rare colours: 0 equal for all, 1 by frequency.</param>
/// <param name="Strength">Share of the new colour, 0 to 1.</param>
/// <param name="Saturation">Factor on the chroma, 0 to 4.</param>
public sealed record RerunSettings(
    string? Model = null,
    double? Temperature = null,
    double? Rebalance = null,
    double? Strength = null,
    double? Saturation = null
)
{
    /// <summary>The request for a job that colours the rejected pictures of another job again, into the same folder.</summary>
    /// <param name="job">The other job.</param>
    public JobRequest RequestFor(JobReports.JobStatus job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var first = job.Specification;
        var isSameModel = Model is null || Model == first.ModelPath;
        return new JobRequest(
            first.SinglePicture is { } picture ? Path.Combine(first.InputRoot, picture) : first.InputRoot,
            first.OutputRoot,
            Model ?? first.ModelPath,
            Temperature ?? (isSameModel ? first.Temperature : null),
            Rebalance ?? (isSameModel ? first.Rebalance : null),
            first.FlipAverage,
            Strength ?? first.Strength,
            Saturation ?? (isSameModel ? first.Saturation : null),
            first.Recolor,
            first.BatchSize,
            first.Toned,
            first.Doubtful,
            first.Salvage,
            first.IncludeHidden,
            first.JpegQuality == 0 ? null : first.JpegQuality,
            job.Job,
            first.Codec,
            first.MaxMegapixels,
            AllFrames: first.AllFrames
        );
    }
}
