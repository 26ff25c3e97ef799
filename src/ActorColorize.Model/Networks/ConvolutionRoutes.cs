using ActorColorize.Model.Devices;
using static TorchSharp.torch;

namespace ActorColorize.Model.Networks;

/// <summary>Computes one convolution along a route. The numerical self-test calls this code, so that it tests the code that runs.</summary>
public static class ConvolutionRoutes
{
    /// <summary>The type of activations in a precision.</summary>
    public static ScalarType ActivationType(Precision precision) => precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>
    /// Convolution of <paramref name="input"/> with single-precision parameters; differentiable in input, weight and bias.
    /// </summary>
    /// <param name="input">Activations, [B, C, H, W], any float type and strides.</param>
    /// <param name="weight">float32, [out, in, k, k], or [in, out, k, k] where the key says transposed.</param>
    /// <param name="bias">float32, [out].</param>
    /// <param name="key">Stride, padding, dilation, kind and precision; its sizes are ignored.</param>
    /// <param name="route">How to compute it.</param>
    /// <returns>[B, out, h, w] in the key's precision, whatever the route computed in.</returns>
    public static Tensor Convolve(Tensor input, Tensor weight, Tensor bias, in ConvolutionKey key, ConvolutionRoute route)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        using var scope = NewDisposeScope();
        var activationType = ActivationType(key.Precision);
        var type = route switch
        {
            ConvolutionRoute.Fp32 => ScalarType.Float32,
            ConvolutionRoute.WithoutOneDnn => ScalarType.Float64,
            _ => activationType,
        };
        var x = input.to(type);
        x = route == ConvolutionRoute.ChannelsLast ? x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : x.contiguous();
        // Casting inside the graph lets autograd return the gradients in single precision to the master weights.
        var w = weight.to(type);
        var b = bias.to(type);
        long[] stride = [key.Stride, key.Stride],
            padding = [key.Padding, key.Padding],
            dilation = [key.Dilation, key.Dilation];
        var y = key.Transposed
            ? nn.functional.conv_transpose2d(x, w, b, strides: stride, padding: padding, dilation: dilation)
            : nn.functional.conv2d(x, w, b, strides: stride, padding: padding, dilation: dilation);
        return y.to(activationType).MoveToOuterDisposeScope();
    }
}
