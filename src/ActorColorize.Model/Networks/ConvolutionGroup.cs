using static TorchSharp.torch;

namespace ActorColorize.Model.Networks;

/// <summary>
/// A group of the network: convolutions with ReLU in between, batch norm at the end except in the last group, which ends in logits.
/// </summary>
internal sealed class ConvolutionGroup : nn.Module<Tensor, Tensor>
{
    private readonly BatchNormLayer? _norm;

    public ConvolutionGroup(GroupSpec spec, IReadOnlyList<ConvolutionLayer> convolutions, BatchNormLayer? norm)
        : base(nameof(ConvolutionGroup))
    {
        Convolutions = convolutions;
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
            x = Convolutions[i].call(x);
            // In place: the convolution's backward pass does not need its own output.
            if (_norm is not null || i < Convolutions.Count - 1)
                x = x.relu_();
        }

        return x.MoveToOuterDisposeScope();
    }

    /// <summary>The batch norm, over the whole batch; the identity in the last group.</summary>
    public Tensor Normalize(Tensor convolved) => _norm is null ? convolved.alias() : _norm.call(convolved);
}
