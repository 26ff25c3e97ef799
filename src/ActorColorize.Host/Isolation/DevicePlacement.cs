using ActorColorize.Actors.Device;
using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Jobs;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Training;
using Akka.Hosting;

namespace ActorColorize.Host.Isolation;

/// <summary>
/// Where a command's device is: among the command's own actors, or in a process of its own that is replaced when it dies or hangs.
/// </summary>
internal sealed class DevicePlacement
{
    private static readonly TimeSpan DrainFor = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource<string> _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<AkkaConfigurationBuilder> _add;

    private DevicePlacement(string inWords, Func<TaskCompletionSource<string>, Action<AkkaConfigurationBuilder>> add)
    {
        InWords = inWords;
        _add = add(_givenUp);
    }

    /// <summary>For the start line.</summary>
    public string InWords { get; }

    /// <summary>Whether a device that is beyond help is replaced by a new process.</summary>
    public bool IsReplaceable { get; private init; }

    /// <summary>Among the command's own actors.</summary>
    public static DevicePlacement Here(DeviceSettings device) => Here(new DeviceSupervisorSettings(device));

    /// <summary>Where the options say.</summary>
    /// <param name="options">In which process.</param>
    /// <param name="device">On what it computes.</param>
    /// <param name="coloursArchives">Whether it pulls archive work.</param>
    /// <param name="logFolder">Where a device process logs.</param>
    /// <param name="id">Id of the run or job, for its log.</param>
    /// <param name="member">Of a cluster: the name by which its coordinator knows the device. Null for a daemon or command that is
    /// alone.</param>
    public static DevicePlacement For(
        IsolationOptions options,
        DeviceSettings device,
        bool coloursArchives,
        string logFolder,
        string id,
        string? member = null
    )
    {
        var worker = member is null ? new WorkerSettings() : new WorkerSettings { Device = member };
        if (!options.Isolates(device.Device.Name))
        {
            return Here(
                member is null
                    ? new DeviceSupervisorSettings(device) { Worker = worker }
                    : new DeviceSupervisorSettings(device)
                    {
                        Worker = worker,
                        DrainFor = DrainFor,
                        OnFailure = PoisonedDevice.Leave,
                    }
            ); // the node's parent starts another process
        }

        var limits = new DeviceProcessLimits { Deadline = TimeSpan.FromSeconds(options.DeadlineSeconds) };
        var description = new DeviceDescription(
            device.Device.Name,
            device.Device.Reason,
            device.Precision,
            device.Threads,
            device.SelfTestCache,
            coloursArchives,
            logFolder,
            id
        )
        {
            Worker = worker.Device,
            ColouringShare = device.ColouringShare,
        };
        var starter = new IsolatedProcessStarter(OwnProgram.Command, description, limits);
        return new DevicePlacement("in a process of its own", givenUp =>
            akka => akka.AddDeviceProcess(limits, starter, RunPreparation.ProgramVersion, cause => givenUp.TrySetResult(cause))
        )
        {
            IsReplaceable = true,
        };
    }

    private static DevicePlacement Here(DeviceSupervisorSettings device) => new("in this process", _ => akka => akka.AddDevice(device));

    /// <summary>Adds the device to an actor system.</summary>
    public void AddTo(AkkaConfigurationBuilder akka) => _add(akka);

    /// <summary>Waits for the result of work on this device.</summary>
    /// <exception cref="RunFailedException">No process for it can be started any more.</exception>
    public async Task<T> UntilAsync<T>(Task<T> result) =>
        await Task.WhenAny(result, _givenUp.Task) == result
            ? await result
            : throw new RunFailedException($"no device process can be started: {await _givenUp.Task}");
}
