using System.Runtime.InteropServices;

namespace ActorColorize.Model.Devices;

/// <summary>
/// Asks LibTorch to put large tensors on huge pages (Linux, madvise). A step allocates and frees hundreds of megabytes; the kernel clears
/// and maps them page by page, and on a virtual machine a fault per 4 kB costs more than the arithmetic: the weighted loss of a batch of 32
/// took 450 ms of which 70 ms were computation.
/// </summary>
internal static partial class HugePages
{
    /// <summary>PyTorch's own switch, read once, at the first allocation on the CPU.</summary>
    private const string Switch = "THP_MEM_ALLOC_ENABLE";

    /// <summary>Turns the switch on unless the user has set it. Without effect once LibTorch has allocated, and on other systems.</summary>
    public static void Request()
    {
        if (!OperatingSystem.IsLinux())
            return;
        // .NET keeps its own copy of the environment: only the C library's is seen by LibTorch.
        _ = SetEnvironment(Switch, "1", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
