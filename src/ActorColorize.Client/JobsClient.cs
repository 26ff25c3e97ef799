using System.Diagnostics;
using System.Runtime.CompilerServices;
using ActorColorize.Protocol;

namespace ActorColorize.Client;

/// <summary>Commands and queries about jobs: archives that are coloured. <see cref="ColorizeClient.Jobs"/> has the instance.</summary>
public sealed class JobsClient
{
    private const int PageSize = 200;

    private static readonly TimeSpan WaitForUpdates = TimeSpan.FromSeconds(20);

    private readonly ReconnectingGateway _gateway;

    internal JobsClient(ReconnectingGateway gateway) => _gateway = gateway;

    /// <summary>
    /// Submits a job that colours an archive. When this returns, the job has been persisted by the daemon and will be executed.
    /// </summary>
    /// <param name="request">The requested work.</param>
    /// <param name="key">Idempotency key chosen by this client: submitting it again returns the same job. Null: each submission creates a
    /// new job.</param>
    /// <param name="priority">Priority of the job.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<JobSubmission> SubmitAsync(
        JobRequest request,
        string? key = null,
        JobPriority priority = JobPriority.Normal,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var command = CommandId.New();
        using var span = Tracing.Source.StartActivity("job.submit", ActivityKind.Client);
        var answer = await _gateway.AskAsync<JobAnswers.Submitted>(
            new GatewayCommands.SubmitJob(command, key ?? command.Value, priority, request, span?.Id),
            cancellation
        );
        return new JobSubmission(answer.Job, answer.IsNew);
    }

    /// <summary>
    /// The events of a job, from the beginning or after a given event, until it ends. Survives restarts of the daemon: each event is
    /// delivered once, in order.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="after">Sequence number of the last event known; 0 for all.</param>
    /// <param name="cancellation">Stops watching.</param>
    public async IAsyncEnumerable<JobUpdate> WatchAsync(
        JobId job,
        long after = 0,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        while (true)
        {
            var page = await _gateway.AskAsync<JobReports.EventPage>(
                new JobQueries.EventsAfter(job, after, PageSize, WaitForUpdates),
                WaitForUpdates,
                cancellation
            );
            var updates = UpdatesIn(page.Events, after);
            if (updates.Count > 0)
            {
                after = updates[^1].Sequence;
                yield return new JobUpdate(job, updates, page.Counts, page.Items, page.IsScanned, page.IsOver);
            }

            if (page.IsOver && (page.Events.Count == 0 || page.Events[^1].Sequence <= after))
                yield break;
        }
    }

    /// <summary>Status of a job.</summary>
    public Task<JobReports.JobStatus> ShowAsync(JobId job, CancellationToken cancellation = default) =>
        _gateway.AskAsync<JobReports.JobStatus>(new JobQueries.Show(job), cancellation);

    /// <summary>Jobs, newest first.</summary>
    /// <param name="onlyMine">Whether to list only jobs submitted by this client.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async IAsyncEnumerable<JobSummary> ListAsync(
        bool onlyMine = false,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        string? cursor = null;
        do
        {
            var page = await _gateway.AskAsync<JobReports.JobPage>(
                new JobQueries.List(onlyMine ? _gateway.Client : null, cursor, PageSize),
                cancellation
            );
            foreach (var job in page.Jobs)
                yield return job;
            cursor = page.Next;
        } while (cursor is not null);
    }

    /// <summary>Pictures of a job that could not be coloured, with the reason for each.</summary>
    public async IAsyncEnumerable<ItemError> ErrorsAsync(JobId job, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (long? after = -1; after is { } cursor; )
        {
            var page = await _gateway.AskAsync<JobReports.ErrorPage>(new JobQueries.Errors(job, cursor, PageSize), cancellation);
            foreach (var error in page.Errors)
                yield return error;
            after = page.Next;
        }
    }

    /// <summary>Pictures of a job with their states.</summary>
    /// <param name="job">The job.</param>
    /// <param name="state">Only those in this state; null for all.</param>
    /// <param name="review">Only results with this decision; null for all.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async IAsyncEnumerable<ItemReport> ItemsAsync(
        JobId job,
        ItemState? state = null,
        ReviewDecision? review = null,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        for (long? after = -1; after is { } cursor; )
        {
            var page = await _gateway.AskAsync<JobReports.ItemPage>(
                new JobQueries.Items(job, state, cursor, PageSize, review),
                cancellation
            );
            foreach (var item in page.Items)
                yield return item;
            after = page.Next;
        }
    }

    /// <summary>Pauses a job; pictures in progress are finished.</summary>
    /// <param name="job">The job.</param>
    /// <param name="reason">One line, shown to other clients.</param>
    /// <param name="duration">Longest duration of the pause; null: until the job is resumed.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <returns>The job's phase after the command.</returns>
    public Task<JobPhase> PauseAsync(JobId job, string reason = "", TimeSpan? duration = null, CancellationToken cancellation = default) =>
        CommandAsync(id => new JobCommands.Pause(id, _gateway.Client, job, reason, duration), cancellation);

    /// <summary>Ends every client's pause.</summary>
    /// <returns>The job's phase after the command.</returns>
    public Task<JobPhase> ResumeAsync(JobId job, CancellationToken cancellation = default) =>
        CommandAsync(id => new JobCommands.Resume(id, _gateway.Client, job), cancellation);

    /// <summary>Cancels a job; pictures in progress are finished, results already written are kept.</summary>
    /// <returns>The job's phase after the command.</returns>
    public Task<JobPhase> CancelAsync(JobId job, CancellationToken cancellation = default) =>
        CommandAsync(id => new JobCommands.Cancel(id, _gateway.Client, job), cancellation);

    /// <summary>Changes a job's priority.</summary>
    /// <returns>The job's phase after the command.</returns>
    public Task<JobPhase> SetPriorityAsync(JobId job, JobPriority priority, CancellationToken cancellation = default) =>
        CommandAsync(id => new JobCommands.SetPriority(id, _gateway.Client, job, priority), cancellation);

    /// <summary>Retries failed pictures.</summary>
    /// <param name="job">The job.</param>
    /// <param name="quarantined">Whether to include pictures that crashed their workers.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<JobRetry> RetryAsync(JobId job, bool quarantined = false, CancellationToken cancellation = default)
    {
        var answer = await _gateway.AskAsync<JobAnswers.Retried>(
            new JobCommands.RetryFailed(CommandId.New(), _gateway.Client, job, quarantined),
            cancellation
        );
        return new JobRetry(answer.TakenUp, answer.Left);
    }

    /// <summary>Records what a person has decided about results, in the daemon and in the manifest of the output folder.</summary>
    /// <param name="job">The job.</param>
    /// <param name="items">Numbers of the pictures, 1 to <see cref="JobCommands.MostReviewed"/>.</param>
    /// <param name="decision">The decision; <see cref="ReviewDecision.None"/> takes an earlier one back.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<JobReview> ReviewAsync(
        JobId job,
        IReadOnlyList<long> items,
        ReviewDecision decision,
        CancellationToken cancellation = default
    )
    {
        var answer = await _gateway.AskAsync<JobAnswers.Reviewed>(
            new JobCommands.Review(CommandId.New(), _gateway.Client, job, items, decision),
            cancellation
        );
        return new JobReview(answer.Recorded, answer.Ignored);
    }

    /// <summary>How many results of a job are approved and rejected.</summary>
    public Task<JobReports.ReviewCounts> ReviewsAsync(JobId job, CancellationToken cancellation = default) =>
        _gateway.AskAsync<JobReports.ReviewCounts>(new JobQueries.Reviews(job), cancellation);

    /// <summary>Submits a job that colours the rejected pictures of another job again, into the same folder.</summary>
    /// <param name="job">The other job.</param>
    /// <param name="settings">What is different this time.</param>
    /// <param name="key">Idempotency key chosen by this client; null: each call creates a new job.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<JobSubmission> RerunRejectedAsync(
        JobId job,
        RerunSettings settings,
        string? key = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        var first = await ShowAsync(job, cancellation);
        return await SubmitAsync(settings.RequestFor(first), key, first.Priority, cancellation);
    }

    /// <summary>Deletes an ended job with its pictures and its history; results in the output folder stay.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public Task DeleteAsync(JobId job, CancellationToken cancellation = default) =>
        _gateway.AskAsync<JobAnswers.Deleted>(new JobCommands.Delete(CommandId.New(), _gateway.Client, job), cancellation);

    private async Task<JobPhase> CommandAsync(Func<CommandId, JobCommands.IJobCommand> command, CancellationToken cancellation) =>
        (await _gateway.AskAsync<JobAnswers.Acknowledged>(command(CommandId.New()), cancellation)).Phase;

    /// <summary>The events that follow the last one seen without a gap; events seen before are skipped.</summary>
    internal static IReadOnlyList<NumberedJobEvent> UpdatesIn(IReadOnlyList<NumberedJobEvent> events, long after)
    {
        var updates = new List<NumberedJobEvent>(events.Count);
        foreach (var numbered in events)
        {
            if (numbered.Sequence == after + 1 + updates.Count)
                updates.Add(numbered);
        }

        return updates;
    }
}
