using ActorColorize.Gateway;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Rest.Tests;

/// <summary>
/// Replaces the job coordinator: keeps jobs by client and key, executes each command once, keeps numbered histories for waiting watchers.
/// Archives progress as the test commands; a single picture is "coloured" immediately by the test's function.
/// </summary>
internal sealed class FakeCoordinator : ReceiveActor
{
    /// <summary>Number of a picture that every job has and that is done.</summary>
    public const long DonePicture = 7;

    private readonly List<Job> _jobs = [];
    private readonly Dictionary<CommandId, object> _answers = [];
    private readonly List<(IActorRef Asker, JobQueries.EventsAfter Query)> _waiting = [];
    private readonly Func<JobSpecification, ItemOutcome?> _device;

    private bool _isUnreadable;
    private int _queries;

    /// <summary>No jobs yet.</summary>
    /// <param name="device">Outcome of a single picture; null leaves its job unfinished.</param>
    public FakeCoordinator(Func<JobSpecification, ItemOutcome?> device)
    {
        _device = device;
        Receive<JobQueries.IJobQuery>(
            query => _isUnreadable && query is not JobQueries.Workers,
            _ => Sender.Tell(new JobReports.NotReadable("the database is away"))
        );
        Receive<BeUnreadable>(be =>
        {
            _isUnreadable = be.Is;
            Sender.Tell(true);
        });
        Receive<CountQueries>(_ => Sender.Tell(_queries));
        Receive<JobCommands.IJobCommand>(command =>
        {
            if (!_answers.TryGetValue(command.Command, out var answer))
                _answers[command.Command] = answer = Carry(command);
            Sender.Tell(answer);
        });
        Receive<JobQueries.Show>(query => Sender.Tell(Find(query.Job) is { } job ? Status(job) : new JobReports.NoSuchJob(query.Job)));
        Receive<JobQueries.List>(query => Sender.Tell(Page(query)));
        Receive<JobQueries.Errors>(query =>
            Sender.Tell(
                Find(query.Job) is null
                    ? new JobReports.NoSuchJob(query.Job)
                    : new JobReports.ErrorPage(
                        query.Job,
                        [
                            .. Enumerable
                                .Range((int)query.After + 1, 3)
                                .Select(i => new ItemError(
                                    i,
                                    $"{i}.jpg",
                                    new ItemOutcome.Failed(FailureClass.Unreadable, "no picture"),
                                    2
                                )),
                        ],
                        query.After < 5 ? query.After + 3 : null
                    )
            )
        );
        Receive<JobQueries.Items>(query =>
            Sender.Tell(
                new JobReports.ItemPage(
                    query.Job,
                    [
                        query.After == DonePicture - 1
                            ? new ItemReport(DonePicture, "b.jpg", ItemState.Done, null)
                            : new ItemReport(0, "a.jpg", query.State ?? ItemState.Pending, null),
                    ],
                    null
                )
            )
        );
        Receive<JobQueries.Workers>(_ =>
            Sender.Tell(new JobReports.WorkerPage([new WorkerReport(new WorkerId("cpu", "life"), 2, 1, TimeSpan.FromSeconds(3))]))
        );
        Receive<JobQueries.EventsAfter>(query =>
        {
            if (Find(query.Job) is not { } job)
                Sender.Tell(new JobReports.NoSuchJob(query.Job));
            else if (job.History.Count > query.After || IsOver(job) || query.Wait == TimeSpan.Zero)
                Sender.Tell(Updates(job, query));
            else
                _waiting.Add((Sender, query));
        });
        Receive<Happen>(happen =>
        {
            foreach (var happened in happen.Events)
                Add(Find(happen.Job)!, happened);
            Sender.Tell(true);
        });
    }

    protected override bool AroundReceive(Receive receive, object message)
    {
        if (message is JobQueries.IJobQuery)
            _queries++;
        return base.AroundReceive(receive, message);
    }

    private object Carry(JobCommands.IJobCommand command)
    {
        if (command is JobCommands.Submit submit)
            return Submit(submit);
        if (Find(((IWithJobId)command).Job) is not { } job)
            return new JobAnswers.Refused(command.Command, JobRefusal.UnknownJob, $"there is no job {((IWithJobId)command).Job}");
        if (IsOver(job))
            return new JobAnswers.Refused(command.Command, JobRefusal.NotInThisPhase, $"job {job.Id} is over");
        switch (command)
        {
            case JobCommands.Pause pause:
                job.Phase = JobPhase.Paused;
                Add(
                    job,
                    new JobEvents.Paused(job.Id, new JobPause(PauseOwner.Of(pause.Client), pause.Reason, DateTimeOffset.UnixEpoch, null))
                );
                break;
            case JobCommands.Resume:
                job.Phase = JobPhase.Running;
                break;
            case JobCommands.Cancel:
                End(job, JobOutcome.Cancelled);
                break;
            case JobCommands.RetryFailed:
                return new JobAnswers.Retried(command.Command, job.Id, ++job.Retries, 1);
        }

        return new JobAnswers.Acknowledged(command.Command, job.Id, job.Phase);
    }

    private object Submit(JobCommands.Submit submit)
    {
        if (_jobs.FirstOrDefault(job => job.Client == submit.Client && job.Key == submit.Key) is { } known)
        {
            return known.Specification == submit.Specification
                ? new JobAnswers.Submitted(submit.Command, known.Id, false)
                : new JobAnswers.Refused(
                    submit.Command,
                    JobRefusal.KeyInUse,
                    $"the key {submit.Key} belongs to job {known.Id}, which has another specification"
                );
        }

        var made = new Job(new JobId($"job-{_jobs.Count + 1}"), submit.Client, submit.Key, submit.Priority, submit.Specification);
        _jobs.Add(made);
        Add(made, new JobEvents.Submitted(made.Id, made.Client, made.Key, made.Priority, made.Specification, DateTimeOffset.UnixEpoch));
        if (submit.Specification.SinglePicture is { } picture && _device(submit.Specification) is { } outcome)
        {
            Add(made, new JobEvents.ItemSettled(made.Id, 0, picture, outcome));
            End(made, outcome is ItemOutcome.Failed ? JobOutcome.CompletedWithErrors : JobOutcome.Completed);
        }

        return new JobAnswers.Submitted(submit.Command, made.Id, true);
    }

    private void End(Job job, JobOutcome outcome)
    {
        job.Phase = Enum.Parse<JobPhase>(outcome.ToString());
        Add(job, new JobEvents.JobEnded(job.Id, outcome, default, null, "as the test says", DateTimeOffset.UnixEpoch));
    }

    private void Add(Job job, JobEvents.IJobEvent happened)
    {
        job.History.Add(new NumberedJobEvent(job.History.Count + 1, DateTimeOffset.UnixEpoch, happened));
        if (happened is JobEvents.JobEnded { Outcome: var outcome })
            job.Phase = Enum.Parse<JobPhase>(outcome.ToString());
        foreach (var waiting in _waiting.Where(waiting => waiting.Query.Job == job.Id).ToArray())
        {
            waiting.Asker.Tell(Updates(job, waiting.Query));
            _waiting.Remove(waiting);
        }
    }

    private static JobReports.EventPage Updates(Job job, JobQueries.EventsAfter query)
    {
        var most = job.History.Count < 1000 ? 3 : query.Limit; // small, so that there are several
        var page = job.History.Skip((int)query.After).Take(Math.Min(query.Limit, most)).ToArray();
        return new JobReports.EventPage(
            job.Id,
            page,
            default,
            job.History.Count,
            true,
            IsOver(job) && query.After + page.Length == job.History.Count
        );
    }

    private JobReports.JobPage Page(JobQueries.List query)
    {
        var rest = _jobs
            .AsEnumerable()
            .Reverse()
            .Where(job => query.Client is null || job.Client == query.Client)
            .SkipWhile(job => query.Before is not null && Number(job.Id.Value) >= Number(query.Before))
            .ToArray();
        var page = rest.Take(query.Limit)
            .Select(job => new JobSummary(
                job.Id,
                job.Client,
                job.Key,
                job.Specification.InputRoot,
                job.Specification.OutputRoot,
                job.Priority,
                job.Phase,
                1,
                default,
                DateTimeOffset.UnixEpoch
            ))
            .ToArray();
        return new JobReports.JobPage(page, rest.Length > page.Length ? page[^1].Job.Value : null);
    }

    private static int Number(string id) => int.Parse(id["job-".Length..]);

    private static JobReports.JobStatus Status(Job job) =>
        new(
            job.Id,
            job.Client,
            job.Key,
            job.Specification,
            job.Priority,
            job.Phase,
            7,
            true,
            1,
            new JobCounts(3, 1, 0, 1),
            [],
            null,
            1.5,
            TimeSpan.FromSeconds(2),
            DateTimeOffset.UnixEpoch,
            null,
            null,
            "",
            job.History.Count
        );

    private Job? Find(JobId id) => _jobs.FirstOrDefault(job => job.Id == id);

    private static bool IsOver(Job job) =>
        job.Phase is JobPhase.Completed or JobPhase.CompletedWithErrors or JobPhase.Failed or JobPhase.Cancelled;

    /// <summary>Things happen to a job. Answered when they have.</summary>
    internal sealed record Happen(JobId Job, params JobEvents.IJobEvent[] Events);

    /// <summary>The store is away, or back. Answered when it is.</summary>
    internal sealed record BeUnreadable(bool Is);

    /// <summary>How many queries have come?</summary>
    internal sealed record CountQueries;

    private sealed record Job(JobId Id, ClientId Client, string Key, JobPriority Priority, JobSpecification Specification)
    {
        public JobPhase Phase { get; set; } = JobPhase.Running;

        public int Retries { get; set; }

        public List<NumberedJobEvent> History { get; } = [];
    }
}

/// <summary>Accepts requests unchanged, except for paths that do not exist.</summary>
internal sealed class TrustingRequests : IJobRequests
{
    public Task<JobSpecification> CompleteAsync(JobRequest request) =>
        request.Input.Contains("nowhere", StringComparison.Ordinal)
            ? throw new JobRequestException($"{request.Input}: no such file or folder")
            : Task.FromResult(
                new JobSpecification(
                    File.Exists(request.Input) ? Path.GetDirectoryName(request.Input)! : request.Input,
                    request.Output,
                    request.Model ?? "/model",
                    "hash",
                    request.Temperature ?? 0.38,
                    request.Rebalance,
                    request.FlipAverage,
                    request.Strength,
                    request.Saturation ?? 1,
                    request.Recolor,
                    8,
                    128,
                    92,
                    File.Exists(request.Input) ? Path.GetFileName(request.Input) : null,
                    WithDistribution: request.WithDistribution
                )
            );
}
