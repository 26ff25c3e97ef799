using ActorColorize.Model.Networks;
using static TorchSharp.torch;

namespace ActorColorize.Model.Devices;

/// <summary>
/// Runs a convolution by the code that the network runs, backward through autograd, so that the checked code is the code in use.
/// </summary>
public sealed class NetworkConvolutionRunner : IConvolutionRunner
{
    /// <inheritdoc/>
    public ConvolutionResults Run(in ConvolutionKey key, ConvolutionRoute route, ConvolutionOperands operands)
    {
        ArgumentNullException.ThrowIfNull(operands);
        using var scope = NewDisposeScope();
        if (!key.NeedsGradient)
        {
            using var noGradients = no_grad();
            var result = ConvolutionRoutes.Convolve(operands.Input_BCHW, operands.Weight, operands.Bias_O, key, route);
            return new ConvolutionResults(result.MoveToOuterDisposeScope(), null, null, null);
        }

        // Separate leaf tensors: gradients accumulate on them and not on the caller's tensors.
        using var withGradients = enable_grad();
        // One channel is the lightness input of the network: its gradient is not needed, so it is neither computed nor checked.
        var sessions = key.InChannels == 1;
        var input = operands.Input_BCHW.detach().requires_grad_(!sessions);
        var weight = operands.Weight.detach().requires_grad_(true);
        var bias = operands.Bias_O.detach().requires_grad_(true);
        var output = ConvolutionRoutes.Convolve(input, weight, bias, key, route);
        output.backward([operands.OutputGradient_BOhw]);
        return new ConvolutionResults(
            output.detach().MoveToOuterDisposeScope(),
            sessions ? null : Gradient(input),
            Gradient(weight),
            Gradient(bias)
        );
    }

    private static Tensor Gradient(Tensor leaf) => leaf.grad!.detach().MoveToOuterDisposeScope();
}
