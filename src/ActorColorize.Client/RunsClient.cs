using System.Runtime.CompilerServices;
using ActorColorize.Protocol;

namespace ActorColorize.Client;

/// <summary>Commands and queries about training runs. <see cref="ColorizeClient.Runs"/> has the instance.</summary>
public sealed class RunsClient
{
    private const int PageSize = 200;

    private static readonly TimeSpan WaitForUpdates = TimeSpan.FromSeconds(20);

    private readonly ReconnectingGateway _gateway;

    internal RunsClient(ReconnectingGateway gateway) => _gateway = gateway;

    /// <summary>
    /// Submits a training run, or resumes the run in a run folder. When this returns, the run has been persisted by the daemon and will be
    /// trained; its data is checked afterwards.
    /// </summary>
    /// <param name="request">What to train.</param>
    /// <param name="key">Idempotency key chosen by this client: submitting it again returns the same run. Null: each submission creates a
    /// new run.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<RunSubmission> StartAsync(TrainingRequest request, string? key = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var command = CommandId.New();
        var answer = await _gateway.AskAsync<TrainingAnswers.Submitted>(
            new TrainingCommands.Submit(command, _gateway.Client, key ?? command.Value, request),
            cancellation
        );
        return new RunSubmission(answer.Run, answer.IsNew);
    }

    /// <summary>
    /// Progress of a run until it ends: snapshots of its state, at most a few per second, each with the notices since the previous one.
    /// Survives restarts of the daemon; no notice is delivered twice.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="after">Sequence number of the last update seen; 0 for all that the daemon has kept.</param>
    /// <param name="cancellation">Stops watching.</param>
    public async IAsyncEnumerable<TrainingReports.RunUpdates> WatchAsync(
        RunId run,
        long after = 0,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        while (true)
        {
            var updates = await _gateway.AskAsync<TrainingReports.RunUpdates>(
                new TrainingQueries.UpdatesAfter(run, after, WaitForUpdates),
                WaitForUpdates,
                cancellation
            );
            if (updates.Sequence > after || updates.IsOver)
                yield return updates;
            if (updates.IsOver)
                yield break;
            after = Math.Max(after, updates.Sequence);
        }
    }

    /// <summary>Status of a run.</summary>
    public Task<TrainingReports.RunStatus> ShowAsync(RunId run, CancellationToken cancellation = default) =>
        _gateway.AskAsync<TrainingReports.RunStatus>(new TrainingQueries.Show(run), cancellation);

    /// <summary>Runs, newest first.</summary>
    public async IAsyncEnumerable<RunSummary> ListAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        string? cursor = null;
        do
        {
            var page = await _gateway.AskAsync<TrainingReports.RunPage>(new TrainingQueries.List(cursor, PageSize), cancellation);
            foreach (var run in page.Runs)
                yield return run;
            cursor = page.Next;
        } while (cursor is not null);
    }

    /// <summary>The complete checkpoints of a run, oldest first.</summary>
    public async Task<IReadOnlyList<CheckpointReport>> CheckpointsAsync(RunId run, CancellationToken cancellation = default) =>
        (await _gateway.AskAsync<TrainingReports.CheckpointPage>(new TrainingQueries.Checkpoints(run), cancellation)).Checkpoints;

    /// <summary>Saves a run and removes it from its device until it is resumed.</summary>
    /// <returns>The run's phase after the command.</returns>
    public Task<TrainingPhase> PauseAsync(RunId run, CancellationToken cancellation = default) =>
        TellAsync(id => new TrainingCommands.Pause(id, _gateway.Client, run), cancellation);

    /// <summary>Resumes a run that is paused, stopped or failed.</summary>
    /// <returns>The run's phase after the command.</returns>
    public Task<TrainingPhase> ResumeAsync(RunId run, CancellationToken cancellation = default) =>
        TellAsync(id => new TrainingCommands.Resume(id, _gateway.Client, run), cancellation);

    /// <summary>Saves a run and ends it.</summary>
    /// <returns>The run's phase after the command.</returns>
    public Task<TrainingPhase> StopAsync(RunId run, CancellationToken cancellation = default) =>
        TellAsync(id => new TrainingCommands.Stop(id, _gateway.Client, run), cancellation);

    /// <summary>
    /// Publishes a checkpoint as a named model, after it has been read, verified and run; if that fails, the name keeps its current model.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="model">The model's name; see <see cref="ModelName"/>.</param>
    /// <param name="checkpoint">Step of the checkpoint. Null: the one with the lowest validation loss, or the newest if none was
    /// validated.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<NamedModel> PromoteAsync(
        RunId run,
        string model,
        StepNumber? checkpoint = null,
        CancellationToken cancellation = default
    ) =>
        (
            await _gateway.AskAsync<TrainingAnswers.Promoted>(
                new TrainingCommands.Promote(CommandId.New(), _gateway.Client, run, checkpoint, model),
                cancellation
            )
        ).Model;

    private async Task<TrainingPhase> TellAsync(
        Func<CommandId, TrainingCommands.ITrainingCommand> command,
        CancellationToken cancellation
    ) => (await _gateway.AskAsync<TrainingAnswers.Acknowledged>(command(CommandId.New()), cancellation)).Phase;
}

/// <summary>Result of submitting a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="IsNew">False if a run with this key already existed.</param>
public sealed record RunSubmission(RunId Run, bool IsNew);
