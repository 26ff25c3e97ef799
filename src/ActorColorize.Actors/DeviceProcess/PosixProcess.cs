using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>The system calls about processes that .NET does not offer.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class PosixProcess
{
    private const int KillSignal = 9; // SIGKILL
    private const int SetParentDeathSignal = 1; // PR_SET_PDEATHSIG

    /// <summary>The process that started this one; 1 or another writer of orphans when it is gone.</summary>
    internal static int ParentId => GetParent();

    /// <summary>Sends a signal to whatever process has this id now. A process that is gone already is no error.</summary>
    internal static void Send(int process, int signal) => Kill(process, signal);

    /// <summary>
    /// Has the kernel kill this process when the thread that started it ends. Only Linux has this. It is the <em>thread</em>'s end that
    /// counts: whoever starts such a process does it from a thread that stays (<see cref="ProcessStartThread"/>).
    /// </summary>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    [SupportedOSPlatform("linux")]
    internal static void DieWithParent()
    {
        if (Control(SetParentDeathSignal, KillSignal, 0, 0, 0) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Leaves the process at once: no exit handlers, no finalizers, nothing that touches the device.</summary>
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
