using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Runs;
using ActorColorize.Actors.Training;
using ActorColorize.Host.Isolation;
using Akka.Actor;
using Akka.Hosting;

namespace ActorColorize.Host.Serving;

/// <summary>What a daemon needs to train for its clients.</summary>
internal sealed class DaemonTraining
{
    /// <summary>How long what is on the device may take to be saved when the daemon stops; after that, the next start goes on from an older checkpoint.</summary>
    private static readonly TimeSpan Saving = TimeSpan.FromSeconds(60);

    private readonly TrainingSupervisorSettings _supervisor;
    private readonly RunCoordinatorSettings _coordinator;
    private readonly DaemonRunPreparation _preparation;

    /// <summary>Training on a daemon's device.</summary>
    /// <param name="settings">The daemon's.</param>
    /// <param name="device">The device.</param>
    /// <param name="placement">Where it is.</param>
    /// <param name="time">The clock.</param>
    public DaemonTraining(ServeSettings settings, DeviceSettings device, DevicePlacement placement, TimeProvider time)
    {
        Models = ShelfOf(settings, time);
        _supervisor = new TrainingSupervisorSettings { ResumesUnfinishedRuns = true, RemembersQueue = false, HoldsRunFolders = true, DeviceIsReplaceable = placement.IsReplaceable, Clock = time };
        _coordinator = new RunCoordinatorSettings { Models = Models, Clock = time };
        _preparation = new DaemonRunPreparation(device.Device, device.Precision, device.Threads, time);
    }

    /// <summary>The models that have names in a daemon's data folder.</summary>
    public static ModelShelf ShelfOf(ServeSettings settings, TimeProvider time) => new(Path.Combine(settings.DataFolder, "models"), time);

    /// <summary>The models that have names.</summary>
    public ModelShelf Models { get; }

    /// <summary>Adds supervisor and coordinator to an actor system that has a device and metrics.</summary>
    public void AddTo(AkkaConfigurationBuilder akka) => akka.AddRunCoordinator(_supervisor, _coordinator, _preparation);

    /// <summary>Has what is on the device saved, for the next start to go on with.</summary>
    /// <returns>Whether it is saved; otherwise it goes on from an older checkpoint.</returns>
    public static async Task<bool> RestAsync(IReadOnlyActorRegistry actors)
    {
        try
        {
            await actors.Get<RunCoordinator>().Ask<SupervisorMessages.Rested>(new SupervisorMessages.Rest(), Saving);
            return true;
        }
        catch (AskTimeoutException)
        {
            return false;
        }
    }
}
