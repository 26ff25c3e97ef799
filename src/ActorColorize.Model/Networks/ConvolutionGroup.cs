using ActorColorize.Model.Color;
using static TorchSharp.torch;

namespace ActorColorize.Model.Networks;

/// <summary>
/// A group of the network: convolutions with ReLU in between, batch norm at the end except in the last group, which ends in logits. In a
/// residual group, convolutions of the same size add their input to their output.
/// </summary>
internal sealed class ConvolutionGroup : nn.Module<Tensor, Tensor>
{
    private readonly GroupSpec _spec;
    private readonly BatchNormLayer? _norm;

    public ConvolutionGroup(GroupSpec spec, IReadOnlyList<ConvolutionLayer> convolutions, BatchNormLayer? norm)
        : base(nameof(ConvolutionGroup))
    {
        Convolutions = convolutions;
        _spec = spec;
        _norm = norm;
        for (var i = 0; i < convolutions.Count; i++)
            register_module(spec.Convolutions[i].Index, convolutions[i]);
        if (norm is not null)
            register_module(spec.NormIndex!, norm);
    }

    public IReadOnlyList<ConvolutionLayer> Convolutions { get; }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Normalize(Convolve(input)).MoveToOuterDisposeScope();
    }

    /// <summary>The convolutions, independent for each picture, so that a batch may be processed in pieces.</summary>
    public Tensor Convolve(Tensor input)
    {
        // Closing the scope drops what only the forward pass needed; autograd keeps its own references to the rest.
        using var scope = NewDisposeScope();
        var x = input;
        for (var i = 0; i < Convolutions.Count; i++)
        {
            var layer = _spec.Convolutions[i];
            var y = Convolutions[i].call(x);
            // In place: the convolution's backward pass does not need its own output.
            if (!_spec.GivesLogits(layer))
                y = y.relu_();
            x = _spec.AddsInput(layer) ? y.Plus(x) : y;
        }

        return x.MoveToOuterDisposeScope();
    }

    /// <summary>The batch norm, over the whole batch; the identity in the last group.</summary>
    public Tensor Normalize(Tensor convolved) => _norm is null ? convolved.alias() : _norm.call(convolved);
}
