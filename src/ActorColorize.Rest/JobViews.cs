using System.ComponentModel;
using ActorColorize.Gateway;
using ActorColorize.Protocol;

namespace ActorColorize.Rest;

/// <summary>A request to colour an archive. Paths are those of the daemon's machine.</summary>
internal sealed record JobSubmission(
    [property: Description("A folder of pictures or one picture; absolute.")] string Input,
    [property: Description(
        "The folder for the mirrored tree of results; absolute, outside the input folder, and not a single picture's own."
    )]
        string Output,
    [property: Description(
        "Name of a model of this daemon; or model file, checkpoint folder or run folder, absolute; absent: the model that comes with "
            + "the daemon."
    )]
        string? Model = null,
    [property: Description("0 selects the most probable colour, 1 the mean; absent: as the model recommends.")] double? Temperature = null,
    [property: Description("Weight of rare colours: 0 equal for all, 1 by frequency; absent: as the model recommends.")]
        double? Rebalance = null,
    [property: Description("Average the predictions for a picture and its mirror image.")] bool FlipAverage = false,
    [property: Description("Share of the new colour, 0 to 1.")] double Strength = 1,
    [property: Description("Factor on the chroma, 0 to 4; absent: as the model recommends.")] double? Saturation = null,
    [property: Description("Colour pictures that are already in colour, instead of skipping them.")] bool Recolor = false,
    [property: Description("Pictures per forward pass, 1 to 1024; absent: the daemon chooses.")] int? Batch = null,
    [property: Description("Priority of the job.")] JobPriority Priority = JobPriority.Normal,
    [property: Description("What to do with monochrome pictures that have a tint.")] PicturePolicy Toned = PicturePolicy.Colorize,
    [property: Description("What to do with pictures that may be in colour or toned.")] PicturePolicy Doubtful = PicturePolicy.List,
    [property: Description("Colour what can be read of damaged pictures.")] bool Salvage = false,
    [property: Description("Also colour hidden files and those of system folders.")] bool IncludeHidden = false,
    [property: Description("Quality of JPEG and WebP results, 1 to 100; absent: as fine as the original.")] int? Quality = null,
    [property: Description("What reads the pictures.")] CodecChoice Codec = CodecChoice.Auto,
    [property: Description("Refuse pictures of more megapixels; absent: 200, or the daemon's limit.")] int? MaxMegapixels = null,
    [property: Description("Colour each frame of animations (GIF, WebP) instead of the first one.")] bool AllFrames = false
)
{
    /// <summary>Converts it to the gateway's request.</summary>
    public JobRequest ToRequest() =>
        new(
            Input,
            Output,
            Model,
            Temperature,
            Rebalance,
            FlipAverage,
            Strength,
            Saturation,
            Recolor,
            Batch,
            Toned,
            Doubtful,
            Salvage,
            IncludeHidden,
            Quality,
            Codec: Codec,
            MaxMegapixels: MaxMegapixels,
            AllFrames: AllFrames
        );
}

/// <summary>The job has been persisted and will be executed.</summary>
internal sealed record JobAccepted(
    string Job,
    [property: Description("False if a job with this idempotency key already existed.")] bool IsNew
);

/// <summary>Result of a command.</summary>
internal sealed record JobMoved(string Job, [property: Description("The job's phase after the command.")] JobPhase Phase);

/// <summary>Reason and duration of a pause.</summary>
internal sealed record PauseRequest(
    [property: Description("One line, shown to other clients.")] string Reason = "",
    [property: Description("Longest duration of the pause; absent: until the job is resumed.")] double? Seconds = null
);

/// <summary>Which pictures are retried.</summary>
internal sealed record RetryRequest([property: Description("Also pictures that crashed their workers.")] bool Quarantined = false);

/// <summary>Pictures that are retried.</summary>
internal sealed record JobRetried(
    string Job,
    long TakenUp,
    [property: Description("Number of quarantined pictures that were not retried because the command did not include them.")] long Left
);

/// <summary>A decision about results.</summary>
internal sealed record ReviewRequest(
    [property: Description("Numbers of the pictures, 1 to 200.")] IReadOnlyList<long> Items,
    [property: Description("approved, rejected, or none to take a decision back.")] ReviewDecision Decision
);

/// <summary>A decision is recorded.</summary>
internal sealed record ItemsReviewed(
    string Job,
    int Recorded,
    [property: Description("Pictures that are not coloured and therefore have no decision.")] int Ignored
);

/// <summary>Decisions about a job's results.</summary>
internal sealed record ReviewCountsView(string Job, long Approved, long Rejected);

/// <summary>
/// Settings for the rejected pictures. What is absent stays as it was in the job; with another model, temperature, rebalance and saturation
/// are as that model recommends.
/// </summary>
internal sealed record RerunRequest(
    [property: Description("Name of a model of this daemon; or model file, checkpoint folder or run folder, absolute.")]
        string? Model = null,
    [property: Description("0 selects the most probable colour, 1 the mean.")] double? Temperature = null,
    [property: Description("Weight of rare colours: 0 equal for all, 1 by frequency.")] double? Rebalance = null,
    [property: Description("Share of the new colour, 0 to 1.")] double? Strength = null,
    [property: Description("Factor on the chroma, 0 to 4.")] double? Saturation = null
)
{
    /// <summary>Converts it to the protocol's settings.</summary>
    public RerunSettings ToSettings() => new(Model, Temperature, Rebalance, Strength, Saturation);
}

/// <summary>The new priority of a job.</summary>
internal sealed record PriorityRequest(JobPriority Priority);

/// <summary>A page of jobs, newest first.</summary>
internal sealed record JobList(
    IReadOnlyList<JobLine> Jobs,
    [property: Description("Cursor of the next page; null on the last page.")] string? Next
);

/// <summary>A job in a list.</summary>
internal sealed record JobLine(
    string Job,
    JobPhase Phase,
    long Items,
    long Done,
    long Skipped,
    long Failed,
    long Quarantined,
    string Client,
    string Key,
    JobPriority Priority,
    string Input,
    string Output,
    DateTimeOffset SubmittedAt
)
{
    /// <summary>Of a summary.</summary>
    public static JobLine Of(JobSummary job) =>
        new(
            job.Job.Value,
            job.Phase,
            job.Items,
            job.Counts.Done,
            job.Counts.Skipped,
            job.Counts.Failed,
            job.Counts.Quarantined,
            job.Client.Value,
            job.Key,
            job.Priority,
            job.InputRoot,
            job.OutputRoot,
            job.SubmittedAt
        );
}

/// <summary>Status of a job.</summary>
internal sealed record JobView(
    string Job,
    JobPhase Phase,
    [property: Description("Pictures found so far; the total when is_scanned.")] long Items,
    bool IsScanned,
    [property: Description("Pictures currently leased to devices.")] long Leased,
    long Done,
    long Skipped,
    long AlreadyDone,
    long AlreadyColour,
    long Failed,
    long Quarantined,
    string Client,
    string Key,
    JobPriority Priority,
    string Input,
    string Output,
    string Model,
    IReadOnlyList<PauseView> Pauses,
    [property: Description("Why the job makes no progress; null if it does or has ended.")] string? WaitsFor,
    double PicturesPerSecond,
    double? RemainingSeconds,
    DateTimeOffset SubmittedAt,
    DateTimeOffset? EndedAt,
    JobFailure? Failure,
    string Detail,
    [property: Description("Sequence number of its newest event.")] long LastSequence,
    double Strength,
    double Saturation,
    double Temperature,
    double? Rebalance,
    [property: Description("The job of which it colours the rejected pictures again; null for a whole archive.")] string? RejectedOf
)
{
    /// <summary>Of a status.</summary>
    public static JobView Of(JobReports.JobStatus job) =>
        new(
            job.Job.Value,
            job.Phase,
            job.Items,
            job.IsScanned,
            job.Leased,
            job.Counts.Done,
            job.Counts.Skipped,
            job.Counts.AlreadyDone,
            job.Counts.AlreadyColour,
            job.Counts.Failed,
            job.Counts.Quarantined,
            job.Client.Value,
            job.Key,
            job.Priority,
            job.Specification.InputRoot,
            job.Specification.OutputRoot,
            job.Specification.ModelPath,
            [.. job.Pauses.Select(pause => new PauseView(pause.Owner.ToString(), pause.Reason, pause.Since, pause.Until))],
            job.WaitsFor,
            job.PicturesPerSecond,
            job.Remaining?.TotalSeconds,
            job.SubmittedAt,
            job.EndedAt,
            job.Failure,
            job.Detail,
            job.LastSequence,
            job.Specification.Strength,
            job.Specification.Saturation,
            job.Specification.Temperature,
            job.Specification.Rebalance,
            job.Specification.RejectedOf?.Value
        );
}

/// <summary>One reason why a job is paused.</summary>
internal sealed record PauseView(string Owner, string Reason, DateTimeOffset Since, DateTimeOffset? Until);

/// <summary>A page of pictures that could not be coloured.</summary>
internal sealed record ErrorList(
    IReadOnlyList<ErrorLine> Errors,
    [property: Description("Cursor of the next page; null on the last page.")] long? Next
);

/// <summary>A picture that is not coloured.</summary>
internal sealed record ErrorLine(long Number, string Item, string Reason, FailureClass? Class, bool Quarantined, int Attempts)
{
    /// <summary>Of an error.</summary>
    public static ErrorLine Of(ItemError error) =>
        new(
            error.Number,
            error.RelativePath,
            ItemWords.Reason(error.Outcome) ?? string.Empty,
            (error.Outcome as ItemOutcome.Failed)?.Class,
            error.Outcome is ItemOutcome.Quarantined,
            error.Attempts
        );
}

/// <summary>A page of a job's pictures.</summary>
internal sealed record ItemList(
    IReadOnlyList<ItemLine> Items,
    [property: Description("Cursor of the next page; null on the last page.")] long? Next
);

/// <summary>A picture of a job.</summary>
internal sealed record ItemLine(
    long Number,
    string Item,
    ItemState State,
    string? Reason,
    [property: Description("What a person has decided about the result.")] ReviewDecision Review
)
{
    /// <summary>Of a report.</summary>
    public static ItemLine Of(ItemReport item) =>
        new(item.Number, item.RelativePath, item.State, item.Outcome is { } outcome ? ItemWords.Reason(outcome) : null, item.Review);
}

/// <summary>The devices that archive work is leased to.</summary>
internal sealed record WorkerList(IReadOnlyList<WorkerLine> Workers);

/// <summary>A worker as the coordinator knows it.</summary>
internal sealed record WorkerLine(
    string Device,
    string Incarnation,
    [property: Description("Units that it can hold concurrently.")] int Credit,
    [property: Description("Units leased to it.")] int Units,
    double HeardSecondsAgo
)
{
    /// <summary>Of a report.</summary>
    public static WorkerLine Of(WorkerReport worker) =>
        new(worker.Worker.Device, worker.Worker.Incarnation, worker.Credit, worker.Units, worker.HeardAgo.TotalSeconds);
}

/// <summary>The nodes of a clustered daemon.</summary>
internal sealed record NodeList(IReadOnlyList<NodeReport> Nodes, CoordinatorsView? Coordinators);

/// <summary>The coordinators that a cluster needs.</summary>
internal sealed record CoordinatorsView(
    [property: Description("Those that the settings name.")] IReadOnlyList<string> Expected,
    [property: Description("Those of them that are full members and reachable.")] IReadOnlyList<string> Seen,
    IReadOnlyList<string> Missing,
    [property: Description("How many must be seen for the cluster to work.")] int Needed,
    [property: Description("The same in one line.")] string Summary
)
{
    /// <summary>Of a report; null without a cluster.</summary>
    public static CoordinatorsView? Of(CoordinatorQuorum? quorum) =>
        quorum is null ? null : new(quorum.Expected, quorum.Seen, quorum.Missing(), quorum.Needed, quorum.InWords());
}

/// <summary>Status of the daemon.</summary>
internal sealed record DaemonView(
    string Program,
    int Process,
    DateTimeOffset StartedAt,
    int Clients,
    string Device,
    [property: Description("The configured certificate that expires first.")] CertificateExpiry? Certificate,
    [property: Description("The command whose process this is, and its run or job; null for a daemon.")] OwnCommand? Command
);

/// <summary>Text for outcomes of pictures.</summary>
internal static class ItemWords
{
    /// <summary>Reason for a picture's outcome; null if it is done.</summary>
    public static string? Reason(ItemOutcome outcome) =>
        outcome switch
        {
            ItemOutcome.Failed failed => failed.Reason,
            ItemOutcome.Quarantined quarantined => $"abandoned after {quarantined.Deaths} crashes: {quarantined.Reason}",
            ItemOutcome.Skipped { Reason: SkipReason.AlreadyDone } => "done before, with the same model and options",
            ItemOutcome.Skipped { Reason: SkipReason.Doubtful } => "may be in colour or toned",
            ItemOutcome.Skipped { Reason: SkipReason.Toned } => "toned",
            ItemOutcome.Skipped { Reason: SkipReason.BlackAndWhite } => "holds black and white only, which leaves no room for colour",
            ItemOutcome.Skipped => "already in colour",
            _ => null,
        };
}
