namespace ActorColorize.Model.Networks;

/// <summary>One convolution of the network. Channels, kernel, stride, padding and dilation as in PyTorch.</summary>
internal sealed record ConvolutionSpec(
    string Index,
    int InChannels,
    int OutChannels,
    int KernelSize,
    int Stride,
    int Padding,
    int Dilation,
    bool Transposed
)
{
    public long[] WeightShape =>
        Transposed ? [InChannels, OutChannels, KernelSize, KernelSize] : [OutChannels, InChannels, KernelSize, KernelSize];

    /// <summary>The number of inputs summed into one output; in a transposed convolution, 1/stride² of its taps.</summary>
    public int FanIn => Transposed ? InChannels * KernelSize * KernelSize / (Stride * Stride) : InChannels * KernelSize * KernelSize;

    /// <summary>Whether the output has the shape of the input.</summary>
    public bool KeepsShape => !Transposed && Stride == 1 && InChannels == OutChannels;

    public int OutputSide(int side) =>
        Transposed
            ? (side - 1) * Stride - 2 * Padding + Dilation * (KernelSize - 1) + 1
            : (side + 2 * Padding - Dilation * (KernelSize - 1) - 1) / Stride + 1;
}

/// <summary>
/// One group: its convolutions, each followed by ReLU unless it is the last of the network, then batch norm unless it is the last group.
/// </summary>
internal sealed record GroupSpec(string Name, IReadOnlyList<ConvolutionSpec> Convolutions, string? NormIndex, int Channels, bool IsResidual)
{
    /// <summary>Whether a convolution is the network's last one, whose output no ReLU follows.</summary>
    public bool GivesLogits(ConvolutionSpec convolution) => NormIndex is null && ReferenceEquals(convolution, Convolutions[^1]);

    /// <summary>Whether a convolution's input is added to its output, behind the ReLU.</summary>
    public bool AddsInput(ConvolutionSpec convolution) => IsResidual && convolution.KeepsShape && !GivesLogits(convolution);
}

/// <summary>
/// The layers of a shape, with the state-dict keys of the published model (Zhang, Isola, Efros, Colorful Image Colorization, ECCV 2016):
/// groups 1 to 3 halve the picture in their last convolution, groups 5 and 6 are dilated by 2, and group 8 doubles the size in its first
/// convolution.
/// </summary>
internal static class NetworkLayout
{
    public static IReadOnlyList<GroupSpec> Of(NetworkShape shape)
    {
        var groups = new GroupSpec[NetworkShape.Groups];
        var inChannels = 1;
        for (var group = 0; group < NetworkShape.Groups; group++)
        {
            var channels = shape.Channels[group];
            var count = shape.Convolutions[group];
            var last = group == NetworkShape.Groups - 1;
            var dilation = group is 4 or 5 ? 2 : 1;
            var convolutions = new List<ConvolutionSpec>();
            for (var i = 0; i < count; i++)
            {
                var stride = group < 3 && i == count - 1 ? 2 : 1;
                convolutions.Add(
                    last && i == 0
                        ? new ConvolutionSpec(
                            "0",
                            inChannels,
                            channels,
                            KernelSize: 4,
                            Stride: 2,
                            Padding: 1,
                            Dilation: 1,
                            Transposed: true
                        )
                        : new ConvolutionSpec(
                            $"{2 * i}",
                            inChannels,
                            channels,
                            KernelSize: 3,
                            stride,
                            Padding: dilation,
                            dilation,
                            Transposed: false
                        )
                );
                inChannels = channels;
            }

            // ReLUs take the odd numbers, so the layer after n convolutions is number 2n.
            var after = $"{2 * count}";
            if (last)
                convolutions.Add(
                    new ConvolutionSpec(after, inChannels, shape.Bins, KernelSize: 1, Stride: 1, Padding: 0, Dilation: 1, Transposed: false)
                );
            groups[group] = new GroupSpec($"model{group + 1}", convolutions, last ? null : after, channels, shape.Residual);
        }

        return groups;
    }
}
