using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;
using ActorColorize.Model.Networks;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace ActorColorize.Interchange;

/// <summary>
/// The network in ONNX Runtime, single precision, on a CPU. It reads LibTorch's input and writes into LibTorch's output, so nothing is
/// copied; its weights are its own. Memory of activations is returned after each run instead of kept in an arena, which would keep the
/// largest of every shape; threads sleep between runs.
/// </summary>
public sealed class OnnxEngine : IInferenceEngine
{
    private readonly SessionOptions _options;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _outputs;

    /// <param name="shape">Sizes of the network.</param>
    /// <param name="tensors">Its weights and statistics.</param>
    /// <param name="threads">Threads that compute, 1 or more.</param>
    /// <exception cref="CheckpointException">The tensors do not fit this shape.</exception>
    /// <exception cref="DeviceException">ONNX Runtime cannot be loaded or cannot use the network; the message is one line.</exception>
    public OnnxEngine(NetworkShape shape, IReadOnlyList<HostTensor> tensors, int threads)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Shape = shape;
        var graph = OnnxFile.Scores(shape, tensors);
        OnnxRuntimeLibrary.EnsureLoaded();
        _options = Options(threads);
        try
        {
            _session = new InferenceSession(graph, _options);
        }
        catch (OnnxRuntimeException fault)
        {
            _options.Dispose();
            _run.Dispose();
            throw new DeviceException($"ONNX Runtime cannot use the network: {OneLine.Of(fault.Message)}", fault);
        }

        _outputs = [.. _session.OutputNames];
    }

    /// <inheritdoc/>
    public string Name => EngineChoice.Onnx.Word();

    /// <inheritdoc/>
    public NetworkShape Shape { get; }

    /// <inheritdoc/>
    public (Tensor Logits_BQhw, Tensor? Scenes_BS) Run(Tensor lightness_B1HW)
    {
        ColorizationNetwork.RequireInput(lightness_B1HW);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var x_B1HW = lightness_B1HW.contiguous();
        var size = x_B1HW.shape;
        var logits_BQhw = empty(size[0], Shape.Bins, size[2] / 4, size[3] / 4);
        var scenes_BS11 = Shape.Scenes > 0 ? empty(size[0], Shape.Scenes, 1, 1) : null;
        using var input = Borrow(x_B1HW);
        using var logits = Borrow(logits_BQhw);
        using var scenes = scenes_BS11 is null ? null : Borrow(scenes_BS11);
        _session.Run(_run, [OnnxFile.LightnessName], [input], _outputs, scenes is null ? [logits] : [logits, scenes]);
        return (logits_BQhw.MoveToOuterDisposeScope(), scenes_BS11?.view(size[0], Shape.Scenes).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
        _run.Dispose();
    }

    private static SessionOptions Options(int threads)
    {
        var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            EnableCpuMemArena = false,
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        return options;
    }

    /// <summary>A view of a tensor's memory, which must outlive it.</summary>
    /// <param name="tensor">float32, contiguous, on the CPU.</param>
    private static unsafe OrtValue Borrow(Tensor tensor)
    {
        var bytes = tensor.bytes; // LibTorch's own memory, which does not move
        fixed (byte* start = bytes)
        {
            return OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance,
                TensorElementType.Float,
                tensor.shape,
                (IntPtr)start,
                bytes.Length
            );
        }
    }
}
