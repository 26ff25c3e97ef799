using System.Collections.Concurrent;
using ActorColorize.Gateway;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Client.Tests;

/// <summary>
/// Replaces the job coordinator: one job with a history that the test writes; commands are executed once, and a given number of answers is
/// dropped.
/// </summary>
internal sealed class ScriptedJobs : ReceiveActor
{
    public static readonly JobId Job = new("20260101-000000-abcdef");

    /// <summary>A job that cannot be read.</summary>
    public static readonly JobId OutOfReach = new("20260101-000000-000000");

    private readonly List<NumberedJobEvent> _history = [];
    private readonly List<(IActorRef Asker, JobQueries.EventsAfter Query)> _waiting = [];
    private readonly Dictionary<CommandId, object> _answers = [];
    private bool _isOver;

    public ScriptedJobs(ConcurrentQueue<object> carriedOut, int answersLost = 0)
    {
        Receive<JobCommands.IJobCommand>(command =>
        {
            if (!_answers.TryGetValue(command.Command, out var answer))
            {
                carriedOut.Enqueue(command);
                _answers[command.Command] = answer = Answer(command);
            }

            if (answersLost-- <= 0)
                Sender.Tell(answer);
        });
        Receive<Happen>(happen =>
        {
            for (var i = 0; i < happen.Events; i++)
                _history.Add(
                    new NumberedJobEvent(
                        _history.Count + 1,
                        DateTimeOffset.UnixEpoch,
                        new JobEvents.EntryPassedOver(Job, $"picture {_history.Count + 1}", "scripted")
                    )
                );
            _isOver |= happen.IsLast;
            foreach (var (asker, query) in _waiting)
                asker.Tell(PageFor(query));
            _waiting.Clear();
        });
        Receive<JobQueries.EventsAfter>(query =>
        {
            if (query.Job != Job)
                Sender.Tell(new JobReports.NoSuchJob(query.Job));
            else if (_history.Count > query.After || _isOver)
                Sender.Tell(PageFor(query));
            else
                _waiting.Add((Sender, query));
        });
        Receive<JobQueries.Show>(query =>
            Sender.Tell(query.Job == OutOfReach ? new JobReports.NotReadable("the database is away") : new JobReports.NoSuchJob(query.Job))
        );
        Receive<JobQueries.List>(query => Sender.Tell(ListPage(query)));
        Receive<JobQueries.Errors>(query =>
            Sender.Tell(
                new JobReports.ErrorPage(
                    Job,
                    [
                        .. Enumerable
                            .Range((int)query.After + 1, 3)
                            .Select(i => new ItemError(i, $"{i}.jpg", new ItemOutcome.Failed(FailureClass.Unreadable, "no picture"), 1)),
                    ],
                    query.After < 5 ? query.After + 3 : null
                )
            )
        );
        Receive<JobQueries.Workers>(_ => Sender.Tell(new JobReports.WorkerPage([])));
    }

    private static object Answer(JobCommands.IJobCommand command) =>
        command switch
        {
            JobCommands.Submit => new JobAnswers.Submitted(command.Command, Job, true),
            JobCommands.RetryFailed => new JobAnswers.Retried(command.Command, Job, 3, 1),
            JobCommands.Cancel cancel when cancel.Job != Job => new JobAnswers.Refused(
                command.Command,
                JobRefusal.UnknownJob,
                $"there is no job {cancel.Job}"
            ),
            _ => new JobAnswers.Acknowledged(command.Command, Job, JobPhase.Running),
        };

    private JobReports.EventPage PageFor(JobQueries.EventsAfter query)
    {
        var page = _history.Skip((int)query.After).Take(Math.Min(query.Limit, 7)).ToArray();
        return new JobReports.EventPage(
            Job,
            page,
            default,
            _history.Count,
            _isOver,
            _isOver && query.After + page.Length == _history.Count
        );
    }

    private static JobReports.JobPage ListPage(JobQueries.List query)
    {
        var page = query.Before is null ? 0 : int.Parse(query.Before);
        return new JobReports.JobPage(
            [
                .. Enumerable
                    .Range(page * 2, 2)
                    .Select(i => new JobSummary(
                        new JobId($"job-{i}"),
                        new ClientId("c"),
                        $"key-{i}",
                        "/in",
                        "/out",
                        JobPriority.Normal,
                        JobPhase.Running,
                        i,
                        default,
                        DateTimeOffset.UnixEpoch
                    )),
            ],
            page < 2 ? $"{page + 1}" : null
        );
    }

    /// <summary>Things happen to the job.</summary>
    public sealed record Happen(int Events, bool IsLast = false);
}

/// <summary>Accepts every request unchanged.</summary>
internal sealed class TrustingRequests : IJobRequests
{
    public Task<JobSpecification> CompleteAsync(JobRequest request) =>
        request.Input.Contains("broken", StringComparison.Ordinal) ? throw new InvalidOperationException("a fault of the program")
        : request.Input.Contains("nowhere", StringComparison.Ordinal)
            ? throw new JobRequestException($"{request.Input}: no such file or folder")
        : Task.FromResult(
            new JobSpecification(request.Input, request.Output, "/model", "hash", 0.38, null, false, 1, 1, false, 8, 128, 92)
        );
}
