using static TorchSharp.torch;

namespace ActorColorize.Model.Devices;

// Shapes: B pictures, C input channels, O output channels, H×W input size, h×w output size, k kernel size.

/// <summary>Computes one convolution along one route: the network's own code, or, in tests, one with a known fault.</summary>
public interface IConvolutionRunner
{
    /// <summary>Runs the convolution forward, and backward where the key needs gradients.</summary>
    /// <param name="key">The convolution.</param>
    /// <param name="route">How to compute it.</param>
    /// <param name="operands">The operands.</param>
    /// <returns>The result; the caller disposes it.</returns>
    ConvolutionResults Run(in ConvolutionKey key, ConvolutionRoute route, ConvolutionOperands operands);
}

/// <summary>Operands of a convolution and its backward pass.</summary>
/// <param name="Input_BCHW">In the key's precision.</param>
/// <param name="Weight">float32, [O, C, k, k], or [C, O, k, k] where transposed.</param>
/// <param name="Bias_O">float32.</param>
/// <param name="OutputGradient_BOhw">In the key's precision.</param>
public sealed record ConvolutionOperands(Tensor Input_BCHW, Tensor Weight, Tensor Bias_O, Tensor OutputGradient_BOhw);

/// <summary>Results of a convolution and its backward pass; gradients are null if they were not requested.</summary>
/// <param name="Output_BOhw">In the key's precision.</param>
/// <param name="InputGradient_BCHW">In the key's precision; null also for the network's first layer, which has one channel and needs
/// none.</param>
/// <param name="WeightGradient">float32, shaped like the weight.</param>
/// <param name="BiasGradient_O">float32.</param>
public sealed record ConvolutionResults(Tensor Output_BOhw, Tensor? InputGradient_BCHW, Tensor? WeightGradient, Tensor? BiasGradient_O)
    : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Output_BOhw.Dispose();
        InputGradient_BCHW?.Dispose();
        WeightGradient?.Dispose();
        BiasGradient_O?.Dispose();
    }
}
