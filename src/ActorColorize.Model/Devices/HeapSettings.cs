using System.Runtime.InteropServices;

namespace ActorColorize.Model.Devices;

/// <summary>
/// Tells glibc's malloc, which LibTorch takes its tensors from, to keep freed memory. By default it gives large blocks back to the system
/// at every free, so each
/// step of training fetches, and the system zeroes, the same pages again: in virtual machines, where a page fault is dear, that cost single
/// convolutions up to
/// seven times their own time, and a training step a seventh of its.
/// </summary>
internal static partial class HeapSettings
{
    // malloc.h
    private const int TrimThreshold = -1;
    private const int MmapMaximum = -4;
    private const int ArenaMaximum = -8;

    private const int KeptAtMost = 1 << 30;

    /// <summary>Sets the heap up. Best called before threads make arenas of their own.</summary>
    /// <returns>False where malloc has no such settings or refuses them: elsewhere than on glibc. Nothing but speed is lost.</returns>
    public static bool KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            // One arena: a block that one thread frees serves the next step of another, and only the main arena grows beyond 64 MB in one
            // piece.
            return SetMallocOption(TrimThreshold, KeptAtMost) + SetMallocOption(MmapMaximum, 0) + SetMallocOption(ArenaMaximum, 1) == 3;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Gives freed memory back to the system after all: behind work that is not soon done again.</summary>
    public static void Release()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = TrimHeap(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Not glibc: that malloc releases what it likes.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint keep);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetMallocOption(int option, int value);
}
