using ActorColorize.Actors.Faults;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Training;

/// <summary>Carries out what a run's state has decided, and keeps the run's clocks. Belongs to one supervisor, and to its thread.</summary>
/// <param name="supervisor">Gets <see cref="PauseOver"/>, <see cref="CheckpointDue"/> and <see cref="FailureReported"/>.</param>
/// <param name="timed">Has its timers.</param>
/// <param name="metrics">Is told of everything that happens.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="log">The supervisor's.</param>
internal sealed class RunEffectExecutor(IActorRef supervisor, IWithTimers timed, IActorRef metrics, TimeProvider clock, ILoggingAdapter log)
{
    /// <summary>Carries effects out, in order.</summary>
    /// <returns>False where the rest waits for <see cref="FailureReported"/>.</returns>
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

    /// <summary>Counts the time until the next timed checkpoint from now on.</summary>
    internal void RestartCheckpointTimer(RunId id, ActiveRun run)
    {
        if (run.CheckpointInterval > TimeSpan.Zero)
            timed.Timers.StartPeriodicTimer(new CheckpointDue(id), new CheckpointDue(id), run.CheckpointInterval);
    }

    /// <summary>No checkpoint is timed any more.</summary>
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
            log.Warning(e, "run {0} cannot note how it is to go on, and goes on as before: {1}", id, e.Message);
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

    /// <summary>The pause behind a fault is over.</summary>
    internal sealed record PauseOver(RunId Run, Attempt Attempt);

    /// <summary>A timed checkpoint is due.</summary>
    internal sealed record CheckpointDue(RunId Run);

    /// <summary>What is needed to look into a failure is written down, or could not be.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Problem">Why it could not be; null where it is.</param>
    /// <param name="Remaining">Effects to be carried out now.</param>
    internal sealed record FailureReported(RunId Run, Exception? Problem, IReadOnlyList<RunEffect> Remaining);
}
