using ActorColorize.Host.Displays;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Remote;

/// <summary>Job reports of a daemon, as text and as JSON objects.</summary>
internal static class JobReport
{
    /// <summary>The state of a job, line by line.</summary>
    public static IEnumerable<string> Text(JobReports.JobStatus job, DateTimeOffset now)
    {
        yield return $"job {job.Job}: {Word(job.Phase)}, {Progress(job)}";
        yield return $"  {PrintableName.Of(job.Specification.InputRoot)} -> {PrintableName.Of(job.Specification.OutputRoot)}, model "
            + $"{PrintableName.Of(job.Specification.ModelPath)}";
        yield return $"  submitted {Quantities.Clock(job.SubmittedAt.ToLocalTime(), now)} by {job.Client} as "
            + $"'{PrintableName.Of(job.Key)}', priority {job.Priority.ToString().ToLowerInvariant()}";
        foreach (var pause in job.Pauses)
            yield return $"  paused by {pause.Owner}{(pause.Reason.Length > 0 ? $": {PrintableName.Of(pause.Reason)}" : string.Empty)}"
                + $"{(pause.Until is { } until ? $", until {Quantities.Clock(until.ToLocalTime(), now)}" : string.Empty)}";
        if (job.WaitsFor is { } waitsFor && job.Phase != JobPhase.Paused)
            yield return $"  waits: {waitsFor}";
        if (job.EndedAt is { } ended)
            yield return $"  ended {Quantities.Clock(ended.ToLocalTime(), now)}"
                + $"{(job.Detail.Length > 0 ? $": {PrintableName.Of(job.Detail)}" : string.Empty)}";
    }

    /// <summary>The same as a JSON object.</summary>
    public static object Json(JobReports.JobStatus job) =>
        new
        {
            Job = job.Job.Value,
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
            Client = job.Client.Value,
            job.Key,
            job.Priority,
            Input = job.Specification.InputRoot,
            Output = job.Specification.OutputRoot,
            Model = job.Specification.ModelPath,
            Pauses = job.Pauses.Select(pause => new
            {
                Owner = pause.Owner.ToString(),
                pause.Reason,
                pause.Since,
                pause.Until,
            }),
            job.WaitsFor,
            job.PicturesPerSecond,
            RemainingSeconds = job.Remaining?.TotalSeconds,
            job.SubmittedAt,
            job.EndedAt,
            job.Failure,
            job.Detail,
            job.LastSequence,
        };

    /// <summary>A job of a list, on one line.</summary>
    public static string Text(JobSummary job, DateTimeOffset now) =>
        $"{job.Job}  {Word(job.Phase), -21}  {Quantities.Count(job.Counts.Settled)} of {Quantities.Count(job.Items)}"
        + $"{(job.Counts.Unfinished > 0 ? $", {Quantities.Count(job.Counts.Unfinished)} failed" : string.Empty)}  "
        + $"{PrintableName.Of(job.InputRoot)} -> {PrintableName.Of(job.OutputRoot)}  ({job.Client}, "
        + $"{Quantities.Clock(job.SubmittedAt.ToLocalTime(), now)})";

    /// <summary>The same as a JSON object.</summary>
    public static object Json(JobSummary job) =>
        new
        {
            Job = job.Job.Value,
            job.Phase,
            job.Items,
            job.Counts.Done,
            job.Counts.Skipped,
            job.Counts.Failed,
            job.Counts.Quarantined,
            Client = job.Client.Value,
            job.Key,
            job.Priority,
            Input = job.InputRoot,
            Output = job.OutputRoot,
            job.SubmittedAt,
        };

    /// <summary>Why a picture failed; null if it is coloured or skipped.</summary>
    public static string? Reason(ItemOutcome outcome) =>
        outcome switch
        {
            ItemOutcome.Failed failed => failed.Reason,
            ItemOutcome.Quarantined quarantined => $"given up after {quarantined.Deaths} crashes: {quarantined.Reason}",
            _ => null,
        };

    /// <summary>A phase in words.</summary>
    public static string Word(JobPhase phase) =>
        phase switch
        {
            JobPhase.CompletedWithErrors => "completed with errors",
            _ => phase.ToString().ToLowerInvariant(),
        };

    private static string Progress(JobReports.JobStatus job) =>
        ColorizeDisplay.Counts(
            new ColorizeProgress(
                job.Items,
                job.IsScanned,
                job.Counts.Done,
                job.Counts.Skipped,
                job.Counts.Unfinished,
                job.PicturesPerSecond,
                0,
                job.Remaining
            )
        )
        + (job.Leased > 0 ? $", {Quantities.Count(job.Leased)} at devices" : string.Empty)
        + (job.PicturesPerSecond > 0 ? $"; {Quantities.Rate(job.PicturesPerSecond)} img/s" : string.Empty)
        + (job.Remaining is { } remaining ? $", {Quantities.Time(remaining)} left" : string.Empty);
}
