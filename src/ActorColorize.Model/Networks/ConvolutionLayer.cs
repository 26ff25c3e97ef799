using ActorColorize.Model.Devices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ActorColorize.Model.Networks;

/// <summary>A convolution with single-precision master weights whose route the plan chooses.</summary>
internal sealed class ConvolutionLayer : nn.Module<Tensor, Tensor>
{
    private readonly ConvolutionSpec _spec;
    private readonly ComputeSettings _compute;
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    public ConvolutionLayer(ConvolutionSpec spec, ComputeSettings compute, Parameter weight, Parameter bias)
        : base(nameof(ConvolutionLayer))
    {
        _spec = spec;
        _compute = compute;
        _weight = weight;
        _bias = bias;
        register_parameter("weight", weight);
        register_parameter("bias", bias);
    }

    public ConvolutionKey KeyFor(int batch, int height, int width) =>
        new(
            batch,
            _spec.InChannels,
            height,
            width,
            _spec.OutChannels,
            _spec.KernelSize,
            _spec.Stride,
            _spec.Padding,
            _spec.Dilation,
            _spec.Transposed,
            _compute.Precision,
            training
        );

    public (int Height, int Width) OutputSize(int height, int width) => (_spec.OutputSide(height), _spec.OutputSide(width));

    public override Tensor forward(Tensor input)
    {
        var shape = input.shape;
        var key = KeyFor((int)shape[0], (int)shape[2], (int)shape[3]);
        return ConvolutionRoutes.Convolve(input, _weight, _bias, key, _compute.Plan.RouteFor(key));
    }
}
