using ActorColorize.Model.Color;
using static TorchSharp.torch;

namespace ActorColorize.Model.Training;

// Shapes: B pictures, H height, W width, h = H/4, w = W/4, Q bins.

/// <summary>The loss between the network's output and the pictures' colours.</summary>
internal static class ColorizationLoss
{
    /// <summary>Side, in pixels, of the cell of one output of the network.</summary>
    public const int Cell = 4;

    /// <summary>
    /// Which pixel of a cell is its target: the third, next to the cell's centre, where bilinear upsampling puts the output back. It is
    /// sampled, as in the published training, and not averaged, because averaging desaturates edges.
    /// </summary>
    private const int Offset = 2;

    /// <summary>True colours at a quarter of the side.</summary>
    /// <param name="rgb_BHWC">uint8.</param>
    /// <returns>float32, [B, 2, h, w], CIELAB units.</returns>
    public static Tensor TargetAb(Tensor rgb_BHWC)
    {
        using var scope = NewDisposeScope();
        var sampled_BhwC = rgb_BHWC.slice(1, Offset, rgb_BHWC.shape[1], Cell).slice(2, Offset, rgb_BHWC.shape[2], Cell);
        return LabColor.FromSrgb(sampled_BhwC).narrow(1, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Weighted cross-entropy summed over all pixels of all pictures: −Σ w · Σₖ sₖ · ln p[binₖ]. From bin numbers; no one-hot tensor is
    /// made.
    /// </summary>
    /// <param name="logits_BQhw">float32.</param>
    /// <param name="targets">Bins and weights of every pixel.</param>
    /// <returns>A scalar, float32.</returns>
    public static Tensor Sum(Tensor logits_BQhw, ColorTargets targets)
    {
        using var scope = NewDisposeScope();
        return (logits_BQhw.log_softmax(1).gather(1, targets.Bin_BKhw) * targets.Mass_BKhw).sum().neg().MoveToOuterDisposeScope();
    }
}
