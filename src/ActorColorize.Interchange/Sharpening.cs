using System.Runtime.InteropServices;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Networks;

namespace ActorColorize.Interchange;

/// <summary>
/// Temperature and rebalancing as part of the weights: softmax((z + c) / T) of z = W x + b is softmax of (W / T) x + (b + c) / T. The
/// published weights thus contain 1/0.38 and are decoded by a plain mean.
/// </summary>
internal static class Sharpening
{
    /// <summary>The same network whose plain mean is the annealed mean at a temperature. At temperature 1, the same tensors.</summary>
    /// <param name="shape">Sizes of the network.</param>
    /// <param name="tensors">Its state.</param>
    /// <param name="correction">c of every bin; null: none.</param>
    /// <param name="temperature">T, above 0.</param>
    public static IReadOnlyList<HostTensor> Fold(
        NetworkShape shape,
        IReadOnlyList<HostTensor> tensors,
        float[]? correction,
        double temperature
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        if (temperature == 1 && correction is null)
            return tensors;
        var last = NetworkLayout.Of(shape)[^1];
        var layer = $"{last.Name}.{last.Convolutions[^1].Index}";
        return
        [
            .. tensors.Select(tensor =>
                tensor.Name == $"{layer}.weight" ? Changed(tensor, null, temperature)
                : tensor.Name == $"{layer}.bias" ? Changed(tensor, correction, temperature)
                : tensor
            ),
        ];
    }

    private static HostTensor Changed(HostTensor tensor, float[]? addend, double divisor)
    {
        var values = TensorEncoding.ToSingles(tensor).ToArray();
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)((values[i] + (addend?[i] ?? 0)) / divisor);
        return tensor with { Type = TensorType.Float32, Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };
    }
}
