using System.Runtime.InteropServices;

namespace ActorColorize.Model.Devices;

/// <summary>Facts about the machine, as shown by <c>doctor</c>.</summary>
/// <param name="DotNet">.NET version.</param>
/// <param name="OperatingSystem">Name and version.</param>
/// <param name="Glibc">glibc version; null if there is none.</param>
/// <param name="NewestGlibcxx">Newest symbol version of libstdc++; null if there is none.</param>
/// <param name="LibTorch">LibTorch version; null if it cannot be loaded.</param>
/// <param name="LibTorchProblem">Why it cannot be loaded, in one line; null if it is loaded.</param>
/// <param name="Cpu">The processor.</param>
/// <param name="Threads">Number of LibTorch threads.</param>
/// <param name="MemoryBytes">Memory that this process may use: the machine's, or the container's limit.</param>
/// <param name="Devices">Available devices; empty if LibTorch cannot be loaded.</param>
/// <param name="CpuPrecision">The measurement of bf16 on the CPU; null if LibTorch cannot be loaded.</param>
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
    /// <summary>Collects the facts; takes some 10 ms once LibTorch is loaded. Does not throw if LibTorch cannot be loaded.</summary>
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
