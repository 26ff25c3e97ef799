using System.Runtime.Serialization;
using Google.Protobuf;
using static ActorColorize.Protocol.Serialization.MessageMapping;
using static ActorColorize.Protocol.Serialization.WireText;
using static ActorColorize.Protocol.Serialization.WireTime;

namespace ActorColorize.Protocol.Serialization;

/// <summary><see cref="JobQueries"/> and <see cref="JobReports"/>.</summary>
internal static class ReportMappings
{
    internal static IReadOnlyList<MessageMapping> All { get; } =
    [
        Of<JobQueries.Show, Wire.ShowJob>("qsh", m => new() { Job = m.Job.Value }, w => new(Job(w.Job))),
        Of<JobQueries.List, Wire.ListJobs>("qli", List, w =>
            new(w.HasClient ? Client(w.Client) : null, w.HasBefore ? w.Before : null, w.Limit)
        ),
        Of<JobQueries.Items, Wire.ListItems>(
            "qit",
            m =>
                new()
                {
                    Job = m.Job.Value,
                    State = WireEnum.OfOptional(m.State),
                    After = m.After,
                    Limit = m.Limit,
                    Review = WireEnum.OfOptional(m.Review),
                },
            w => new(Job(w.Job), WireEnum.ToOptional<ItemState>(w.State), w.After, w.Limit, WireEnum.ToOptional<ReviewDecision>(w.Review))
        ),
        Of<JobQueries.Reviews, Wire.CountReviews>("qre", m => new() { Job = m.Job.Value }, w => new(Job(w.Job))),
        Of<JobReports.ReviewCounts, Wire.ReviewCounts>(
            "prc",
            m =>
                new()
                {
                    Job = m.Job.Value,
                    Approved = m.Approved,
                    Rejected = m.Rejected,
                },
            w => new(Job(w.Job), w.Approved, w.Rejected)
        ),
        Of<JobQueries.Errors, Wire.ListErrors>(
            "qer",
            m =>
                new()
                {
                    Job = m.Job.Value,
                    After = m.After,
                    Limit = m.Limit,
                },
            w => new(Job(w.Job), w.After, w.Limit)
        ),
        Of<JobQueries.EventsAfter, Wire.EventsAfter>(
            "qev",
            m =>
                new()
                {
                    Job = m.Job.Value,
                    After = m.After,
                    Limit = m.Limit,
                    Wait = Of(m.Wait),
                },
            w => new(Job(w.Job), w.After, w.Limit, Duration(w.Wait))
        ),
        Of<JobQueries.Workers, Wire.ListWorkers>("qwo", _ => new(), _ => new()),
        Of<JobQueries.UsersOfModel, Wire.ListUsersOfModel>("qum", m => new() { Folder = m.Folder }, w => new(w.Folder)),
        Of<JobReports.ModelUsers, Wire.ModelUsers>(
            "pmu",
            m => new() { Jobs = { m.Jobs.Select(static job => job.Value) } },
            w => new([.. w.Jobs.Select(Job)])
        ),
        Of<JobReports.NoSuchJob, Wire.NoSuchJob>("pns", m => new() { Job = m.Job.Value }, w => new(Job(w.Job))),
        Of<JobReports.NotReadable, Wire.JobsNotReadable>("pnr", m => new() { Reason = m.Reason }, w => new(w.Reason)),
        Of<JobReports.JobStatus, Wire.JobStatus>("pst", Status, Status),
        Of<JobReports.JobPage, Wire.JobPage>("pjl", Page, w => new([.. w.Jobs.Select(Summary)], w.HasNext ? w.Next : null)),
        Of<JobReports.ItemPage, Wire.ItemPage>("pit", Page, w => new(Job(w.Job), [.. w.Items.Select(Item)], w.HasNext ? w.Next : null)),
        Of<JobReports.ErrorPage, Wire.ErrorPage>("per", Page, w => new(Job(w.Job), [.. w.Errors.Select(Error)], w.HasNext ? w.Next : null)),
        Of<JobReports.EventPage, Wire.EventPage>("pev", Page, w =>
            new(Job(w.Job), [.. w.Events.Select(Event)], JobParts.Counts(w.Counts), w.Items, w.IsScanned, w.IsOver)
        ),
        Of<JobReports.WorkerPage, Wire.WorkerPage>("pwo", Page, w =>
            new([
                .. w.Workers.Select(worker => new WorkerReport(
                    WorkParts.Worker(worker.Worker),
                    worker.Credit,
                    worker.Units,
                    Duration(worker.HeardAgo)
                )),
            ])
        ),
    ];

    private static Wire.ListJobs List(JobQueries.List message)
    {
        var wire = new Wire.ListJobs { Limit = message.Limit };
        if (message.Client is { } client)
            wire.Client = client.Value;
        if (message.Before is { } before)
            wire.Before = before;
        return wire;
    }

    private static Wire.JobStatus Status(JobReports.JobStatus message)
    {
        var wire = new Wire.JobStatus
        {
            Job = message.Job.Value,
            Client = message.Client.Value,
            Key = message.Key,
            Specification = JobParts.Specification(message.Specification),
            Priority = WireEnum.Of(message.Priority),
            Phase = WireEnum.Of(message.Phase),
            Items = message.Items,
            IsScanned = message.IsScanned,
            Leased = message.Leased,
            Counts = JobParts.Counts(message.Counts),
            PicturesPerSecond = message.PicturesPerSecond,
            SubmittedAt = Of(message.SubmittedAt),
            Failure = WireEnum.OfOptional(message.Failure),
            Detail = Line(message.Detail),
            LastSequence = message.LastSequence,
        };
        wire.Pauses.AddRange(message.Pauses.Select(JobParts.Pause));
        if (message.WaitsFor is { } waitsFor)
            wire.WaitsFor = Line(waitsFor);
        if (message.Remaining is { } remaining)
            wire.Remaining = Of(remaining);
        if (message.EndedAt is { } endedAt)
            wire.EndedAt = Of(endedAt);
        return wire;
    }

    private static JobReports.JobStatus Status(Wire.JobStatus w) =>
        new(
            Job(w.Job),
            Client(w.Client),
            w.Key,
            JobParts.Specification(w.Specification),
            WireEnum.To<JobPriority>(w.Priority),
            WireEnum.To<JobPhase>(w.Phase),
            w.Items,
            w.IsScanned,
            w.Leased,
            JobParts.Counts(w.Counts),
            [.. w.Pauses.Select(JobParts.Pause)],
            w.HasWaitsFor ? w.WaitsFor : null,
            w.PicturesPerSecond,
            w.HasRemaining ? Duration(w.Remaining) : null,
            Time(w.SubmittedAt),
            w.HasEndedAt ? Time(w.EndedAt) : null,
            WireEnum.ToOptional<JobFailure>(w.Failure),
            w.Detail,
            w.LastSequence
        );

    private static Wire.JobPage Page(JobReports.JobPage message)
    {
        var wire = new Wire.JobPage();
        wire.Jobs.AddRange(
            message.Jobs.Select(job => new Wire.JobSummary
            {
                Job = job.Job.Value,
                Client = job.Client.Value,
                Key = job.Key,
                InputRoot = job.InputRoot,
                OutputRoot = job.OutputRoot,
                Priority = WireEnum.Of(job.Priority),
                Phase = WireEnum.Of(job.Phase),
                Items = job.Items,
                Counts = JobParts.Counts(job.Counts),
                SubmittedAt = Of(job.SubmittedAt),
            })
        );
        if (message.Next is { } next)
            wire.Next = next;
        return wire;
    }

    private static JobSummary Summary(Wire.JobSummary w) =>
        new(
            Job(w.Job),
            Client(w.Client),
            w.Key,
            w.InputRoot,
            w.OutputRoot,
            WireEnum.To<JobPriority>(w.Priority),
            WireEnum.To<JobPhase>(w.Phase),
            w.Items,
            JobParts.Counts(w.Counts),
            Time(w.SubmittedAt)
        );

    private static Wire.ItemPage Page(JobReports.ItemPage message)
    {
        var wire = new Wire.ItemPage { Job = message.Job.Value };
        foreach (var item in message.Items)
        {
            var report = new Wire.ItemReport
            {
                Number = item.Number,
                RelativePath = item.RelativePath,
                State = WireEnum.Of(item.State),
                Review = WireEnum.Of(item.Review),
            };
            if (item.Outcome is { } outcome)
                report.Outcome = JobParts.Outcome(outcome);
            wire.Items.Add(report);
        }

        if (message.Next is { } next)
            wire.Next = next;
        return wire;
    }

    private static ItemReport Item(Wire.ItemReport w) =>
        new(
            w.Number,
            w.RelativePath,
            WireEnum.To<ItemState>(w.State),
            w.Outcome is null ? null : JobParts.Outcome(w.Outcome),
            WireEnum.ToOptional<ReviewDecision>(w.Review) ?? ReviewDecision.None
        );

    private static Wire.ErrorPage Page(JobReports.ErrorPage message)
    {
        var wire = new Wire.ErrorPage { Job = message.Job.Value };
        wire.Errors.AddRange(
            message.Errors.Select(error => new Wire.ItemError
            {
                Number = error.Number,
                RelativePath = error.RelativePath,
                Outcome = JobParts.Outcome(error.Outcome),
                Attempts = error.Attempts,
            })
        );
        if (message.Next is { } next)
            wire.Next = next;
        return wire;
    }

    private static ItemError Error(Wire.ItemError w) => new(w.Number, w.RelativePath, JobParts.Outcome(w.Outcome), w.Attempts);

    private static Wire.EventPage Page(JobReports.EventPage message)
    {
        var wire = new Wire.EventPage
        {
            Job = message.Job.Value,
            Counts = JobParts.Counts(message.Counts),
            Items = message.Items,
            IsScanned = message.IsScanned,
            IsOver = message.IsOver,
        };
        foreach (var numbered in message.Events)
        {
            var mapping = ProtocolMessages.Of(numbered.Event);
            wire.Events.Add(
                new Wire.NumberedJobEvent
                {
                    Sequence = numbered.Sequence,
                    At = Of(numbered.At),
                    Manifest = mapping.Manifest,
                    Event = ByteString.CopyFrom(mapping.ToBytes(numbered.Event)),
                }
            );
        }

        return wire;
    }

    private static NumberedJobEvent Event(Wire.NumberedJobEvent w) =>
        new(
            w.Sequence,
            Time(w.At),
            ProtocolMessages.Named(w.Manifest).FromBytes(w.Event.Memory) as JobEvents.IJobEvent
                ?? throw new SerializationException($"'{w.Manifest}' is not a job event")
        );

    private static Wire.WorkerPage Page(JobReports.WorkerPage message)
    {
        var wire = new Wire.WorkerPage();
        wire.Workers.AddRange(
            message.Workers.Select(worker => new Wire.WorkerReport
            {
                Worker = WorkParts.Worker(worker.Worker),
                Credit = worker.Credit,
                Units = worker.Units,
                HeardAgo = Of(worker.HeardAgo),
            })
        );
        return wire;
    }
}
