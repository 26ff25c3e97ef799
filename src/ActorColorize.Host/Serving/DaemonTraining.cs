using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Runs;
using ActorColorize.Actors.Training;
using ActorColorize.Host.Isolation;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Hosting;

namespace ActorColorize.Host.Serving;

/// <summary>The parts of a daemon or cluster coordinator that train for clients.</summary>
internal sealed class DaemonTraining
{
    /// <summary>
    /// The time limit for saving the run on the device when the daemon stops; after that, the next start resumes from an older checkpoint.
    /// </summary>
    internal static readonly TimeSpan Saving = TimeSpan.FromSeconds(60);

    private readonly TrainingSupervisorSettings _supervisor;
    private readonly RunCoordinatorSettings _coordinator;
    private readonly DaemonRunPreparation _preparation;

    /// <summary>Training for clients.</summary>
    /// <param name="settings">The daemon's settings.</param>
    /// <param name="time">The clock.</param>
    public DaemonTraining(ServeSettings settings, TimeProvider time)
    {
        Models = new ModelRegistry(settings.ModelsFolder ?? Path.Combine(settings.DataFolder, "models"), time);
        _supervisor = new TrainingSupervisorSettings
        {
            ResumesUnfinishedRuns = true,
            RemembersQueue = false,
            HoldsRunFolders = true,
            Clock = time,
        };
        _coordinator = new RunCoordinatorSettings
        {
            Models = Models,
            PromotionObjection =
                settings.ModelsFolder is null && settings.Cluster?.Coordinators().Count > 1
                    ? "this cluster has no folder for models: set 'models.folder' to a folder that every node can access"
                    : null,
            Clock = time,
        };
        _preparation = new DaemonRunPreparation(time);
    }

    /// <summary>The registry of named models.</summary>
    public ModelRegistry Models { get; }

    /// <summary>The description of a device that run preparation uses.</summary>
    /// <param name="device">The device.</param>
    /// <param name="node">Its node's address; null for a standalone daemon.</param>
    public static TrainingDevice Describe(DeviceSettings device, string? node = null) =>
        new(
            node is null ? device.Device.Name : $"{node} {device.Device.Name}",
            device.Precision.ToString().ToLowerInvariant(),
            device.Threads
        );

    /// <summary>Adds supervisor and coordinator to an actor system that has metrics and one device.</summary>
    /// <param name="akka">The actor system.</param>
    /// <param name="device">The device.</param>
    /// <param name="placement">The device's placement.</param>
    public void AddTo(AkkaConfigurationBuilder akka, DeviceSettings device, DevicePlacement placement) =>
        akka.AddRunCoordinator(
            _supervisor with
            {
                OwnDevice = Describe(device),
                DeviceIsReplaceable = placement.IsReplaceable,
            },
            _coordinator,
            _preparation
        );

    /// <summary>The training singleton of a cluster, whose devices come and go.</summary>
    public Props Singleton()
    {
        var supervisor = _supervisor with { DeviceIsReplaceable = true };
        var (coordinator, preparation) = (_coordinator, _preparation);
        return Props.Create(() => new TrainingSingleton(supervisor, coordinator, preparation));
    }

    /// <summary>Saves the run on the device, so that the next start can resume it.</summary>
    /// <returns>Whether it was saved; otherwise it resumes from an older checkpoint.</returns>
    public static async Task<bool> RestAsync(IReadOnlyActorRegistry actors)
    {
        try
        {
            await actors.Get<RunCoordinator>().Ask<SupervisorMessages.Drained>(new SupervisorMessages.Drain(), Saving);
            return true;
        }
        catch (AskTimeoutException)
        {
            return false;
        }
    }
}
