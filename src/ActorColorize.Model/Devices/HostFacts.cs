using System.Runtime.InteropServices;

namespace ActorColorize.Model.Devices;

/// <summary>What <c>doctor</c> tells about the machine.</summary>
/// <param name="DotNet">.NET version.</param>
/// <param name="OperatingSystem">Name and version.</param>
/// <param name="Glibc">glibc version; null where there is none.</param>
/// <param name="NewestGlibcxx">Newest symbol version of libstdc++; null where there is none.</param>
/// <param name="LibTorch">LibTorch version; null where it cannot be loaded.</param>
/// <param name="LibTorchProblem">Why it cannot be loaded, one line; null where it is.</param>
/// <param name="Cpu">The processor.</param>
/// <param name="Threads">Threads that LibTorch is given.</param>
/// <param name="MemoryBytes">Memory that this process may use: the machine's, or the container's limit.</param>
/// <param name="Devices">Devices to choose from; empty where LibTorch cannot be loaded.</param>
/// <param name="CpuPrecision">The measurement of bf16 on the CPU; null where LibTorch cannot be loaded.</param>
public sealed record HostFacts(
    string DotNet,
    string OperatingSystem,
    string? Glibc,
    string? NewestGlibcxx,
    string? LibTorch,
    string? LibTorchProblem,
    CpuFacts Cpu,
    int Threads,
    long MemoryBytes,
    IReadOnlyList<string> Devices,
    PrecisionChoice? CpuPrecision
)
{
    /// <summary>Gathers the facts; takes some 10 ms once LibTorch is loaded. Never throws for a LibTorch that cannot be loaded.</summary>
    /// <param name="threads">Threads of LibTorch; null for one per core.</param>
    public static HostFacts Gather(int? threads = null)
    {
        var cpu = CpuFacts.Current;
        var facts = new HostFacts(
            Environment.Version.ToString(),
            RuntimeInformation.OSDescription,
            GnuLibraries.GlibcVersion,
            GnuLibraries.NewestGlibcxx,
            LibTorch: null,
            LibTorchProblem: null,
            cpu,
            threads ?? cpu.DefaultThreads,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            Devices: [],
            CpuPrecision: null
        );
        try
        {
            LibTorchRuntime.EnsureLoaded();
        }
        catch (DeviceException e)
        {
            return facts with { LibTorchProblem = e.Message };
        }

        return facts with
        {
            LibTorch = LibTorchRuntime.Version,
            Devices = DeviceChoice.Available,
            CpuPrecision = PrecisionProbe.Measure(TorchSharp.torch.CPU),
        };
    }
}
