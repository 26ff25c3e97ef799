using System.Diagnostics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ActorColorize.Model.Devices;

/// <summary>The chosen number format and its measurement.</summary>
/// <param name="Precision">The number format.</param>
/// <param name="Ratio">Speed of bf16 relative to single precision; above 1 bf16 is faster. Null if it was not measured.</param>
/// <param name="Reason">One clause for the user.</param>
public sealed record PrecisionChoice(Precision Precision, double? Ratio, string Reason);

/// <summary>
/// Measures whether bf16 is faster on this device: it is with AVX512_BF16, AMX or tensor cores; without them it is slower than single
/// precision.
/// </summary>
public static partial class PrecisionProbe
{
    /// <summary>Speed-up from which bf16 is chosen: a gain within the noise does not justify the lower precision.</summary>
    public const double WorthwhileRatio = 1.2;

    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID on Linux
    private const int WarmUps = 2;
    private const int Rounds = 9;

    /// <summary>Resolves a request.</summary>
    /// <param name="requested"><c>auto</c> measures; <c>fp32</c> and <c>bf16</c> are used without a measurement.</param>
    /// <param name="device">Device to measure.</param>
    /// <exception cref="DeviceException">The name is invalid.</exception>
    public static PrecisionChoice Resolve(string requested, Device device) =>
        requested switch
        {
            "auto" => Measure(device),
            "fp32" => new PrecisionChoice(Precision.Fp32, null, "requested"),
            "bf16" => new PrecisionChoice(Precision.Bf16, null, "requested"),
            _ => throw new DeviceException($"'{requested}' is not a precision: use auto, fp32 or bf16"),
        };

    /// <summary>
    /// Times a convolution of the network's kind (64 to 64 channels, 3×3, four pictures of 32×32; 0.3 GFLOP) in both formats, the cast of
    /// its weights included. Best of several rounds; first calls, which compile kernels, are not counted. Takes some 30 ms on a CPU, where
    /// one thread is measured by its own CPU time: the result should depend on the core, not on other load of the machine. A CPU without
    /// bf16 instructions is not measured: compiling the emulation would take seconds.
    /// </summary>
    /// <param name="device">Device to measure.</param>
    /// <exception cref="DeviceException">LibTorch cannot be loaded.</exception>
    public static PrecisionChoice Measure(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        LibTorchRuntime.EnsureLoaded();
        return device.type == TorchSharp.DeviceType.CPU && !CpuFacts.Current.ComputesBf16
            ? new PrecisionChoice(Precision.Fp32, null, "this processor has no bf16 instructions (AVX512_BF16 or AMX)")
            : MeasureBoth(device);
    }

    /// <summary>The choice for a measured ratio.</summary>
    internal static PrecisionChoice Choose(double ratio)
    {
        // NaN (the clock did not advance) selects the safe format.
        var worthwhile = ratio >= WorthwhileRatio;
        var consequence = worthwhile ? "so bf16 is used" : FormattableString.Invariant($"below the threshold of {WorthwhileRatio}");
        return new PrecisionChoice(
            worthwhile ? Precision.Bf16 : Precision.Fp32,
            ratio,
            FormattableString.Invariant($"bf16 is {ratio:0.00} times as fast as fp32 here, {consequence}")
        );
    }

    internal static PrecisionChoice MeasureBoth(Device device)
    {
        var threadsBefore = get_num_threads();
        set_num_threads(1);
        try
        {
            using var noGradients = no_grad();
            using var scope = NewDisposeScope();
            var single = ones([4, 64, 32, 32], ScalarType.Float32, device);
            var half = single.to(ScalarType.BFloat16);
            var weight = ones([64, 64, 3, 3], ScalarType.Float32, device);
            double singleBest = double.MaxValue,
                halfBest = double.MaxValue;
            for (var round = -WarmUps; round < Rounds; round++)
            {
                var singleTime = Time(single, weight, device);
                var halfTime = Time(half, weight, device);
                if (round < 0)
                    continue;
                singleBest = Math.Min(singleBest, singleTime);
                halfBest = Math.Min(halfBest, halfTime);
            }

            return Choose(singleBest / halfBest);
        }
        finally
        {
            set_num_threads(threadsBefore);
        }
    }

    private static double Time(Tensor input, Tensor weight, Device device)
    {
        using var scope = NewDisposeScope();
        var start = Now(device);
        nn.functional.conv2d(input, weight.to(input.dtype), padding: [1, 1]);
        if (device.type == TorchSharp.DeviceType.CUDA)
            cuda.synchronize(device);
        return Now(device) - start;
    }

    /// <summary>Seconds: of this thread's own work on a CPU, of the wall elsewhere and where the system has no such clock.</summary>
    private static double Now(Device device) =>
        device.type == TorchSharp.DeviceType.CPU && OperatingSystem.IsLinux() && ReadClock(ThreadCpuTime, out var time) == 0
            ? time.Seconds + time.Nanoseconds * 1e-9
            : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out ClockTime time);

    /// <summary>POSIX <c>timespec</c> on a 64-bit system.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ClockTime
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
