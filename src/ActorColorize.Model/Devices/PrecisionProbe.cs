using System.Diagnostics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ActorColorize.Model.Devices;

/// <summary>The number format that is used, and the measurement behind it.</summary>
/// <param name="Precision">What to compute in.</param>
/// <param name="Ratio">Speed of bf16 relative to single precision; above 1 bf16 is faster. NaN where it was not measured.</param>
/// <param name="Reason">One clause for the user.</param>
public sealed record PrecisionChoice(Precision Precision, double Ratio, string Reason);

/// <summary>
/// Measures whether bf16 pays on this device: with AVX512_BF16, AMX or tensor cores it does, without them it is slower than single
/// precision.
/// </summary>
public static partial class PrecisionProbe
{
    /// <summary>bf16 must be this much faster to be chosen: a gain within the noise is not worth its coarser numbers.</summary>
    public const double WorthwhileRatio = 1.2;

    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID on Linux
    private const int WarmUps = 2;
    private const int Rounds = 9;

    /// <summary>Settles a request.</summary>
    /// <param name="requested"><c>auto</c> measures; <c>fp32</c> and <c>bf16</c> are taken at their word, without a measurement.</param>
    /// <param name="device">Device to measure.</param>
    /// <exception cref="DeviceException">Not such a name.</exception>
    public static PrecisionChoice Resolve(string requested, Device device) =>
        requested switch
        {
            "auto" => Measure(device),
            "fp32" => new PrecisionChoice(Precision.Fp32, double.NaN, "asked for"),
            "bf16" => new PrecisionChoice(Precision.Bf16, double.NaN, "asked for"),
            _ => throw new DeviceException($"'{requested}' is not a precision: use auto, fp32 or bf16"),
        };

    /// <summary>
    /// Times a convolution of the network's kind (64 to 64 channels, 3×3, four pictures of 32×32; 0.3 GFLOP) in both formats, the cast of
    /// its weights included.
    /// Best of several rounds; first calls, which compile kernels, are not counted. Takes some 30 ms on a CPU, where one thread is measured
    /// by its own CPU time:
    /// what matters is a property of the core, and other work on the machine must not decide it.
    /// </summary>
    /// <param name="device">Device to measure.</param>
    /// <exception cref="DeviceException">LibTorch cannot be loaded.</exception>
    public static PrecisionChoice Measure(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        LibTorchRuntime.EnsureLoaded();
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

    /// <summary>The choice that a measured ratio leads to.</summary>
    internal static PrecisionChoice Choose(double ratio)
    {
        // A ratio that is no number (a clock that stood still) chooses the safe format.
        var worthwhile = ratio >= WorthwhileRatio;
        return new PrecisionChoice(
            worthwhile ? Precision.Bf16 : Precision.Fp32,
            ratio,
            FormattableString.Invariant(
                $"bf16 is {ratio:0.00} times as fast as fp32 here, {(worthwhile ? "which pays" : $"less than the {WorthwhileRatio} that would pay")}"
            )
        );
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
