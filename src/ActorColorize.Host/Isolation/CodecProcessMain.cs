using System.Runtime.InteropServices;
using ActorColorize.Actors.CodecProcess;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Isolation;

/// <summary>
/// A codec process: decodes and encodes pictures for its parent. Signals from a terminal or a service manager, which reach every process of
/// a group, are handled by the parent.
/// </summary>
internal static class CodecProcessMain
{
    /// <summary>Runs until the parent closes the connection or exits.</summary>
    /// <returns>The process's exit code.</returns>
    public static int Run()
    {
        if (!CodecProcesses.IsSupported)
            return (int)ExitCode.Usage;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true);
        try
        {
            CodecServer.Run(Console.OpenStandardInput());
            return (int)ExitCode.Success;
        }
        catch (Exception exception)
        {
            Console.Error.WriteLine(FailureMapping.OneLine(exception.Message));
            return (int)FailureMapping.Of(exception).Code;
        }
    }
}
