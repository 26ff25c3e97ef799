using System.Runtime.InteropServices;
using ActorColorize.Model.Checkpoints;
using TorchSharp.Modules;
using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Networks;

// Shapes: B pictures, C channels of the last dilated group, N hidden units, h and w an eighth of the pictures' sides.

/// <summary>
/// Adds global context to every position, without labels: the mean of the features is mapped through one hidden layer with ReLU to C values
/// that are added to the features at every position. The output layer is initialized to zero, so adding the path to a network does not
/// change its output. After the global features of Iizuka, Simo-Serra and Ishikawa, <i>Let there be Color!</i> (2016).
/// </summary>
internal sealed class ContextPath(ContextPath.Weights weights)
{
    /// <summary>Layer from the mean of the features to the hidden units.</summary>
    public const string HiddenName = "context.hidden";

    /// <summary>Layer from the hidden units to the values added to the features.</summary>
    public const string OutputName = "context.output";

    /// <summary>Its only dimension is the number of hidden units.</summary>
    public const string HiddenBias = $"{HiddenName}.bias";

    /// <summary>Names and shapes of the parameters.</summary>
    /// <param name="channels">C.</param>
    /// <param name="width">N.</param>
    public static IEnumerable<(string Name, long[] Shape)> Slots(int channels, int width) =>
        [
            ($"{HiddenName}.weight", [width, channels]),
            (HiddenBias, [width]),
            ($"{OutputName}.weight", [channels, width]),
            ($"{OutputName}.bias", [channels]),
        ];

    /// <summary>Takes the parameters by name.</summary>
    public static ContextPath From(Func<string, Parameter> parameter) =>
        new(
            new Weights(
                parameter($"{HiddenName}.weight"),
                parameter(HiddenBias),
                parameter($"{OutputName}.weight"),
                parameter($"{OutputName}.bias")
            )
        );

    /// <summary>Starting values: He's for the hidden layer, zeros for the output layer. A pure function of the arguments.</summary>
    /// <param name="channels">C.</param>
    /// <param name="width">N.</param>
    /// <param name="seed">Seed of the hidden layer's weights.</param>
    public static IReadOnlyList<HostTensor> StartingValues(int channels, int width, ulong seed)
    {
        var tensors = new List<HostTensor>();
        foreach (var (name, shape) in Slots(channels, width))
        {
            var values = new float[FlatBuffer.Elements(shape)];
            if (name == $"{HiddenName}.weight")
                HeInitialization.Fill(values, seed, name, channels, HeInitialization.ReluGain);
            tensors.Add(new HostTensor(name, TensorType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray()));
        }

        return tensors;
    }

    /// <summary>The features with the context added.</summary>
    /// <param name="features_BChw">Single or half precision.</param>
    /// <returns>In the same precision.</returns>
    public Tensor Forward(Tensor features_BChw)
    {
        using var scope = NewDisposeScope();
        var mean_BC = features_BChw.to(ScalarType.Float32).mean([2, 3]);
        var hidden_BN = nn.functional.linear(mean_BC, weights.Hidden, weights.HiddenBias).relu();
        var context_BC11 = nn
            .functional.linear(hidden_BN, weights.Output, weights.OutputBias)
            .unsqueeze(-1)
            .unsqueeze(-1)
            .to(features_BChw.dtype);
        return features_BChw.Plus(context_BC11).MoveToOuterDisposeScope();
    }

    internal sealed record Weights(Parameter Hidden, Parameter HiddenBias, Parameter Output, Parameter OutputBias);
}
