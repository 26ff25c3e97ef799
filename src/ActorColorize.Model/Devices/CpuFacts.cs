using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;

namespace ActorColorize.Model.Devices;

/// <summary>The properties of the processor that determine which kernels run and how fast.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Flags">Usable instruction sets that matter here: avx2, avx512f, avx512_bf16, amx_tile, amx_bf16; on ARM asimd, bf16,
/// sve.</param>
/// <param name="Cores">Physical cores.</param>
/// <param name="LogicalProcessors">Logical processors that this process may use.</param>
/// <param name="FlagsHash">Hash over all instruction sets, including those not in <c>Flags</c>.</param>
/// <param name="ReportsCacheSizes">False where CPUID hides the cache sizes (leaves 4 and 0x8000001D), as many virtual machines do: there
/// oneDNN has picked kernels that compute wrong numbers. Null on other processors than x86.</param>
public sealed record CpuFacts(
    string Model,
    IReadOnlyList<string> Flags,
    int Cores,
    int LogicalProcessors,
    string FlagsHash,
    bool? ReportsCacheSizes
)
{
    private const string CpuInfo = "/proc/cpuinfo";
    private static readonly string[] FlagsOfInterest = ["avx2", "avx512f", "avx512_bf16", "amx_tile", "amx_bf16", "asimd", "bf16", "sve"];
    private static readonly string[] Bf16Flags = ["avx512_bf16", "amx_bf16", "bf16"];

    /// <summary>Values of oneDNN's <c>ONEDNN_MAX_CPU_ISA</c> without bf16 instructions, by its documentation.</summary>
    private static readonly string[] InstructionSetsWithoutBf16 =
    [
        "SSE41",
        "AVX",
        "AVX2",
        "AVX2_VNNI",
        "AVX2_VNNI_2",
        "AVX512_CORE",
        "AVX512_CORE_VNNI",
    ];

    private static readonly Lazy<CpuFacts> ThisHost = new(static () =>
        File.Exists(CpuInfo) ? Parse(File.ReadAllLines(CpuInfo)) : FromIntrinsics()
    );

    /// <summary>This machine's processor.</summary>
    public static CpuFacts Current => ThisHost.Value;

    /// <summary>
    /// Whether oneDNN computes bf16 by instructions of this processor; without them it emulates bf16, many times slower than single
    /// precision. The environment can restrict oneDNN to fewer instruction sets.
    /// </summary>
    public bool ComputesBf16 => Flags.Any(Bf16Flags.Contains) && !IsOneDnnRestricted(Environment.GetEnvironmentVariable);

    /// <summary>Default number of LibTorch threads: one per physical core, as two threads on one core share its multipliers.</summary>
    public int DefaultThreads => Math.Clamp(Cores, 1, LogicalProcessors);

    /// <summary>Reads Linux' <c>/proc/cpuinfo</c>: a block of "name : value" per logical processor.</summary>
    internal static CpuFacts Parse(IEnumerable<string> lines)
    {
        var firsts = new Dictionary<string, string>(StringComparer.Ordinal);
        var cores = new HashSet<(string Socket, string Core)>();
        string socket = "",
            core = "";
        foreach (var line in lines)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                continue;
            var (name, value) = (line[..colon].Trim(), line[(colon + 1)..].Trim());
            firsts.TryAdd(name, value);
            if (name == "physical id")
                socket = value;
            if (name != "core id")
                continue;
            core = value;
            cores.Add((socket, core));
        }

        var flags = (firsts.GetValueOrDefault("flags") ?? firsts.GetValueOrDefault("Features") ?? "").Split(
            ' ',
            StringSplitOptions.RemoveEmptyEntries
        );
        var model = firsts.GetValueOrDefault("model name")
            ?? $"{System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture} {firsts.GetValueOrDefault("CPU part")}".Trim();
        return Describe(model, flags, cores.Count);
    }

    /// <summary>Whether a variable restricts oneDNN to instruction sets without bf16.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    internal static bool IsOneDnnRestricted(Func<string, string?> variable) =>
        (variable("ONEDNN_MAX_CPU_ISA") ?? variable("DNNL_MAX_CPU_ISA")) is { } limit
        && InstructionSetsWithoutBf16.Contains(limit, StringComparer.OrdinalIgnoreCase);

    private static CpuFacts FromIntrinsics()
    {
        var flags = new List<string>();
        if (Avx2.IsSupported)
            flags.Add("avx2");
        if (Avx512F.IsSupported)
            flags.Add("avx512f");
        if (System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported)
            flags.Add("asimd");
        var model = Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();
        return Describe(model, flags, 0);
    }

    private static CpuFacts Describe(string model, IReadOnlyList<string> flags, int cores)
    {
        var logical = Environment.ProcessorCount;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', flags.Order(StringComparer.Ordinal))));
        return new CpuFacts(
            model,
            [.. FlagsOfInterest.Where(flags.Contains)],
            cores > 0 ? cores : logical,
            logical,
            Convert.ToHexStringLower(hash)[..16],
            CacheSizesReported()
        );
    }

    /// <summary>The first entry of either leaf names a cache (type in bits 0 to 4) if sizes are reported.</summary>
    private static bool? CacheSizesReported()
    {
        if (!X86Base.IsSupported)
            return null;
        const int IntelCaches = 4,
            AmdCaches = unchecked((int)0x8000001D),
            LargestExtended = unchecked((int)0x80000000);
        var intel = X86Base.CpuId(0, 0).Eax >= IntelCaches && (X86Base.CpuId(IntelCaches, 0).Eax & 31) != 0;
        var amd = (uint)X86Base.CpuId(LargestExtended, 0).Eax >= unchecked((uint)AmdCaches) && (X86Base.CpuId(AmdCaches, 0).Eax & 31) != 0;
        return intel || amd;
    }
}
