using ActorColorize.Actors.CodecProcess;
using ActorColorize.Actors.Device;
using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Jobs;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Training;
using Akka.Hosting;

namespace ActorColorize.Host.Isolation;

/// <summary>
/// The placement of a command's device: in the command's own process, or in a separate process that is replaced if it crashes or hangs.
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

    /// <summary>The placement in words, for the start line.</summary>
    public string InWords { get; }

    /// <summary>Whether a failed device is replaced by a new process.</summary>
    public bool IsReplaceable { get; private init; }

    /// <summary>Progress of the device's thread; null if it is in a separate process, which is watched anyway.</summary>
    public DeviceProgressCounter? Progress { get; private init; }

    /// <summary>In the command's own process.</summary>
    public static DevicePlacement Here(DeviceSettings device) => Here(new DeviceSupervisorSettings(device));

    /// <summary>The placement that the options select.</summary>
    /// <param name="options">The isolation options.</param>
    /// <param name="device">The device's settings.</param>
    /// <param name="coloursArchives">Whether it requests archive work.</param>
    /// <param name="logFolder">Where a device process logs.</param>
    /// <param name="id">Id of the run or job, for its log.</param>
    /// <param name="member">In a cluster, the device's name at the coordinator. Null for a standalone daemon or command.</param>
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
        var isolatesCodec = coloursArchives && options.IsolatesCodec;
        var codec = isolatesCodec ? ", pictures decoded in separate processes" : "";
        if (!options.Isolates(device.Device.Name))
        {
            return Here(
                WithPictures(
                    member is null
                        ? new DeviceSupervisorSettings(device) { Worker = worker }
                        : new DeviceSupervisorSettings(device)
                        {
                            Worker = worker,
                            DrainFor = DrainFor,
                            OnFailure = PoisonedDevice.Leave, // the node's parent starts another process
                        },
                    isolatesCodec
                ),
                codec
            );
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
            Engine = device.Engine,
            IsolatesCodec = isolatesCodec,
        };
        var starter = new IsolatedProcessStarter(OwnProgram.Command, description, limits);
        return new DevicePlacement("in a separate process" + codec, givenUp =>
            akka => akka.AddDeviceProcess(limits, starter, RunPreparation.ProgramVersion, cause => givenUp.TrySetResult(cause))
        )
        {
            IsReplaceable = true,
        };
    }

    /// <summary>Has a device's pictures decoded in separate processes, or in its own.</summary>
    /// <param name="settings">The device's actors.</param>
    /// <param name="isolatesCodec">Whether they are decoded in separate processes.</param>
    internal static DeviceSupervisorSettings WithPictures(DeviceSupervisorSettings settings, bool isolatesCodec)
    {
        if (!isolatesCodec || !CodecProcesses.IsSupported)
            return settings;
        var pictures = new CodecProcesses(OwnProgram.Command, new CodecLimits());
        return settings with
        {
            Loader = settings.Loader with { Pictures = pictures },
            Output = settings.Output with { Pictures = pictures },
        };
    }

    private static DevicePlacement Here(DeviceSupervisorSettings device, string codec = "") =>
        new("in this process" + codec, _ => akka => akka.AddDevice(device)) { Progress = device.Progress };

    /// <summary>Adds the device to an actor system.</summary>
    public void AddTo(AkkaConfigurationBuilder akka) => _add(akka);

    /// <summary>Waits for the result of work on this device.</summary>
    /// <exception cref="RunFailedException">No process for it can be started.</exception>
    public async Task<T> UntilAsync<T>(Task<T> result) =>
        await Task.WhenAny(result, _givenUp.Task) == result
            ? await result
            : throw new RunFailedException($"no device process can be started: {await _givenUp.Task}");
}
