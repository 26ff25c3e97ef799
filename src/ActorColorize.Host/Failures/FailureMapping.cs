using System.Reflection;
using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Actors.Training;
using ActorColorize.Client;
using ActorColorize.Data.Datasets;
using ActorColorize.Gateway;
using ActorColorize.Imaging;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Training;

namespace ActorColorize.Host.Failures;

/// <summary>The error message and exit code for an exception.</summary>
/// <param name="Code">The program's exit code.</param>
/// <param name="Message">One line: what failed, where, and the remedy.</param>
internal sealed record Failure(ExitCode Code, string Message);

/// <summary>Maps exceptions that users can cause to one line and an exit code; any other exception is a bug.</summary>
internal static class FailureMapping
{
    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    // errno values of Linux and macOS: no space left, read-only file system, quota exceeded. .NET puts errno into HResult.
    private const int NoSpaceLeft = 28;
    private const int ReadOnlyFileSystem = 30;
    private static readonly int QuotaExceeded = OperatingSystem.IsMacOS() ? 69 : 122;

    /// <summary>Maps an exception.</summary>
    public static Failure Of(Exception exception) =>
        Innermost(exception) switch
        {
            UserException user => new(user.Code, OneLine(user.Message)),
            CheckpointException { Problem: CheckpointProblem.Unwritable } unwritable => new(ExitCode.Output, OneLine(unwritable.Message)),
            DatasetException or CheckpointException or NetworkMismatchException or PictureException or RunFolderException => new(
                ExitCode.Input,
                OneLine(Innermost(exception).Message)
            ),
            ColorizeClientException
            {
                Problem: ClientProblem.Unreachable or ClientProblem.NotTrusted or ClientProblem.Version or ClientProblem.Unavailable
            } away => new(ExitCode.Daemon, OneLine(away.Message)),
            ColorizeClientException { Problem: ClientProblem.UnknownJob or ClientProblem.UnknownRun or ClientProblem.Input } unknown => new(
                ExitCode.Input,
                OneLine(unknown.Message)
            ),
            ColorizeClientException { Problem: ClientProblem.Output } unwritable => new(ExitCode.Output, OneLine(unwritable.Message)),
            ColorizeClientException refused => new(ExitCode.Usage, OneLine(refused.Message)),
            GatewayException gateway => new(ExitCode.Usage, OneLine(gateway.Message)),
            DeviceException or DeviceProcessException => new(ExitCode.Device, OneLine(Innermost(exception).Message)),
            ConfigurationException => new(ExitCode.Usage, OneLine(Innermost(exception).Message)),
            FileNotFoundException or DirectoryNotFoundException => new(ExitCode.Input, OneLine(Innermost(exception).Message)),
            UnauthorizedAccessException denied => new(ExitCode.Output, $"no permission: {OneLine(denied.Message)}"),
            IOException { HResult: NoSpaceLeft or DiskFullOnWindows } full => new(
                ExitCode.Output,
                $"no space left: {OneLine(full.Message)}; completed work is kept; free some space and run the same command again"
            ),
            IOException { HResult: ReadOnlyFileSystem } readOnly => new(ExitCode.Output, $"not writable: {OneLine(readOnly.Message)}"),
            IOException io when io.HResult == QuotaExceeded => new(ExitCode.Output, $"disk quota exceeded: {OneLine(io.Message)}"),
            IOException io => new(ExitCode.RunFailed, $"input/output error: {OneLine(io.Message)}"),
            DllNotFoundException library => new(
                ExitCode.Device,
                $"a native library cannot be loaded: {OneLine(library.Message)}; run 'actorcolorize doctor' for details"
            ),
            var other => new(ExitCode.UnexpectedFault, $"unexpected fault: {other.GetType().Name}: {OneLine(other.Message)}"),
        };

    /// <summary>The first line of a message: some runtime messages continue with search paths.</summary>
    internal static string OneLine(string message)
    {
        var end = message.AsSpan().IndexOfAny('\r', '\n');
        return (end < 0 ? message : message[..end]).TrimEnd();
    }

    // A type initializer, a reflected call or a single failed task only wraps the cause.
    private static Exception Innermost(Exception exception) =>
        exception switch
        {
            TargetInvocationException { InnerException: { } inner } => Innermost(inner),
            TypeInitializationException { InnerException: { } inner } => Innermost(inner),
            AggregateException { InnerExceptions: [var single] } => Innermost(single),
            _ => exception,
        };
}
