using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>System calls for processes that .NET does not provide.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class PosixProcess
{
    private const int KillSignal = 9; // SIGKILL
    private const int SetParentDeathSignal = 1; // PR_SET_PDEATHSIG

    /// <summary>The parent process; process 1 or another subreaper after the parent has ended.</summary>
    internal static int ParentId => GetParent();

    /// <summary>Sends a signal to the process that has this id now. It is not an error if there is none.</summary>
    internal static void Send(int process, int signal) => Kill(process, signal);

    /// <summary>
    /// Has the kernel kill this process when the thread that started it ends. Linux only. It is the <em>thread</em>'s end that counts: such
    /// a process must be started from a thread that lives on (<see cref="ProcessStartThread"/>).
    /// </summary>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    [SupportedOSPlatform("linux")]
    internal static void DieWithParent()
    {
        if (Control(SetParentDeathSignal, KillSignal, 0, 0, 0) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Exits immediately: no exit handlers, no finalizers, nothing that touches the device.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial void Leave(int code);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetParent();

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);
}
