using System.ComponentModel;
using System.Diagnostics;
using Akka.Actor;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>Starts device processes of this program on this machine.</summary>
/// <param name="program">The program and the arguments before the command.</param>
/// <param name="device">The configuration of the processes.</param>
/// <param name="limits">Limits, including the heartbeat interval.</param>
public sealed class IsolatedProcessStarter(IReadOnlyList<string> program, DeviceDescription device, DeviceProcessLimits limits)
    : IDeviceProcessStarter
{
    /// <summary>The command that makes a program a device process; internal, not for users.</summary>
    public const string Command = "device-process";

    /// <inheritdoc/>
    public async Task<IDeviceProcess> StartAsync(int incarnation, IActorRef owner)
    {
        // Not on the owner's thread: opening an endpoint takes time.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var certificate = IpcCertificate.Make();
        var endpoint = new ParentIpcEndpoint(incarnation, certificate, owner);
        try
        {
            var process = await ProcessStartThread.StartAsync(
                new ProcessStartInfo(program[0], [.. program.Skip(1), Command])
                {
                    UseShellExecute = false,
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            );
            var isolated = new IsolatedProcess(process, endpoint, owner);
            await BootstrapAsync(process.StandardInput, Bootstrap(incarnation, endpoint, certificate), owner);
            return isolated;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            endpoint.Dispose();
            throw new DeviceProcessException($"a device process cannot be started ({program[0]}): {e.Message}", e);
        }
    }

    private DeviceBootstrap Bootstrap(int incarnation, ParentIpcEndpoint endpoint, byte[] certificate) =>
        new()
        {
            Incarnation = incarnation,
            ParentProcess = Environment.ProcessId,
            Parent = endpoint.Address,
            Certificate = Convert.ToBase64String(certificate),
            HeartbeatSeconds = limits.Heartbeat.TotalSeconds,
            Device = device,
        };

    /// <summary>Sends the bootstrap message. The stream stays open: its end tells the process that the parent has ended.</summary>
    private static async Task BootstrapAsync(StreamWriter input, DeviceBootstrap bootstrap, IActorRef owner)
    {
        try
        {
            await input.WriteLineAsync(bootstrap.ToLine());
            await input.FlushAsync();
        }
        catch (IOException e)
        {
            owner.Tell(new ProcessLine($"it did not read its bootstrap message: {e.Message}")); // it has ended; the reason follows
        }
    }
}
