using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Protocol;

namespace ActorColorize.Rest;

/// <summary>Job events as server-sent events: each has a kind and one line of JSON.</summary>
public static class EventText
{
    private static readonly JsonSerializerOptions Lean = RestJson.With(
        new JsonSerializerOptions { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull }
    );

    /// <summary>Kind of the event in one word, such as <c>item_settled</c>.</summary>
    public static string Kind(JobEvents.IJobEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        return happened is JobEvents.JobEnded ? "ended" : JsonNamingPolicy.SnakeCaseLower.ConvertName(happened.GetType().Name);
    }

    /// <summary>An event as one line of JSON, without its kind.</summary>
    public static string Json(NumberedJobEvent numbered) => JsonSerializer.Serialize(View(numbered), Lean);

    /// <summary>An event as one line of JSON, with its kind as <c>event</c>.</summary>
    public static string JsonWithKind(NumberedJobEvent numbered)
    {
        ArgumentNullException.ThrowIfNull(numbered);
        return JsonSerializer.Serialize(View(numbered) with { Event = Kind(numbered.Event) }, Lean);
    }

    /// <summary>Progress of a job as one line of JSON.</summary>
    internal static string Json(JobReports.EventPage page) =>
        JsonSerializer.Serialize(
            new JobProgressView(
                page.Items,
                page.IsScanned,
                page.Counts.Done,
                page.Counts.Skipped,
                page.Counts.Failed,
                page.Counts.Quarantined,
                page.IsOver
            ),
            Lean
        );

    private static JobEventView View(NumberedJobEvent numbered)
    {
        var view = new JobEventView(numbered.Sequence, numbered.At);
        return numbered.Event switch
        {
            JobEvents.ItemSettled settled => view with
            {
                Number = settled.Item,
                Item = settled.RelativePath,
                Outcome = Word(settled.Outcome),
                Reason = ItemWords.Reason(settled.Outcome),
            },
            JobEvents.EntryPassedOver passed => view with { Item = passed.Path, Reason = passed.Reason },
            JobEvents.Submitted submitted => view with
            {
                Client = submitted.Client.Value,
                Key = submitted.Key,
                Priority = submitted.Priority,
            },
            JobEvents.ArchiveScanned scanned => view with { Items = scanned.Items, PassedOver = scanned.PassedOver },
            JobEvents.Paused paused => view with
            {
                Owner = paused.Pause.Owner.ToString(),
                Reason = paused.Pause.Reason,
                Until = paused.Pause.Until,
            },
            JobEvents.Resumed resumed => view with { Owner = resumed.Owner.ToString(), Reason = resumed.Reason },
            JobEvents.PriorityChanged changed => view with { Priority = changed.Priority },
            JobEvents.CancelRequested cancel => view with { Client = cancel.Client.Value },
            JobEvents.FailedRetried retried => view with { TakenUp = retried.TakenUp, Left = retried.Left },
            JobEvents.FinalizingBegun finalizing => view with { Outcome = Word(finalizing.Outcome), Reason = finalizing.Detail },
            JobEvents.JobEnded ended => view with { Outcome = Word(ended.Outcome), Reason = ended.Detail },
            _ => view,
        };
    }

    private static string Word(ItemOutcome outcome) => outcome.GetType().Name.ToLowerInvariant();

    private static string Word(JobOutcome outcome) => JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString());
}

/// <summary>An event of a job; fields that its kind does not have are absent.</summary>
internal sealed record JobEventView(long Sequence, DateTimeOffset At)
{
    /// <summary>Kind of the event, where it is not given otherwise.</summary>
    public string? Event { get; init; }

    /// <summary>The picture's number within the job.</summary>
    public long? Number { get; init; }

    /// <summary>Path of the picture, relative to the input root.</summary>
    public string? Item { get; init; }

    /// <summary>How a picture or a job ended.</summary>
    public string? Outcome { get; init; }

    /// <summary>One line.</summary>
    public string? Reason { get; init; }

    /// <summary>Owner of the pause.</summary>
    public string? Owner { get; init; }

    /// <summary>Time at which a pause ends automatically.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The client that requested it.</summary>
    public string? Client { get; init; }

    /// <summary>The client's idempotency key.</summary>
    public string? Key { get; init; }

    /// <summary>Priority of the job.</summary>
    public JobPriority? Priority { get; init; }

    /// <summary>Pictures found.</summary>
    public long? Items { get; init; }

    /// <summary>Files and folders that are not part of the job.</summary>
    public long? PassedOver { get; init; }

    /// <summary>Pictures that are retried.</summary>
    public long? TakenUp { get; init; }

    /// <summary>Pictures that are left unchanged.</summary>
    public long? Left { get; init; }
}

/// <summary>Progress of a job.</summary>
internal sealed record JobProgressView(long Items, bool IsScanned, long Done, long Skipped, long Failed, long Quarantined, bool IsOver);
