namespace ActorColorize.Model.Devices;

/// <summary>How one convolution is computed.</summary>
public enum ConvolutionRoute
{
    /// <summary>Native layout (NCHW), in the key's precision.</summary>
    Native,

    /// <summary>Channels-last layout (NHWC), in the key's precision.</summary>
    ChannelsLast,

    /// <summary>In single precision, whatever the key's precision.</summary>
    Fp32,

    /// <summary>
    /// In double precision, which LibTorch never dispatches to oneDNN: forward and backward pass both use LibTorch's own kernels, without a
    /// process-wide switch that would have to be set while autograd runs.
    /// </summary>
    WithoutOneDnn,
}

/// <summary>Everything that determines which kernel computes a convolution; two convolutions with equal keys run the same code.</summary>
/// <param name="Batch">Pictures in the call.</param>
/// <param name="InChannels">Channels of the input.</param>
/// <param name="Height">Height of the input.</param>
/// <param name="Width">Width of the input.</param>
/// <param name="OutChannels">Channels of the output.</param>
/// <param name="KernelSize">Side of the square kernel.</param>
/// <param name="Stride">Stride in both directions.</param>
/// <param name="Padding">Zero padding on all sides.</param>
/// <param name="Dilation">Distance between kernel taps.</param>
/// <param name="Transposed">True for a transposed convolution.</param>
/// <param name="Precision">Requested number format.</param>
/// <param name="NeedsGradient">True in training, where both gradients must be correct too.</param>
public readonly record struct ConvolutionKey(
    int Batch,
    int InChannels,
    int Height,
    int Width,
    int OutChannels,
    int KernelSize,
    int Stride,
    int Padding,
    int Dilation,
    bool Transposed,
    Precision Precision,
    bool NeedsGradient
);
