using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ActorColorize.Model.Networks;

/// <summary>
/// Batch norm with single-precision parameters and statistics, whatever the type of the activations. ε and momentum are PyTorch's defaults.
/// </summary>
internal sealed class BatchNormLayer : nn.Module<Tensor, Tensor>
{
    internal const double Epsilon = 1e-5;
    private const double Momentum = 0.1;

    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly Tensor _runningMean;
    private readonly Tensor _runningVariance;

    public BatchNormLayer(Parameter weight, Parameter bias, Tensor runningMean, Tensor runningVariance)
        : base(nameof(BatchNormLayer))
    {
        _weight = weight;
        _bias = bias;
        _runningMean = runningMean;
        _runningVariance = runningVariance;
        register_parameter("weight", weight);
        register_parameter("bias", bias);
        register_buffer("running_mean", runningMean);
        register_buffer("running_var", runningVariance);
    }

    public override Tensor forward(Tensor input) =>
        nn.functional.batch_norm(input, _runningMean, _runningVariance, _weight, _bias, training, Momentum, Epsilon);
}
