using System.Runtime.CompilerServices;
using ActorColorize.Protocol;

namespace ActorColorize.Client;

/// <summary>
/// A client of an ActorColorize daemon. Each call either has its answer or throws <see cref="ColorizeClientException"/>; while the daemon
/// is away it goes on trying for
/// <see cref="ClientOptions.Patience"/>. Commands carry an id, under which they are sent again when no answer came, and are carried out
/// once. May be used from several threads.
/// </summary>
public sealed partial class ColorizeClient : IAsyncDisposable
{
    private const int PageSize = 200;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan WaitForUpdates = TimeSpan.FromSeconds(20);

    private readonly GatewayLine _line;

    private ColorizeClient(GatewayLine line) => _line = line;

    /// <summary>Who this client is to the daemon.</summary>
    public ClientId Name => _line.Welcome.Client;

    /// <summary>The daemon's program and version.</summary>
    public string DaemonProgram => _line.Welcome.Program;

    /// <summary>Connects to a daemon.</summary>
    /// <param name="options">Which, and who asks; null: the daemon of this account on this machine.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ColorizeClientException">There is none, or it does not let this client in.</exception>
    public static async Task<ColorizeClient> ConnectAsync(ClientOptions? options = null, CancellationToken cancellation = default) =>
        new(await GatewayLine.OpenAsync(options ?? new ClientOptions(), cancellation));

    /// <summary>Has an archive coloured. When this returns, the job is on the daemon's disk and will be done.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="key">This client's own name for the piece of work: submitting it again gives the same job. Null: each submission is
    /// another job.</param>
    /// <param name="priority">How urgent.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<JobSubmission> SubmitAsync(
        JobRequest request,
        string? key = null,
        JobPriority priority = JobPriority.Normal,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var command = CommandId.New();
        var answer = await _line.AskAsync<JobAnswers.Submitted>(
            new GatewayCommands.SubmitJob(command, key ?? command.Value, priority, request),
            AnswerWithin,
            cancellation
        );
        return new JobSubmission(answer.Job, answer.IsNew);
    }

    /// <summary>
    /// What happens to a job, from the beginning or from after an event, until it is over. It goes on through the daemon's going and coming
    /// back: each event comes once, in order.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="after">Sequence number of the last event known; 0 for all.</param>
    /// <param name="cancellation">Ends the watching.</param>
    public async IAsyncEnumerable<JobUpdate> WatchAsync(
        JobId job,
        long after = 0,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        while (true)
        {
            var page = await _line.AskAsync<JobReports.EventPage>(
                new JobQueries.EventsAfter(job, after, PageSize, WaitForUpdates),
                WaitForUpdates + AnswerWithin,
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

    /// <summary>Where a job stands.</summary>
    public Task<JobReports.JobStatus> ShowAsync(JobId job, CancellationToken cancellation = default) =>
        _line.AskAsync<JobReports.JobStatus>(new JobQueries.Show(job), AnswerWithin, cancellation);

    /// <summary>Jobs, the newest first.</summary>
    /// <param name="onlyMine">Whether only those that this client has submitted.</param>
    /// <param name="cancellation">Gives up.</param>
    public async IAsyncEnumerable<JobSummary> ListAsync(
        bool onlyMine = false,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        string? cursor = null;
        do
        {
            var page = await _line.AskAsync<JobReports.JobPage>(
                new JobQueries.List(onlyMine ? Name : null, cursor, PageSize),
                AnswerWithin,
                cancellation
            );
            foreach (var job in page.Jobs)
                yield return job;
            cursor = page.Next;
        } while (cursor is not null);
    }

    /// <summary>Pictures of a job that are not coloured although they should be, with the reason of each.</summary>
    public async IAsyncEnumerable<ItemError> ErrorsAsync(JobId job, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (long? after = -1; after is { } cursor; )
        {
            var page = await _line.AskAsync<JobReports.ErrorPage>(new JobQueries.Errors(job, cursor, PageSize), AnswerWithin, cancellation);
            foreach (var error in page.Errors)
                yield return error;
            after = page.Next;
        }
    }

    /// <summary>Pictures of a job, with the state of each.</summary>
    /// <param name="job">The job.</param>
    /// <param name="state">Only those in this state; null for all.</param>
    /// <param name="cancellation">Gives up.</param>
    public async IAsyncEnumerable<ItemReport> ItemsAsync(
        JobId job,
        ItemState? state = null,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        for (long? after = -1; after is { } cursor; )
        {
            var page = await _line.AskAsync<JobReports.ItemPage>(
                new JobQueries.Items(job, state, cursor, PageSize),
                AnswerWithin,
                cancellation
            );
            foreach (var item in page.Items)
                yield return item;
            after = page.Next;
        }
    }

    /// <summary>Pauses a job; pictures under way are finished.</summary>
    /// <param name="job">The job.</param>
    /// <param name="reason">One line, for the others.</param>
    /// <param name="duration">How long at most; null: until somebody resumes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Where the job is now.</returns>
    public Task<JobPhase> PauseAsync(JobId job, string reason = "", TimeSpan? duration = null, CancellationToken cancellation = default) =>
        CommandAsync(id => new JobCommands.Pause(id, Name, job, reason, duration), cancellation);

    /// <summary>Ends every client's pause.</summary>
    /// <returns>Where the job is now.</returns>
    public Task<JobPhase> ResumeAsync(JobId job, CancellationToken cancellation = default) =>
        CommandAsync(id => new JobCommands.Resume(id, Name, job), cancellation);

    /// <summary>Ends a job early; pictures under way are finished, what is done stays.</summary>
    /// <returns>Where the job is now.</returns>
    public Task<JobPhase> CancelAsync(JobId job, CancellationToken cancellation = default) =>
        CommandAsync(id => new JobCommands.Cancel(id, Name, job), cancellation);

    /// <summary>Makes a job more or less urgent.</summary>
    /// <returns>Where the job is now.</returns>
    public Task<JobPhase> SetPriorityAsync(JobId job, JobPriority priority, CancellationToken cancellation = default) =>
        CommandAsync(id => new JobCommands.SetPriority(id, Name, job, priority), cancellation);

    /// <summary>Takes failed pictures up again.</summary>
    /// <param name="job">The job.</param>
    /// <param name="quarantined">Whether also those that workers died of.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<JobRetry> RetryAsync(JobId job, bool quarantined = false, CancellationToken cancellation = default)
    {
        var answer = await _line.AskAsync<JobAnswers.Retried>(
            new JobCommands.RetryFailed(CommandId.New(), Name, job, quarantined),
            AnswerWithin,
            cancellation
        );
        return new JobRetry(answer.TakenUp, answer.Left);
    }

    /// <summary>The devices that archive work is leased to.</summary>
    public async Task<IReadOnlyList<WorkerReport>> WorkersAsync(CancellationToken cancellation = default) =>
        (await _line.AskAsync<JobReports.WorkerPage>(new JobQueries.Workers(), AnswerWithin, cancellation)).Workers;

    /// <summary>The nodes of a cluster, as the one that this client is connected to sees them; none for a daemon that is alone.</summary>
    public async Task<IReadOnlyList<NodeReport>> NodesAsync(CancellationToken cancellation = default) =>
        (await _line.AskAsync<GatewayAnswers.NodePage>(new GatewayCommands.ShowNodes(), AnswerWithin, cancellation)).Nodes;

    /// <summary>How the daemon is.</summary>
    public Task<GatewayAnswers.DaemonStatus> ShowDaemonAsync(CancellationToken cancellation = default) =>
        _line.AskAsync<GatewayAnswers.DaemonStatus>(new GatewayCommands.ShowDaemon(), AnswerWithin, cancellation);

    /// <summary>Ends the connection; jobs go on.</summary>
    public ValueTask DisposeAsync() => _line.DisposeAsync();

    private async Task<JobPhase> CommandAsync(Func<CommandId, JobCommands.IJobCommand> command, CancellationToken cancellation) =>
        (await _line.AskAsync<JobAnswers.Acknowledged>(command(CommandId.New()), AnswerWithin, cancellation)).Phase;

    /// <summary>Events that follow the last one known without a gap; what was seen already is left out.</summary>
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
