using ActorColorize.Model.Devices;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Devices;

/// <summary>
/// Computes convolutions exactly (in float64 through autograd, rounded at the end), then spoils the results where a test says so.
/// </summary>
internal sealed class FaultyRunner(FaultyRunner.Fault fault) : IConvolutionRunner
{
    /// <summary>Spoils results in place, or throws.</summary>
    /// <param name="route">The route that is run.</param>
    /// <param name="run">How often this runner has run, from 0.</param>
    /// <param name="results">What is right.</param>
    public delegate void Fault(ConvolutionRoute route, int run, ConvolutionResults results);

    public static FaultyRunner Right => new(static (_, _, _) => { });

    /// <summary>How often it has run.</summary>
    public int Runs { get; private set; }

    public ConvolutionResults Run(in ConvolutionKey key, ConvolutionRoute route, ConvolutionOperands operands)
    {
        using var scope = NewDisposeScope();
        using var withGradients = enable_grad();
        var input = operands.Input_BCHW.to(ScalarType.Float64).requires_grad_(true);
        var weight = operands.Weight.to(ScalarType.Float64).requires_grad_(true);
        var bias = operands.Bias_O.to(ScalarType.Float64).requires_grad_(true);
        long[] stride = [key.Stride, key.Stride],
            padding = [key.Padding, key.Padding],
            dilation = [key.Dilation, key.Dilation];
        var output = key.Transposed
            ? nn.functional.conv_transpose2d(input, weight, bias, strides: stride, padding: padding, dilation: dilation)
            : nn.functional.conv2d(input, weight, bias, strides: stride, padding: padding, dilation: dilation);
        var type = operands.Input_BCHW.dtype;
        Tensor? Gradient(Tensor leaf, ScalarType gradientType) => leaf.grad?.detach().to(type).to(gradientType).MoveToOuterDisposeScope();
        if (key.NeedsGradient)
            output.backward([operands.OutputGradient_BOhw.to(ScalarType.Float64)]);
        var results = new ConvolutionResults(
            output.detach().to(type).MoveToOuterDisposeScope(),
            Gradient(input, type),
            Gradient(weight, ScalarType.Float32),
            Gradient(bias, ScalarType.Float32)
        );
        using (no_grad())
            fault(route, Runs++, results);
        return results;
    }
}
