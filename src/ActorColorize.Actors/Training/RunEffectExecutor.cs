using ActorColorize.Actors.Faults;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Training;

/// <summary>Executes the effects of a run's decisions and runs its timers. Used by a single supervisor on its thread.</summary>
/// <param name="supervisor">Gets <see cref="PauseOver"/>, <see cref="CheckpointDue"/> and <see cref="FailureReported"/>.</param>
/// <param name="timed">The supervisor, as the owner of timers.</param>
/// <param name="metrics">Receives all events.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="log">The supervisor's log.</param>
internal sealed class RunEffectExecutor(IActorRef supervisor, IWithTimers timed, IActorRef metrics, TimeProvider clock, ILoggingAdapter log)
{
    /// <summary>Executes effects in order.</summary>
    /// <returns>False if the remaining effects wait for <see cref="FailureReported"/>.</returns>
    internal bool CarryOut(RunId id, ActiveRun run, IReadOnlyList<RunEffect> effects)
    {
        for (var i = 0; i < effects.Count; i++)
        {
            switch (effects[i])
            {
                case RunEffect.Tell tell:
                    run.Tell(tell.Command);
                    break;
                case RunEffect.Announce announce:
                    metrics.Tell(announce.Event);
                    break;
                case RunEffect.SaveAdjustments save:
                    Save(id, run, save.Adjustments);
                    break;
                case RunEffect.Pause pause:
                    timed.Timers.StartSingleTimer(id, new PauseOver(id, pause.Attempt), pause.Duration);
                    break;
                case RunEffect.ReportFailure failure:
                    Report(id, run, failure, [.. effects.Skip(i + 1)]);
                    return false;
                default:
                    throw new InvalidOperationException($"unknown effect {effects[i]}");
            }
        }

        return true;
    }

    /// <summary>Restarts the timer of the next timed checkpoint.</summary>
    internal void RestartCheckpointTimer(RunId id, ActiveRun run)
    {
        if (run.CheckpointInterval > TimeSpan.Zero)
            timed.Timers.StartPeriodicTimer(new CheckpointDue(id), new CheckpointDue(id), run.CheckpointInterval);
    }

    /// <summary>Stops the checkpoint timer.</summary>
    internal void StopCheckpointTimer(RunId id) => timed.Timers.Cancel(new CheckpointDue(id));

    private void Save(RunId id, ActiveRun run, RunAdjustments adjustments)
    {
        if (adjustments.Equals(run.SavedAdjustments))
            return;
        try
        {
            adjustments.Save(new RunFolder(run.State.History.RunFolder));
            run.SavedAdjustments = adjustments;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Warning(e, "run {0}: the adjustments cannot be saved, and training continues as before: {1}", id, e.Message);
        }
    }

    private void Report(RunId id, ActiveRun run, RunEffect.ReportFailure failure, IReadOnlyList<RunEffect> remaining)
    {
        var (folder, time) = (new RunFolder(run.State.History.RunFolder), clock.GetUtcNow());
        Task.Run(() => FailureReport.Write(folder, failure, time))
            .PipeTo(
                supervisor,
                success: () => new FailureReported(id, null, remaining),
                failure: e => new FailureReported(id, e, remaining)
            );
    }

    /// <summary>The pause after a fault has elapsed.</summary>
    internal sealed record PauseOver(RunId Run, Attempt Attempt);

    /// <summary>A timed checkpoint is due.</summary>
    internal sealed record CheckpointDue(RunId Run);

    /// <summary>The failure report was written, or could not be.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Problem">Why it could not be written; null if it was.</param>
    /// <param name="Remaining">The effects to execute now.</param>
    internal sealed record FailureReported(RunId Run, Exception? Problem, IReadOnlyList<RunEffect> Remaining);
}
