using ActorColorize.Model.Color;
using ActorColorize.Model.Inference;
using static TorchSharp.torch;

namespace ActorColorize.Model.Evaluation;

// Shapes: H height, W width, h and w the size of the prediction.

/// <summary>
/// The measured picture: predicted colours, upsampled bilinearly, with the true lightness, clipped to the gamut and rounded to 8 bits.
/// </summary>
public static class PaintedPicture
{
    /// <summary>Paints one picture.</summary>
    /// <param name="rgb_HWC">The true picture, 8-bit sRGB.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="ab_2hw">Its colours, CIELAB units.</param>
    /// <param name="abHeight">h.</param>
    /// <param name="abWidth">w.</param>
    /// <param name="device">Where to compute.</param>
    /// <returns>8-bit sRGB, [H, W, 3].</returns>
    /// <exception cref="ArgumentException">The lengths do not fit the sizes.</exception>
    public static byte[] Of(
        ReadOnlySpan<byte> rgb_HWC,
        int height,
        int width,
        ReadOnlySpan<float> ab_2hw,
        int abHeight,
        int abWidth,
        Device device
    )
    {
        if (rgb_HWC.Length != checked(height * width * 3))
            throw new ArgumentException($"{rgb_HWC.Length} bytes do not fill [{height}, {width}, 3]", nameof(rgb_HWC));
        if (ab_2hw.Length != checked(2 * abHeight * abWidth))
            throw new ArgumentException($"{ab_2hw.Length} elements do not fill [2, {abHeight}, {abWidth}]", nameof(ab_2hw));
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var lightness_11HW = LabColor.Lightness(tensor(rgb_HWC.ToArray(), [1, height, width, 3], device: device));
        var ab_12hw = tensor(ab_2hw.ToArray(), [1, 2, abHeight, abWidth], device: device);
        return ColorDecoding.Paint(lightness_11HW, ab_12hw).cpu().bytes.ToArray();
    }

    /// <summary>The picture without colour, as a model sees it.</summary>
    /// <param name="rgb_HWC">As for <see cref="Of"/>.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="device">Where to compute.</param>
    /// <returns>8-bit sRGB, [H, W, 3].</returns>
    /// <exception cref="ArgumentException">The length does not fit the size.</exception>
    public static byte[] Grey(ReadOnlySpan<byte> rgb_HWC, int height, int width, Device device) =>
        Of(rgb_HWC, height, width, [0, 0], 1, 1, device);
}
