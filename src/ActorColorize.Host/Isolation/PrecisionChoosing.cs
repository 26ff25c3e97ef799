using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Host.Failures;
using ActorColorize.Model.Devices;

namespace ActorColorize.Host.Isolation;

/// <summary>
/// Settles the number format. Measuring opens the device; where the device gets a process of its own, so does the measurement, because a
/// process that has opened a CUDA device holds hundreds of
/// megabytes of its memory for as long as it lives.
/// </summary>
internal static class PrecisionChoosing
{
    /// <summary>The command that measures; no user types it.</summary>
    public const string Command = "device-precision";

    private static readonly JsonSerializerOptions Style = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Settles a request.</summary>
    /// <param name="requested"><c>auto</c>, <c>fp32</c> or <c>bf16</c>.</param>
    /// <param name="device">The device.</param>
    /// <param name="isolated">Whether this process leaves the device alone.</param>
    public static PrecisionChoice For(string requested, DeviceChoice device, bool isolated) =>
        isolated && requested == "auto" && device.Name != "cpu"
            ? MeasureElsewhere(device.Name)
            : PrecisionProbe.Resolve(requested, device.ToDevice());

    /// <summary>What <see cref="Command"/> does: measures the device that it names and writes one line.</summary>
    /// <returns>The process' exit code.</returns>
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
