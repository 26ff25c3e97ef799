using System.Runtime.InteropServices;

namespace ActorColorize.Model.Devices;

/// <summary>
/// Makes glibc's malloc, which allocates LibTorch's tensors, keep freed memory. By default it returns large blocks to the system at every
/// free, so each training step faults in and zeroes the same pages again. In virtual machines, where page faults are expensive, single
/// convolutions took up to seven times as long, and a training step a seventh longer.
/// </summary>
internal static partial class HeapSettings
{
    // malloc.h
    private const int TrimThreshold = -1;
    private const int MmapMaximum = -4;
    private const int ArenaMaximum = -8;

    private const int KeptAtMost = 1 << 30;

    // sys/mman.h
    private const int HugePages = 14;

    /// <summary>What LibTorch allocates while it is loaded. The arena of a thread grows in pieces of 64 MiB.</summary>
    private const int Room = 56 << 20;

    /// <summary>Configures the heap. Should be called before threads create their own arenas.</summary>
    /// <returns>False if malloc does not support the settings, as on other C libraries; only performance is affected.</returns>
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

    /// <summary>
    /// Makes room in the calling thread's arena at once. It would grow page by page, each with a system call and a fault: some 15,000 of
    /// both while LibTorch is loaded, 6,000 while the first picture is computed. Only address space is taken, and the kernel asked for huge
    /// pages.
    /// </summary>
    public static unsafe void MakeRoom()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var room = (nuint)NativeMemory.Alloc(Room);
        var page = (nuint)Environment.SystemPageSize;
        var start = (room + page - 1) / page * page;
        _ = Advise(start, (room + Room - start) / page * page, HugePages);
        NativeMemory.Free((void*)room);
    }

    /// <summary>Returns freed memory to the system, after work that is not repeated soon.</summary>
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
            // Not glibc: malloc releases memory by its own rules.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint keep);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetMallocOption(int option, int value);
}
