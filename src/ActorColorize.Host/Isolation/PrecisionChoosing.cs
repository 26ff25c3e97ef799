using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Host.Failures;
using ActorColorize.Model.Devices;

namespace ActorColorize.Host.Isolation;

/// <summary>
/// Chooses the number format. Measuring opens the device. If the device gets a separate process, so does the measurement, because a process
/// that has opened a CUDA device holds hundreds of megabytes of its memory until it exits.
/// </summary>
internal static class PrecisionChoosing
{
    /// <summary>The internal command that measures.</summary>
    public const string Command = "device-precision";

    private static readonly JsonSerializerOptions Style = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Resolves a requested precision.</summary>
    /// <param name="requested"><c>auto</c>, <c>fp32</c> or <c>bf16</c>.</param>
    /// <param name="device">The device.</param>
    /// <param name="isolated">Whether this process must not open the device.</param>
    public static PrecisionChoice For(string requested, DeviceChoice device, bool isolated) =>
        isolated && requested == "auto" && device.Name != "cpu"
            ? MeasureElsewhere(device.Name)
            : PrecisionProbe.Resolve(requested, device.ToDevice());

    /// <summary>Runs <see cref="Command"/>: measures the given device and writes one line.</summary>
    /// <returns>The process's exit code.</returns>
    public static int Measure(string device)
    {
        try
        {
            LibTorchRuntime.EnsureLoaded();
            Console.Out.WriteLine(JsonSerializer.Serialize(PrecisionProbe.Measure(DeviceChoice.Resolve(device).ToDevice()), Style));
            return (int)ExitCode.Success;
        }
        catch (DeviceException e)
        {
            Console.Error.WriteLine(e.Message);
            return (int)ExitCode.Device;
        }
    }

    internal static PrecisionChoice MeasureElsewhere(string device)
    {
        var start = new ProcessStartInfo(OwnProgram.Command[0], [.. OwnProgram.Command.Skip(1), Command, device])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new DeviceException($"{OwnProgram.Command[0]} cannot be started");
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 && JsonSerializer.Deserialize<PrecisionChoice>(output, Style) is { } choice
            ? choice
            : throw new DeviceException($"the precision of {device} cannot be measured: {FailureMapping.OneLine(error.Result.Trim())}");
    }
}
