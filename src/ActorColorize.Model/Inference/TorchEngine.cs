using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Networks;
using static TorchSharp.torch;

namespace ActorColorize.Model.Inference;

/// <summary>The network in LibTorch, in the device's precision; each convolution is checked by the plan before its first use.</summary>
public sealed class TorchEngine : IInferenceEngine
{
    private readonly ColorizationNetwork _network;
    private readonly ComputeSettings _compute;

    /// <param name="shape">Sizes of the network.</param>
    /// <param name="tensors">Its weights and statistics.</param>
    /// <param name="compute">Device, precision and routes.</param>
    /// <exception cref="NetworkMismatchException">The tensors do not fit this shape.</exception>
    public TorchEngine(NetworkShape shape, IReadOnlyList<HostTensor> tensors, ComputeSettings compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        set_num_threads(compute.Threads);
        HeapSettings.MakeRoom(); // the thread that computes is seldom the one that loaded LibTorch
        _compute = compute;
        _network = new ColorizationNetwork(shape, tensors, compute);
        _network.eval();
    }

    /// <inheritdoc/>
    public string Name => EngineChoice.Torch.Word();

    /// <inheritdoc/>
    public NetworkShape Shape => _network.Shape;

    /// <inheritdoc/>
    public (Tensor Logits_BQhw, Tensor? Scenes_BS) Run(Tensor lightness_B1HW)
    {
        ColorizationNetwork.RequireInput(lightness_B1HW);
        using var frozen = no_grad();
        var size = lightness_B1HW.shape;
        foreach (var key in _network.ConvolutionKeys((int)size[0], (int)size[2], (int)size[3]))
            _compute.Plan.RouteFor(key);
        return _network.ForwardWithScenes(lightness_B1HW);
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
