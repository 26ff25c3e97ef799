using System.Runtime.CompilerServices;
using ActorColorize.Protocol;

namespace ActorColorize.Client;

/// <summary>What becomes of a submission of a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="IsNew">False where a run was submitted under this key before.</param>
public sealed record RunSubmission(RunId Run, bool IsNew);

/// <content>Training on the daemon.</content>
public sealed partial class ColorizeClient
{
    /// <summary>
    /// Has a network trained, or a run folder's run gone on with. When this returns, the run is on the daemon's disk and will be trained;
    /// its data is looked at after that.
    /// </summary>
    /// <param name="request">What to train.</param>
    /// <param name="key">This client's own name for the piece of work: submitting it again gives the same run. Null: each submission is
    /// another.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<RunSubmission> StartRunAsync(TrainingRequest request, string? key = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var command = CommandId.New();
        var answer = await _line.AskAsync<TrainingAnswers.Submitted>(
            new TrainingCommands.Submit(command, Name, key ?? command.Value, request),
            AnswerWithin,
            cancellation
        );
        return new RunSubmission(answer.Run, answer.IsNew);
    }

    /// <summary>
    /// How a run goes on, until it is over: snapshots of where it stands, a few a second at most, each with the notices since the one
    /// before. It goes on through the daemon's going and coming
    /// back; no notice comes twice.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="after">Sequence number of the last updates known; 0 for all that the daemon remembers.</param>
    /// <param name="cancellation">Ends the watching.</param>
    public async IAsyncEnumerable<TrainingReports.RunUpdates> WatchRunAsync(
        RunId run,
        long after = 0,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        while (true)
        {
            var updates = await _line.AskAsync<TrainingReports.RunUpdates>(
                new TrainingQueries.UpdatesAfter(run, after, WaitForUpdates),
                WaitForUpdates + AnswerWithin,
                cancellation
            );
            if (updates.Sequence > after || updates.IsOver)
                yield return updates;
            if (updates.IsOver)
                yield break;
            after = Math.Max(after, updates.Sequence);
        }
    }

    /// <summary>Where a run stands.</summary>
    public Task<TrainingReports.RunStatus> ShowRunAsync(RunId run, CancellationToken cancellation = default) =>
        _line.AskAsync<TrainingReports.RunStatus>(new TrainingQueries.Show(run), AnswerWithin, cancellation);

    /// <summary>Runs, the newest first.</summary>
    public async IAsyncEnumerable<RunSummary> ListRunsAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        string? cursor = null;
        do
        {
            var page = await _line.AskAsync<TrainingReports.RunPage>(
                new TrainingQueries.List(cursor, PageSize),
                AnswerWithin,
                cancellation
            );
            foreach (var run in page.Runs)
                yield return run;
            cursor = page.Next;
        } while (cursor is not null);
    }

    /// <summary>A run's whole checkpoints, the oldest first.</summary>
    public async Task<IReadOnlyList<CheckpointReport>> CheckpointsAsync(RunId run, CancellationToken cancellation = default) =>
        (
            await _line.AskAsync<TrainingReports.CheckpointPage>(new TrainingQueries.Checkpoints(run), AnswerWithin, cancellation)
        ).Checkpoints;

    /// <summary>Has a run saved and taken off the device until somebody resumes it.</summary>
    /// <returns>Where the run is now.</returns>
    public Task<TrainingPhase> PauseRunAsync(RunId run, CancellationToken cancellation = default) =>
        TellAsync(id => new TrainingCommands.Pause(id, Name, run), cancellation);

    /// <summary>Goes on with a run that is paused, was stopped or has failed.</summary>
    /// <returns>Where the run is now.</returns>
    public Task<TrainingPhase> ResumeRunAsync(RunId run, CancellationToken cancellation = default) =>
        TellAsync(id => new TrainingCommands.Resume(id, Name, run), cancellation);

    /// <summary>Has a run saved and ended.</summary>
    /// <returns>Where the run is now.</returns>
    public Task<TrainingPhase> StopRunAsync(RunId run, CancellationToken cancellation = default) =>
        TellAsync(id => new TrainingCommands.Stop(id, Name, run), cancellation);

    /// <summary>
    /// Makes a checkpoint the model of a name, once it was read, checked and run; where that fails, the name keeps the model that it has.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="model">The name; see <see cref="ModelName"/>.</param>
    /// <param name="checkpoint">The checkpoint's step; null: the best, or the newest where none was measured.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<NamedModel> PromoteAsync(
        RunId run,
        string model,
        StepNumber? checkpoint = null,
        CancellationToken cancellation = default
    ) =>
        (
            await _line.AskAsync<TrainingAnswers.Promoted>(
                new TrainingCommands.Promote(CommandId.New(), Name, run, checkpoint, model),
                AnswerWithin,
                cancellation
            )
        ).Model;

    /// <summary>The models that jobs can be submitted with by name.</summary>
    public async Task<IReadOnlyList<NamedModel>> ModelsAsync(CancellationToken cancellation = default) =>
        (await _line.AskAsync<TrainingReports.ModelPage>(new TrainingQueries.Models(), AnswerWithin, cancellation)).Models;

    private async Task<TrainingPhase> TellAsync(
        Func<CommandId, TrainingCommands.ITrainingCommand> command,
        CancellationToken cancellation
    ) => (await _line.AskAsync<TrainingAnswers.Acknowledged>(command(CommandId.New()), AnswerWithin, cancellation)).Phase;
}
