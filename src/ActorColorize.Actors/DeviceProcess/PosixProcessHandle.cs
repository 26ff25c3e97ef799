using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>
/// A process that this one has started, held by a pidfd: unlike its id, which the kernel gives to another process once this one has been
/// waited for, a pidfd always refers to the same process.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class PosixProcessHandle : SafeHandleMinusOneIsInvalid
{
    // The same numbers on every architecture that .NET runs on.
    private const nint OpenCall = 434; // pidfd_open, Linux 5.3
    private const nint SendSignalCall = 424; // pidfd_send_signal, Linux 5.1

    private const int NoSuchProcess = 3; // ESRCH

    private PosixProcessHandle(nint descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>Opens a pidfd of a child process.</summary>
    /// <param name="process">The process.</param>
    /// <returns>Null if the process has already ended, or if the kernel or a sandbox does not support pidfds.</returns>
    internal static PosixProcessHandle? Open(Process process)
    {
        var descriptor = SystemCall(OpenCall, process.Id, 0, 0, 0);
        if (descriptor < 0)
            return null;
        var opened = new PosixProcessHandle(descriptor);
        // Not waited for yet, so its id was still its own when the descriptor was opened.
        if (!process.HasExited)
            return opened;
        opened.Dispose();
        return null;
    }

    /// <summary>Sends the process a signal.</summary>
    /// <returns>False if it has ended.</returns>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    internal bool Send(int signal)
    {
        var held = false;
        try
        {
            DangerousAddRef(ref held);
            if (SystemCall(SendSignalCall, handle, signal, 0, 0) == 0)
                return true;
            var error = Marshal.GetLastPInvokeError();
            return error == NoSuchProcess ? false : throw new Win32Exception(error);
        }
        finally
        {
            if (held)
                DangerousRelease();
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Close((int)handle) == 0;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SystemCall(nint number, nint argument1, nint argument2, nint argument3, nint argument4);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
