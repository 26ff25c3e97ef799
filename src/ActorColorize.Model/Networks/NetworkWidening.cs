using System.Runtime.InteropServices;
using ActorColorize.Model.Checkpoints;
using static TorchSharp.torch;

namespace ActorColorize.Model.Networks;

/// <summary>
/// Carries trained weights over to a network of the same layers with more channels without changing its output, so that training does not
/// begin anew (function-preserving transformation: Chen, Goodfellow and Shlens, <i>Net2Net: Accelerating Learning via Knowledge
/// Transfer</i>, 2016). The first channels of every layer are the trained ones. The added channels keep their initial weights, and the
/// weights from an added channel to a trained one are zero: nothing has to break a symmetry between copies of channels, as in that paper.
/// </summary>
internal static class NetworkWidening
{
    /// <summary>Whether a tensor can be carried over: the same rank and kernel, and channels that are not fewer.</summary>
    /// <param name="slot">Its place in the network.</param>
    /// <param name="narrow">Shape of the trained tensor.</param>
    public static bool Fits(WeightSlot slot, long[] narrow)
    {
        if (narrow.Length != slot.Shape.Length)
            return false;
        for (var dimension = 0; dimension < narrow.Length; dimension++)
        {
            var grows = dimension == slot.InDimension || (dimension == slot.OutDimension && !slot.OutputIsFixed);
            if (narrow[dimension] != slot.Shape[dimension] && !(grows && narrow[dimension] < slot.Shape[dimension]))
                return false;
        }

        return true;
    }

    /// <summary>The wide tensor: the trained one in its first channels, see above.</summary>
    /// <param name="slot">The tensor's place in the network.</param>
    /// <param name="initial">Initial values of the wide tensor, float32.</param>
    /// <param name="trained">A tensor that <see cref="Fits"/>, of a float type.</param>
    /// <returns>float32, in the shape of <paramref name="initial"/>.</returns>
    public static HostTensor Widen(WeightSlot slot, HostTensor initial, HostTensor trained)
    {
        using var scope = NewDisposeScope();
        var wide = TensorTransfer.ToTensor(initial);
        var from = TensorTransfer.ToTensor(trained);
        var rows = wide.narrow(slot.OutDimension, 0, trained.Shape[slot.OutDimension]);
        if (slot.InDimension is { } columns)
        {
            rows.zero_();
            rows = rows.narrow(columns, 0, trained.Shape[columns]);
        }

        rows.copy_(from);
        return initial with { Data = MemoryMarshal.AsBytes(wide.data<float>().ToArray().AsSpan()).ToArray() };
    }
}

/// <summary>Place of a tensor in a network.</summary>
/// <param name="Shape">Its sizes.</param>
/// <param name="OutDimension">The dimension that counts the layer's outputs.</param>
/// <param name="InDimension">The dimension that counts its inputs; null for one value per output.</param>
/// <param name="OutputIsFixed">Whether the outputs mean something outside the network: colour bins or scenes.</param>
internal readonly record struct WeightSlot(long[] Shape, int OutDimension, int? InDimension, bool OutputIsFixed);
