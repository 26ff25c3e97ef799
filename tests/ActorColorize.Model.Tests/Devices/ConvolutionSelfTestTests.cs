using System.Runtime.InteropServices;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Devices;

[Collection(LibTorchSerially.Name)]
public class ConvolutionSelfTestTests
{
    private static readonly ConvolutionKey Half = new(2, 16, 8, 8, 16, 3, 1, 1, 1, false, Precision.Bf16, true);
    private static readonly ConvolutionKey Single = Half with { Precision = Precision.Fp32 };

    [Theory]
    [InlineData(Precision.Bf16, 0, ConvolutionRoute.Native)]
    [InlineData(Precision.Bf16, 1, ConvolutionRoute.ChannelsLast)]
    [InlineData(Precision.Bf16, 2, ConvolutionRoute.Fp32)]
    [InlineData(Precision.Bf16, 3, ConvolutionRoute.WithoutOneDnn)]
    [InlineData(Precision.Fp32, 0, ConvolutionRoute.Native)]
    [InlineData(Precision.Fp32, 1, ConvolutionRoute.ChannelsLast)]
    [InlineData(Precision.Fp32, 2, ConvolutionRoute.WithoutOneDnn)]
    public void The_first_correct_route_is_used(Precision precision, int wrongRoutes, ConvolutionRoute expected)
    {
        using var folder = new ScratchFolder();
        var reported = new List<SelfTestVerdict>();
        var tried = new List<ConvolutionRoute>();
        var runner = new FaultyRunner(
            (route, _, results) =>
            {
                if (!tried.Contains(route))
                    tried.Add(route);
                if (tried.Count <= wrongRoutes)
                    results.Output_BOhw.select(1, 0).zero_();
            }
        );
        var test = NewTest(folder.Path, runner, reported.Add);

        Assert.Equal(expected, test.Decide(Half with { Precision = precision }));
        Assert.Equal(wrongRoutes + 1, tried.Count);
        Assert.Equal(tried, test.Verdicts.Select(static verdict => verdict.Route));
        Assert.Equal([.. Enumerable.Repeat(false, wrongRoutes), true], test.Verdicts.Select(static verdict => verdict.Passed));
        Assert.Equal(test.Verdicts, reported);
        Assert.All(test.Verdicts, static verdict => Assert.False(verdict.Cached));
    }

    [Fact]
    public void The_device_is_refused_if_no_route_is_correct()
    {
        using var folder = new ScratchFolder();
        var test = NewTest(folder.Path, new FaultyRunner(static (_, _, results) => results.WeightGradient!.zero_()));
        var fault = Assert.Throws<DeviceException>(() => test.Decide(Half));
        Assert.Contains("16 to 16 channels at 8x8", fault.Message);
        Assert.DoesNotContain('\n', fault.Message);
        // A bad day is not remembered.
        Assert.Empty(NewTest(folder.Path, FaultyRunner.Right).Remembered);
    }

    [Fact]
    public void A_kernel_that_does_not_run_falls_to_the_next_route()
    {
        using var folder = new ScratchFolder();
        var test = NewTest(
            folder.Path,
            new FaultyRunner(
                static (route, _, _) =>
                {
                    if (route == ConvolutionRoute.Native)
                        throw new NativeFault("could not create a primitive descriptor\nwith a trace\n");
                }
            )
        );
        Assert.Equal(ConvolutionRoute.ChannelsLast, test.Decide(Half));
        Assert.Equal("does not run: could not create a primitive descriptor", test.Verdicts[0].Quantity);
        // Such an error is infinite; it must survive the cache file.
        Assert.Equal(double.PositiveInfinity, NewTest(folder.Path, FaultyRunner.Right).Remembered[0].WorstRelativeError);
    }

    [Fact]
    public void Lack_of_memory_is_not_a_verdict_on_a_kernel()
    {
        using var folder = new ScratchFolder();
        var test = NewTest(
            folder.Path,
            new FaultyRunner(
                static (_, _, _) =>
                    throw new NativeFault(
                        "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."
                    )
            )
        );
        Assert.Throws<NativeFault>(() => test.Decide(Half));
        Assert.Empty(test.Verdicts);
    }

    [Fact]
    public void A_later_process_uses_cached_verdicts_without_running_kernels()
    {
        using var folder = new ScratchFolder();
        var first = NewTest(
            folder.Path,
            new FaultyRunner(
                static (route, _, results) =>
                {
                    if (route == ConvolutionRoute.Native)
                        results.Output_BOhw.fill_(float.NaN);
                }
            )
        );
        Assert.Equal(ConvolutionRoute.ChannelsLast, first.Decide(Half));
        Assert.Equal(ConvolutionRoute.ChannelsLast, first.Decide(Single));

        var runner = FaultyRunner.Right;
        var later = NewTest(folder.Path, runner);
        Assert.Equal(4, later.Remembered.Count);
        Assert.Equal(ConvolutionRoute.ChannelsLast, later.Decide(Half));
        Assert.Equal(0, runner.Runs);
        Assert.Equal(first.Verdicts.Take(2).Select(static verdict => verdict with { Cached = true }), later.Verdicts);
        Assert.Null(later.CacheProblem);
    }

    [Fact]
    public void A_key_that_differs_in_any_part_is_tested_again()
    {
        using var folder = new ScratchFolder();
        NewTest(folder.Path, FaultyRunner.Right).Decide(Half);
        ConvolutionKey[] others =
        [
            Half with
            {
                Batch = 3,
            },
            Half with
            {
                Height = 10,
            },
            Half with
            {
                NeedsGradient = false,
            },
            Half with
            {
                OutChannels = 32,
            },
            Single,
        ];
        foreach (var key in others)
        {
            var runner = FaultyRunner.Right;
            NewTest(folder.Path, runner).Decide(key);
            Assert.NotEqual(0, runner.Runs);
        }
    }

    [Fact]
    public void Another_number_of_threads_is_another_host()
    {
        using var folder = new ScratchFolder();
        NewTest(folder.Path, FaultyRunner.Right).Decide(Half);
        var runner = FaultyRunner.Right;
        var threads = get_num_threads();
        new ConvolutionSelfTest(CPU, LibTorchFixture.Threads + 1, folder.Path, onVerdict: null, runner).Decide(Half);
        Assert.NotEqual(0, runner.Runs);
        Assert.Equal(threads, get_num_threads());
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[1, 2]")]
    [InlineData("[]")]
    [InlineData("[null]")]
    [InlineData("""[{"key": null}]""")]
    [InlineData("\u0000\u0000")]
    public void A_damaged_cache_is_ignored_and_goes_on(string content)
    {
        using var folder = new ScratchFolder();
        NewTest(folder.Path, FaultyRunner.Right).Decide(Half);
        var file = Assert.Single(Directory.GetFiles(folder.Path));
        File.WriteAllText(file, content);

        var runner = FaultyRunner.Right;
        Assert.Equal(ConvolutionRoute.Native, NewTest(folder.Path, runner).Decide(Half));
        Assert.NotEqual(0, runner.Runs);
        var again = FaultyRunner.Right;
        NewTest(folder.Path, again).Decide(Half);
        Assert.Equal(0, again.Runs);
    }

    [Fact]
    public void A_cache_cut_at_any_length_is_ignored()
    {
        using var folder = new ScratchFolder();
        NewTest(folder.Path, FaultyRunner.Right).Decide(Half);
        var file = Assert.Single(Directory.GetFiles(folder.Path));
        var whole = File.ReadAllBytes(file);
        for (var length = 0; length < whole.Length - 1; length += 37)
        {
            File.WriteAllBytes(file, whole.AsSpan(0, length));
            Assert.Empty(NewTest(folder.Path, FaultyRunner.Right).Remembered);
        }
    }

    [Fact]
    public void Processes_side_by_side_add_to_each_others_verdicts()
    {
        using var folder = new ScratchFolder();
        var (one, other) = (NewTest(folder.Path, FaultyRunner.Right), NewTest(folder.Path, FaultyRunner.Right));
        one.Decide(Half);
        other.Decide(Single);
        one.Decide(Half with { Batch = 3 });
        Assert.Equal(
            [Half, Single, Half with { Batch = 3 }],
            NewTest(folder.Path, FaultyRunner.Right).Remembered.Select(verdict => verdict.Key)
        );
    }

    [Fact]
    public void An_unwritable_cache_folder_is_not_an_error()
    {
        using var folder = new ScratchFolder();
        var blocked = folder.File("a file, not a folder");
        File.WriteAllText(blocked, "");
        var test = NewTest(Path.Join(blocked, "cache"), FaultyRunner.Right);
        Assert.Equal(ConvolutionRoute.Native, test.Decide(Half));
        Assert.NotNull(test.CacheProblem);
        Assert.DoesNotContain('\n', test.CacheProblem);
    }

    [Fact]
    public void A_plan_tests_each_convolution_once()
    {
        using var folder = new ScratchFolder();
        var test = NewTest(folder.Path, FaultyRunner.Right);
        var plan = test.NewPlan();
        Assert.Equal(ConvolutionRoute.Native, plan.RouteFor(Half));
        Assert.Equal(ConvolutionRoute.Native, plan.RouteFor(Half));
        Assert.Single(test.Verdicts);
    }

    [Fact]
    public void Only_processors_are_tested()
    {
        using var folder = new ScratchFolder();
        var runner = FaultyRunner.Right;
        var test = new ConvolutionSelfTest(new Device(DeviceType.CUDA, 0), 1, folder.Path, onVerdict: null, runner);
        Assert.Equal(ConvolutionRoute.Native, test.Decide(Half));
        Assert.Equal(0, runner.Runs);
        Assert.Empty(test.Verdicts);
    }

    /// <summary>
    /// Few channels, or no multiple of 16, are where oneDNN's kernels were found wrong on virtual machines. Whether they are here is the
    /// processor's affair; that the decided route is right must hold everywhere.
    /// </summary>
    [Theory]
    [InlineData(1, 8, 1, Precision.Bf16)]
    [InlineData(8, 8, 2, Precision.Bf16)]
    [InlineData(8, 16, 1, Precision.Bf16)]
    [InlineData(24, 24, 1, Precision.Bf16)]
    [InlineData(33, 47, 1, Precision.Bf16)]
    [InlineData(24, 24, 1, Precision.Fp32)]
    [InlineData(12, 20, 1, Precision.Fp32)]
    public void The_chosen_route_of_a_hazardous_convolution_computes_correct_results(
        int inChannels,
        int outChannels,
        int stride,
        Precision precision
    )
    {
        using var folder = new ScratchFolder();
        var key = new ConvolutionKey(4, inChannels, 32, 32, outChannels, 3, stride, 1, 1, false, precision, true);
        var test = new ConvolutionSelfTest(CPU, LibTorchFixture.Threads, folder.Path);
        var route = test.Decide(key);

        using var scope = NewDisposeScope();
        var type = ConvolutionRoutes.ActivationType(precision);
        using var generator = new Generator(77);
        var operands = new ConvolutionOperands(
            randn([4, inChannels, 32, 32], generator: generator).to(type),
            (randn([outChannels, inChannels, 3, 3], generator: generator) * 0.1).to(type).to(ScalarType.Float32),
            randn([outChannels], generator: generator).to(type).to(ScalarType.Float32),
            randn([4, outChannels, 32 / stride, 32 / stride], generator: generator).to(type)
        );
        using var actual = new NetworkConvolutionRunner().Run(key, route, operands);
        using var expected = FaultyRunner.Right.Run(key, route, operands);
        var tolerance = precision == Precision.Bf16 ? 0.02 : ConvolutionCheck.Tolerance(precision, 4 * 32 * 32);
        AssertClose(expected.Output_BOhw, actual.Output_BOhw, tolerance);
        AssertClose(expected.WeightGradient!, actual.WeightGradient!, tolerance);
        AssertClose(expected.BiasGradient_O!, actual.BiasGradient_O!, tolerance);
        if (inChannels > 1)
            AssertClose(expected.InputGradient_BCHW!, actual.InputGradient_BCHW!, tolerance);
    }

    private static ConvolutionSelfTest NewTest(string folder, IConvolutionRunner runner, Action<SelfTestVerdict>? onVerdict = null) =>
        new(CPU, LibTorchFixture.Threads, folder, onVerdict, runner);

    /// <summary>Root mean square of the difference against that of the truth.</summary>
    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        var (x, y) = (expected.to(ScalarType.Float64), actual.to(ScalarType.Float64));
        Assert.InRange(((x - y).Squared().mean() / x.Squared().mean()).sqrt().item<double>(), 0, tolerance);
    }

    /// <summary>What TorchSharp throws for a C++ exception.</summary>
    private sealed class NativeFault(string message) : ExternalException(message);
}
