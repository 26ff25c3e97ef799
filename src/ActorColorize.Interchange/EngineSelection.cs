using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;
using Microsoft.ML.OnnxRuntime;

namespace ActorColorize.Interchange;

/// <summary>
/// Chooses what runs a network. <see cref="EngineChoice.Auto"/> takes ONNX Runtime on a CPU where it gives the colours of LibTorch and is
/// faster, which is measured once for each network on a machine and kept; otherwise LibTorch.
/// </summary>
public static class EngineSelection
{
    /// <summary>Largest difference in a or b that is taken for rounding: a twentieth of what the eye just sees.</summary>
    public const double LargestDifference = 0.05;

    /// <summary>Speed-up from which ONNX Runtime is chosen: less is within the noise of the measurement.</summary>
    public const double WorthwhileRatio = 1.05;

    private const int TestVersion = 1;

    /// <summary>Checks that a requested engine can run on a device.</summary>
    /// <param name="requested">The engine.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda:N</c>.</param>
    /// <exception cref="DeviceException">It cannot; the message is one line.</exception>
    public static void Require(EngineChoice requested, string device)
    {
        if (requested != EngineChoice.Onnx)
            return;
        if (device != "cpu")
            throw new DeviceException($"the engine onnx computes on the CPU only, not on {device}: use the engine auto or torch");
        OnnxRuntimeLibrary.EnsureLoaded();
    }

    /// <summary>Decides, and measures if that is needed and has not been done on this machine. Must run on a thread that may use
    /// LibTorch.</summary>
    /// <param name="requested">The engine.</param>
    /// <param name="model">The network.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda:N</c>, which is not opened.</param>
    /// <param name="precision">LibTorch's number format on it.</param>
    /// <param name="threads">Threads of either engine.</param>
    /// <param name="cacheFolder">Where measurements are kept; null for the user's cache folder.</param>
    /// <exception cref="DeviceException">The engine cannot run on this device, or LibTorch cannot be loaded.</exception>
    /// <exception cref="CheckpointException">The tensors do not fit the network.</exception>
    public static EngineDecision Decide(
        EngineChoice requested,
        ModelSource model,
        string device,
        Precision precision,
        int threads,
        string? cacheFolder
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        Require(requested, device);
        if (requested != EngineChoice.Auto)
            return new EngineDecision(requested, "requested");
        if (device != "cpu")
            return new EngineDecision(EngineChoice.Torch, "the device is not the CPU");
        LibTorchRuntime.EnsureLoaded();
        PublishedLayout.Check(model.Network, model.Tensors, model.Path);
        try
        {
            var verdicts = new EngineVerdicts(cacheFolder ?? ConvolutionSelfTest.DefaultCacheFolder);
            var key = KeyOf(model, precision, threads);
            if (verdicts.Find(key) is not { } verdict)
            {
                using (var onnx = new OnnxEngine(model.Network, model.Tensors, threads))
                    verdict = verdicts.Keep(key, EngineProbe.Measure(model, onnx, precision, threads));
                LibTorchRuntime.ReleaseFreedMemory();
            }

            return Choose(verdict);
        }
        catch (Exception fault) when (fault is DeviceException or OnnxRuntimeException)
        {
            return Fallback(OneLine.Of(fault.Message));
        }
    }

    /// <summary>Makes the engine of a decision. If <see cref="EngineChoice.Auto"/> was requested and ONNX Runtime fails, LibTorch takes its
    /// place.</summary>
    /// <param name="requested">As for <see cref="Decide"/>.</param>
    /// <param name="model">As above.</param>
    /// <param name="compute">Device, precision, routes and threads.</param>
    /// <param name="cacheFolder">As above.</param>
    /// <exception cref="DeviceException">The requested engine cannot be used.</exception>
    /// <exception cref="CheckpointException">As above.</exception>
    public static (IInferenceEngine Engine, EngineDecision Decision) Open(
        EngineChoice requested,
        ModelSource model,
        ComputeSettings compute,
        string? cacheFolder
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(compute);
        var device = compute.Device.type == TorchSharp.DeviceType.CPU ? "cpu" : compute.Device.ToString();
        var decision = Decide(requested, model, device, compute.Precision, compute.Threads, cacheFolder);
        if (decision.Engine == EngineChoice.Onnx)
        {
            try
            {
                return (new OnnxEngine(model.Network, model.Tensors, compute.Threads), decision);
            }
            catch (DeviceException fault) when (requested == EngineChoice.Auto)
            {
                decision = Fallback(fault.Message);
            }
        }

        return (new TorchEngine(model.Network, model.Tensors, compute), decision);
    }

    /// <summary>The decision for a measurement.</summary>
    internal static EngineDecision Choose(EngineVerdict verdict)
    {
        // NaN, where a number was not one or the clock stood still, selects LibTorch.
        var ratio = verdict.TorchSeconds / verdict.OnnxSeconds;
        var decision =
            !(verdict.Difference <= LargestDifference)
                ? Fallback(
                    Invariant($"its colours differ by {verdict.Difference:0.###}, more than {LargestDifference}, from those of LibTorch")
                )
            : ratio >= WorthwhileRatio
                ? new EngineDecision(EngineChoice.Onnx, Invariant($"{ratio:0.00} times as fast as LibTorch here, with the same colours"))
            : new EngineDecision(
                EngineChoice.Torch,
                Invariant($"ONNX Runtime is {ratio:0.00} times as fast here, below the threshold of {WorthwhileRatio}")
            );
        return decision with { Ratio = ratio, Difference = verdict.Difference };
    }

    private static EngineDecision Fallback(string problem)
    {
        var line = problem.StartsWith("ONNX Runtime", StringComparison.Ordinal) ? problem : $"ONNX Runtime is not used: {problem}";
        return new EngineDecision(EngineChoice.Torch, "ONNX Runtime cannot be used", $"{line}; LibTorch runs the network");
    }

    private static EngineKey KeyOf(ModelSource model, Precision precision, int threads)
    {
        var cpu = CpuFacts.Current;
        return new EngineKey(
            TestVersion,
            cpu.Model,
            cpu.FlagsHash,
            threads,
            precision.ToString(),
            LibTorchRuntime.Version,
            OnnxRuntimeLibrary.Version,
            HashOf(model)
        );
    }

    private static string HashOf(ModelSource model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(Invariant($"{model.Network} {model.Defaults.Temperature}")));
        foreach (var tensor in model.Tensors)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{tensor.Name} {tensor.Type}"));
            hash.AppendData(MemoryMarshal.AsBytes(tensor.Shape.AsSpan()));
            hash.AppendData(tensor.Data);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
