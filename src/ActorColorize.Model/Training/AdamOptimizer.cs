using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Networks;
using TorchSharp;
using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Training;

/// <summary>
/// Adam with bias correction (Kingma and Ba, 2015), in the order of operations of PyTorch's <c>torch.optim.Adam</c>, over one flat block:
/// ten native calls per step for the whole network, and one more with decoupled weight decay (<c>torch.optim.AdamW</c>). All state is
/// exact: training from restored moments and count is bit-exact.
/// </summary>
internal sealed class AdamOptimizer : IDisposable
{
    /// <summary>Prefix of the mean of a parameter's gradients.</summary>
    internal const string MeanPrefix = "exp_avg.";

    /// <summary>Prefix of the mean of their squares.</summary>
    internal const string SquarePrefix = "exp_avg_sq.";

    private const string CountName = "updates";

    private readonly FlatBuffer _parameters;
    private readonly FlatBuffer _gradients;
    private readonly FlatBuffer _means;
    private readonly FlatBuffer _squares;
    private readonly Tensor _scratch;
    private readonly Tensor? _decaying;
    private readonly AdamConfiguration _constants;
    private long _updates;

    public AdamOptimizer(FlatBuffer parameters, FlatBuffer gradients, AdamConfiguration constants)
    {
        _parameters = parameters;
        _gradients = gradients;
        _constants = constants;
        _means = parameters.Twin();
        _squares = parameters.Twin();
        _scratch = zeros_like(parameters.All).DetachFromDisposeScope();
        if (constants.WeightDecay > 0)
            _decaying = Decaying(parameters);
    }

    /// <summary>Updates all parameters from their gradients.</summary>
    public void Update(double learningRate)
    {
        _updates++;
        var firstCorrection = 1 - Math.Pow(_constants.Beta1, _updates);
        var secondCorrection = Math.Sqrt(1 - Math.Pow(_constants.Beta2, _updates));
        Scalar keepMean = K(_constants.Beta1),
            takeMean = K(1 - _constants.Beta1),
            keepSquare = K(_constants.Beta2),
            takeSquare = K(1 - _constants.Beta2),
            epsilon = K(_constants.Epsilon);
        using Scalar correction = secondCorrection.ToScalar(),
            stepSize = (-learningRate / firstCorrection).ToScalar();
        using var frozen = no_grad();
        if (_decaying is not null)
        {
            using Scalar share = (-learningRate * _constants.WeightDecay).ToScalar();
            _parameters.All.addcmul_(_parameters.All, _decaying, share);
        }

        _means.All.mul_(keepMean).add_(_gradients.All, takeMean);
        _squares.All.mul_(keepSquare).addcmul_(_gradients.All, _gradients.All, takeSquare);
        _scratch.copy_(_squares.All).sqrt_().div_(correction).Add(epsilon);
        _parameters.All.addcdiv_(_means.All, _scratch, stepSize);
    }

    /// <summary>Copies the whole state to managed memory.</summary>
    /// <param name="spare">An earlier copy that is no longer read; its memory is reused.</param>
    public IReadOnlyList<HostTensor> Save(IReadOnlyList<HostTensor>? spare = null)
    {
        using var scope = NewDisposeScope();
        var memory = new ReusedMemory(spare);
        var tensors = new List<HostTensor> { TensorTransfer.ToHost(CountName, _updates) };
        foreach (var (name, _) in _means.Slots)
            tensors.Add(TensorTransfer.ToHost(MeanPrefix + name, _means.View(name), memory));
        foreach (var (name, _) in _squares.Slots)
            tensors.Add(TensorTransfer.ToHost(SquarePrefix + name, _squares.View(name), memory));
        return tensors;
    }

    /// <summary>Checks a state without loading it.</summary>
    /// <exception cref="NetworkMismatchException">A tensor is missing, unknown, or of another shape or type.</exception>
    public PreparedState Prepare(IReadOnlyList<HostTensor> tensors)
    {
        var count = tensors.FirstOrDefault(static tensor => tensor.Name == CountName)
            ?? throw new NetworkMismatchException($"{CountName} is missing from the optimizer's state");
        var slots = _means
            .Slots.Select(static slot => (MeanPrefix + slot.Name, slot.Shape))
            .Concat(_squares.Slots.Select(static slot => (SquarePrefix + slot.Name, slot.Shape)));
        return new PreparedState(
            TensorTransfer.ToInt64(count),
            TensorTransfer.Match(slots, tensors.Where(static tensor => tensor.Name != CountName))
        );
    }

    /// <summary>Loads a checked state, in place.</summary>
    public void Load(PreparedState state)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (name, _) in _means.Slots)
            _means.View(name).copy_(TensorTransfer.ToTensor(state.Moments[MeanPrefix + name]));
        foreach (var (name, _) in _squares.Slots)
            _squares.View(name).copy_(TensorTransfer.ToTensor(state.Moments[SquarePrefix + name]));
        _updates = state.Updates;
    }

    public void Dispose()
    {
        _means.Dispose();
        _squares.Dispose();
        _scratch.Dispose();
        _decaying?.Dispose();
    }

    /// <summary>1 for weights of layers, 0 for biases and batch norm, which have one dimension.</summary>
    private static Tensor Decaying(FlatBuffer parameters)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var mask = parameters.Twin();
        foreach (var (name, shape) in parameters.Slots)
        {
            if (shape.Length > 1)
                mask.View(name).fill_(K(1));
        }

        return mask.All.clone().DetachFromDisposeScope();
    }

    /// <summary>A state whose names, shapes and types fit.</summary>
    public sealed record PreparedState(long Updates, IReadOnlyDictionary<string, HostTensor> Moments);
}
