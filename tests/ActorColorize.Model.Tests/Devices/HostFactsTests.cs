using ActorColorize.Model.Devices;

namespace ActorColorize.Model.Tests.Devices;

[Collection(LibTorchSerially.Name)]
public class HostFactsTests
{
    [Fact]
    public void Reports_this_machine()
    {
        var facts = HostFacts.Gather();
        Assert.Equal("2.10.0", facts.LibTorch);
        Assert.Null(facts.LibTorchProblem);
        Assert.Equal("cpu", facts.Devices[0]);
        Assert.InRange(facts.Threads, 1, Environment.ProcessorCount);
        Assert.InRange(facts.MemoryBytes, 1, long.MaxValue);
        Assert.NotNull(facts.CpuPrecision);
        Assert.Matches(@"^2\.\d+$", facts.Glibc);
        Assert.Matches(@"^GLIBCXX_3\.4\.\d+$", facts.NewestGlibcxx);
    }

    [Fact]
    public void The_newest_symbol_version_is_found_among_others()
    {
        Assert.Equal(
            "GLIBCXX_3.4.30",
            GnuLibraries.NewestGlibcxxIn(
                "\0GLIBCXX_3.4.9\0GLIBCXX_3.4.30\0GLIBCXX_3.4.31x\0GLIBCXX_3.4.\0CXXABI_1.3.13\0GLIBCXX_3.4.29\0"u8
            )
        );
        Assert.Null(GnuLibraries.NewestGlibcxxIn("\0GLIBC_2.36\0GLIBCXX_3.4.3"u8));
    }

    [Fact]
    public void Two_threads_of_a_core_are_one_core()
    {
        var cpu = CpuFacts.Parse(ProcessorList(sockets: 2, coresPerSocket: 4, threadsPerCore: 2));
        Assert.Equal(8, cpu.Cores);
        Assert.Equal("Imagined Processor 9000 @ 3.00GHz", cpu.Model);
        Assert.Equal(["avx2", "avx512f", "avx512_bf16"], cpu.Flags);
        Assert.InRange(cpu.DefaultThreads, 1, Environment.ProcessorCount);
    }

    [Fact]
    public void The_hash_of_the_instruction_sets_does_not_depend_on_their_order()
    {
        var cpu = CpuFacts.Parse(["model name : x", "flags : sse avx2 fma"]);
        Assert.Equal(cpu.FlagsHash, CpuFacts.Parse(["model name : x", "flags : fma sse avx2"]).FlagsHash);
        Assert.NotEqual(cpu.FlagsHash, CpuFacts.Parse(["model name : x", "flags : sse avx2"]).FlagsHash);
    }

    [Fact]
    public void A_processor_list_without_cores_falls_back_to_the_processors_available_to_the_process() =>
        Assert.Equal(Environment.ProcessorCount, CpuFacts.Parse(["processor : 0", "Features : asimd bf16"]).Cores);

    private static IEnumerable<string> ProcessorList(int sockets, int coresPerSocket, int threadsPerCore)
    {
        for (var processor = 0; processor < sockets * coresPerSocket * threadsPerCore; processor++)
        {
            yield return $"processor\t: {processor}";
            yield return "model name\t: Imagined Processor 9000 @ 3.00GHz";
            yield return $"physical id\t: {processor / coresPerSocket % sockets}";
            yield return $"core id\t\t: {processor % coresPerSocket}";
            yield return "flags\t\t: fpu sse4_1 avx2 avx512f avx512_bf16";
            yield return "";
        }
    }
}
