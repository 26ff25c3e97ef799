using System.Runtime.InteropServices;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using Microsoft.ML.OnnxRuntime;

namespace ActorColorize.Interchange;

/// <summary>Loads ONNX Runtime, and reports in one line why it cannot be loaded.</summary>
internal static partial class OnnxRuntimeLibrary
{
    /// <summary>
    /// The published library sends events to its maker over HTTPS and keeps an identifier of the device, unless this is set before it
    /// starts.
    /// </summary>
    private const string TelemetrySwitch = "ORT_DISABLE_TELEMETRY";

    private static readonly Lazy<DeviceException?> Problem = new(Load);

    private static string FileName =>
        OperatingSystem.IsWindows() ? "onnxruntime.dll"
        : OperatingSystem.IsMacOS() ? "libonnxruntime.dylib"
        : "libonnxruntime.so";

    /// <summary>Its version, for example <c>1.31.1</c>.</summary>
    /// <exception cref="DeviceException">See <see cref="EnsureLoaded"/>.</exception>
    public static string Version
    {
        get
        {
            EnsureLoaded();
            return OrtEnv.Instance().GetVersionString();
        }
    }

    /// <summary>
    /// Loads it and makes its environment, which writes nothing: errors are exceptions. Later calls only return the result of the first.
    /// </summary>
    /// <exception cref="DeviceException">It cannot be loaded on this host; the message is one line.</exception>
    public static void EnsureLoaded()
    {
        if (Problem.Value is { } problem)
            throw new DeviceException(problem.Message, problem.InnerException);
    }

    private static DeviceException? Load()
    {
        try
        {
            if (!OrtEnv.IsCreated)
            {
                TurnTelemetryOff();
                var options = new EnvironmentCreationOptions
                {
                    logId = "actorcolorize",
                    logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
                };
                _ = OrtEnv.CreateInstanceWithOptions(ref options);
            }

            return null;
        }
        catch (Exception fault) when (IsOfLoading(fault))
        {
            var cause = fault is TypeInitializationException { InnerException: { } inner } ? inner : fault;
            return new DeviceException($"ONNX Runtime cannot be loaded: {OneLine.Of(Explain(cause.Message))}", fault);
        }
    }

    private static void TurnTelemetryOff()
    {
        // .NET keeps its own copy of the environment: on Unix only the C library's is seen by native code.
        Environment.SetEnvironmentVariable(TelemetrySwitch, "1");
        if (!OperatingSystem.IsWindows() && SetEnvironment(TelemetrySwitch, "1", overwrite: 1) != 0)
            throw new DllNotFoundException($"{TelemetrySwitch} cannot be set");
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    /// <summary>What loading a native library ends with where it is missing, damaged or of another kind of processor.</summary>
    private static bool IsOfLoading(Exception fault) =>
        fault
            is TypeInitializationException
                or DllNotFoundException
                or EntryPointNotFoundException
                or BadImageFormatException
                or OnnxRuntimeException;

    /// <summary>
    /// The line of a loader's message that says why. It tries several names in several folders, and most lines are about files that there
    /// need not be.
    /// </summary>
    private static string Explain(string message)
    {
        var file = Path.Combine(AppContext.BaseDirectory, FileName);
        if (!File.Exists(file))
            return $"{file} is missing";
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Array.Find(lines, line => line.StartsWith(file, StringComparison.Ordinal)) ?? lines.FirstOrDefault() ?? message;
    }
}
