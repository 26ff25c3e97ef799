using System.ComponentModel;
using ActorColorize.Protocol;

namespace ActorColorize.Rest;

/// <summary>What is to be coloured, and how. Paths are those of the daemon's machine.</summary>
internal sealed record JobSubmission(
    [property: Description("A folder of pictures or one picture; absolute.")] string Input,
    [property: Description(
        "The folder for the mirrored tree of results; absolute, outside the input folder, and not a single picture's own."
    )]
        string Output,
    [property: Description(
        "Name of a model of this daemon; or model file, checkpoint folder or run folder, absolute; absent: the model that comes with the daemon."
    )]
        string? Model = null,
    [property: Description("0 takes the most probable colour, 1 the mean; absent: as the model recommends.")] double? Temperature = null,
    [property: Description("How rare colours are weighed: 0 all alike, 1 as they come; absent: as the model recommends.")]
        double? Rebalance = null,
    [property: Description("Average the answers for a picture and its mirror image.")] bool FlipAverage = false,
    [property: Description("How much colour is mixed in, 0 to 1.")] double Strength = 1,
    [property: Description("Factor on the chroma, 0 to 4; absent: as the model recommends.")] double? Saturation = null,
    [property: Description("Colour pictures anew that have colour already, instead of skipping them.")] bool Recolor = false,
    [property: Description("Pictures per forward pass, 1 to 1024; absent: the daemon chooses.")] int? Batch = null,
    [property: Description("How urgent.")] JobPriority Priority = JobPriority.Normal
)
{
    /// <summary>As the gateway takes it.</summary>
    public JobRequest ToRequest() => new(Input, Output, Model, Temperature, Rebalance, FlipAverage, Strength, Saturation, Recolor, Batch);
}

/// <summary>The job is on the daemon's disk and will be done.</summary>
internal sealed record JobAccepted(
    string Job,
    [property: Description("False where a job with this idempotency key was there before.")] bool IsNew
);

/// <summary>What a command did.</summary>
internal sealed record JobMoved(string Job, [property: Description("Where the job is now.")] JobPhase Phase);

/// <summary>Why a job is to pause, and for how long.</summary>
internal sealed record PauseRequest(
    [property: Description("One line, for the others.")] string Reason = "",
    [property: Description("How long at most; absent: until somebody resumes.")] double? Seconds = null
);

/// <summary>Which pictures are taken up again.</summary>
internal sealed record RetryRequest([property: Description("Also those that workers died of.")] bool Quarantined = false);

/// <summary>Pictures that are taken up again.</summary>
internal sealed record JobRetried(
    string Job,
    long TakenUp,
    [property: Description("How many stay as they are, because they are quarantined and that was not asked for.")] long Left
);

/// <summary>How urgent a job is to be.</summary>
internal sealed record PriorityRequest(JobPriority Priority);

/// <summary>A page of jobs, the newest first.</summary>
internal sealed record JobList(
    IReadOnlyList<JobLine> Jobs,
    [property: Description("Cursor of the next page; null where there is none.")] string? Next
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

/// <summary>Where a job stands.</summary>
internal sealed record JobView(
    string Job,
    JobPhase Phase,
    [property: Description("Pictures found so far; the total when is_scanned.")] long Items,
    bool IsScanned,
    [property: Description("Pictures at devices now.")] long Leased,
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
    [property: Description("Why nothing moves; null where it moves or is over.")] string? WaitsFor,
    double PicturesPerSecond,
    double? RemainingSeconds,
    DateTimeOffset SubmittedAt,
    DateTimeOffset? EndedAt,
    JobFailure? Failure,
    string Detail,
    [property: Description("Sequence number of its newest event.")] long LastSequence
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
            job.LastSequence
        );
}

/// <summary>One reason why a job is paused.</summary>
internal sealed record PauseView(string Owner, string Reason, DateTimeOffset Since, DateTimeOffset? Until);

/// <summary>A page of pictures that are not coloured although they should be.</summary>
internal sealed record ErrorList(
    IReadOnlyList<ErrorLine> Errors,
    [property: Description("Cursor of the next page; null where there is none.")] long? Next
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
    [property: Description("Cursor of the next page; null where there is none.")] long? Next
);

/// <summary>A picture of a job.</summary>
internal sealed record ItemLine(long Number, string Item, ItemState State, string? Reason)
{
    /// <summary>Of a report.</summary>
    public static ItemLine Of(ItemReport item) =>
        new(item.Number, item.RelativePath, item.State, item.Outcome is { } outcome ? ItemWords.Reason(outcome) : null);
}

/// <summary>The devices that archive work is leased to.</summary>
internal sealed record WorkerList(IReadOnlyList<WorkerLine> Workers);

/// <summary>A worker as the coordinator knows it.</summary>
internal sealed record WorkerLine(
    string Device,
    string Incarnation,
    [property: Description("Units that it takes at once.")] int Credit,
    [property: Description("Units leased to it.")] int Units,
    double HeardSecondsAgo
)
{
    /// <summary>Of a report.</summary>
    public static WorkerLine Of(WorkerReport worker) =>
        new(worker.Worker.Device, worker.Worker.Incarnation, worker.Credit, worker.Units, worker.HeardAgo.TotalSeconds);
}

/// <summary>The nodes of a clustered daemon.</summary>
internal sealed record NodeList(IReadOnlyList<NodeReport> Nodes);

/// <summary>How the daemon is.</summary>
internal sealed record DaemonView(string Program, int Process, DateTimeOffset StartedAt, int Clients, string Device);

/// <summary>Outcomes of pictures in words.</summary>
internal static class ItemWords
{
    /// <summary>Why a picture is as it is; null where it is done.</summary>
    public static string? Reason(ItemOutcome outcome) =>
        outcome switch
        {
            ItemOutcome.Failed failed => failed.Reason,
            ItemOutcome.Quarantined quarantined => $"given up after {quarantined.Deaths} crashes: {quarantined.Reason}",
            ItemOutcome.Skipped { Reason: SkipReason.AlreadyDone } => "done before, with the same model and options",
            ItemOutcome.Skipped => "already in colour",
            _ => null,
        };
}
