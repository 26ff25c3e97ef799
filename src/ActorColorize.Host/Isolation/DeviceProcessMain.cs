using System.Runtime.InteropServices;
using ActorColorize.Actors.Device;
using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Actors.Jobs;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Logging;
using ActorColorize.Host.Nodes;

namespace ActorColorize.Host.Isolation;

/// <summary>
/// A device process: the device's actors, and an IPC endpoint to the parent process, whose commands it executes. Signals from a terminal or
/// a service manager, which reach every process of a group, are handled by the parent.
/// </summary>
internal static class DeviceProcessMain
{
    private const string LogFile = "device.log";

    /// <summary>Runs until the parent stops it or exits.</summary>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync()
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true);
        var screen = new Screen(TextWriter.Null, Console.Error, OutputStyle.Plain, errorIsTerminal: false); // its last line is kept
        var logged = LogFormat.IsJsonInherited
            ? new Screen(Console.Out, Console.Error, OutputStyle.Events, errorIsTerminal: false)
            : screen;
        try
        {
            await ServeAsync(ParentWatchdog.Accept(Console.OpenStandardInput()), logged);
            return (int)ExitCode.Success;
        }
        catch (Exception exception)
        {
            var failure = FailureMapping.Of(exception);
            screen.Error(failure.Message);
            return (int)failure.Code;
        }
    }

    private static async Task ServeAsync(DeviceBootstrap bootstrap, Screen screen)
    {
        using var log = RunLog.Open(bootstrap.Device.LogFolder, bootstrap.Device.LogId, screen, verbose: false, LogFile);
        var leaving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var settings = DevicePlacement.WithPictures(
            new DeviceSupervisorSettings(bootstrap.Device.ToSettings())
            {
                OnFailure = PoisonedDevice.Leave,
                Worker = new WorkerSettings { Device = bootstrap.Device.Worker },
            },
            bootstrap.Device.IsolatesCodec
        );
        await using var node = await LocalNode.StartAsDeviceAsync(bootstrap, settings, () => leaving.TrySetResult(), log.Factory);
        if (await Task.WhenAny(leaving.Task, node.System.WhenTerminated) != leaving.Task)
            throw new DeviceProcessException("the parent cannot be reached"); // Akka terminates a system whose handshake fails
    }
}
