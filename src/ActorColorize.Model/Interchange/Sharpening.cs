using System.Runtime.InteropServices;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Networks;

namespace ActorColorize.Model.Interchange;

/// <summary>
/// The temperature of the annealed mean as part of the weights: softmax(z / T) of z = W x + b is softmax of (W / T) x + b / T. So the published weights carry 1/0.38 and are decoded by a plain mean.
/// </summary>
internal static class Sharpening
{
    /// <summary>The same network whose plain mean is the annealed mean at a temperature. At temperature 1 it is the very same tensors.</summary>
    /// <param name="shape">Sizes of the network.</param>
    /// <param name="tensors">Its state.</param>
    /// <param name="temperature">T, above 0.</param>
    public static IReadOnlyList<HostTensor> Fold(NetworkShape shape, IReadOnlyList<HostTensor> tensors, double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        if (temperature == 1) return tensors;
        var last = NetworkLayout.Of(shape)[^1];
        var layer = $"{last.Name}.{last.Convolutions[^1].Index}";
        return [.. tensors.Select(tensor => tensor.Name == $"{layer}.weight" || tensor.Name == $"{layer}.bias" ? Divided(tensor, temperature) : tensor)];
    }

    private static HostTensor Divided(HostTensor tensor, double divisor)
    {
        var values = TensorEncoding.ToSingles(tensor).ToArray();
        for (var i = 0; i < values.Length; i++) values[i] = (float)(values[i] / divisor);
        return tensor with { Type = TensorType.Float32, Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };
    }
}
