using System.Runtime.InteropServices;

namespace ActorColorize.Model.Devices;

/// <summary>
/// Ends the process without the destructors of LibTorch's global objects (GNU C library). They take a tenth of a second to free memory that
/// the system takes back anyway, and can crash while a thread of LibTorch is still at work.
/// </summary>
internal static partial class NativeDestructors
{
    /// <summary>
    /// Skips the destructors of what was loaded before this call. Functions to run at exit run in the opposite order of their registration:
    /// this one ends the process before those of LibTorch. It comes after .NET has shut down, and keeps the exit code. Text that native
    /// code has printed and not flushed is lost.
    /// </summary>
    /// <returns>False where the C library has no such function: then they run.</returns>
    public static bool Skip()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            return NativeLibrary.TryLoad("libc.so.6", out var library)
                && NativeLibrary.TryGetExport(library, "_exit", out var exit)
                && OnExit(exit, 0) == 0;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Registers a function of the exit code and <paramref name="argument"/>.</summary>
    [LibraryImport("libc.so.6", EntryPoint = "on_exit")]
    private static partial int OnExit(nint function, nint argument);
}
