using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Metrics;
using ActorColorize.Data.Storage;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Training;

/// <summary>A run as recovered from its folder and its journal, ready to start or resume.</summary>
/// <param name="Run">The run, on its device.</param>
/// <param name="Document">What it was started with.</param>
/// <param name="LastSeen">The furthest step in its log.</param>
internal sealed record RunOpening(ActiveRun Run, RunDocument Document, StepNumber LastSeen)
{
    /// <summary>Opens a run's folder; null while another process trains in it, unless the run was requested.</summary>
    /// <param name="start">The run.</param>
    /// <param name="device">The device to train on.</param>
    /// <param name="facts">Its facts in the journal.</param>
    /// <param name="settings">The supervisor's settings.</param>
    /// <exception cref="RunFolderException">The folder cannot be used, or another process trains in it.</exception>
    internal static RunOpening? Open(
        WaitingRun start,
        IActorRef device,
        IReadOnlyList<RunHistoryEvents.IFact> facts,
        TrainingSupervisorSettings settings
    )
    {
        var folder = new RunFolder(start.Command.RunFolder);
        var document = RunDocument.Load(folder);
        var held = settings.HoldsRunFolders ? Hold(folder) : null;
        if (settings.HoldsRunFolders && held is null)
            return start.IsAsked
                ? throw new RunFolderException($"another process is training in {folder.Path}: wait for it, or choose another run folder")
                : null;
        try
        {
            var configuration = document.Configuration;
            var plan = new RunPlan(new StepNumber(configuration.Steps), configuration.CheckpointEverySteps)
            {
                Recovery = document.Recovery,
                DeviceIsReplaceable = settings.DeviceIsReplaceable,
                LastMemoryLevel = MemoryLadder.LastLevel(configuration.LargestMicroBatch),
            };
            var adjustments = RunAdjustments.Load(folder);
            var known = facts.Aggregate(new RunHistory(start.Run), (history, fact) => history.Apply(fact, plan.Recovery));
            var state = new RunState(plan, known with { Adjustments = known.Adjustments.And(adjustments) });
            var run = new ActiveRun(state, device, held)
            {
                SavedAdjustments = adjustments,
                CheckpointInterval = TimeSpan.FromMinutes(configuration.CheckpointEveryMinutes),
            };
            return new RunOpening(run, document, new StepNumber(MetricsLog.LastStep(folder.MetricsLog)));
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>Locks the folder, in which one process at a time may train; null while another does.</summary>
    private static FolderLock? Hold(RunFolder folder)
    {
        try
        {
            return FolderLock.TryTake(folder.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunFolderException($"{folder.Path} cannot be written to: {e.Message}", e);
        }
    }
}
