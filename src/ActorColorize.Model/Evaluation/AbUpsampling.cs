using static TorchSharp.torch;

namespace ActorColorize.Model.Evaluation;

/// <summary>Upsamples coarse colour planes to the size of the picture, as the published evaluations do.</summary>
public static class AbUpsampling
{
    /// <summary>Bilinear, pixel centres at halves (align_corners = false).</summary>
    /// <param name="ab_B2hw">float32, [B, 2, h, w].</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <returns>float32, [B, 2, H, W]; the same tensor if the size already matches.</returns>
    public static Tensor Bilinear(Tensor ab_B2hw, long height, long width)
    {
        ArgumentNullException.ThrowIfNull(ab_B2hw);
        if (ab_B2hw.shape[2] == height && ab_B2hw.shape[3] == width)
            return ab_B2hw;
        return nn.functional.interpolate(ab_B2hw, size: [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
    }

    /// <summary>The same for managed arrays.</summary>
    /// <param name="ab_B2hw">[B, 2, h, w].</param>
    /// <param name="batch">B.</param>
    /// <param name="height">h.</param>
    /// <param name="width">w.</param>
    /// <param name="toHeight">H.</param>
    /// <param name="toWidth">W.</param>
    /// <returns>[B, 2, H, W].</returns>
    /// <exception cref="ArgumentException">The length does not fit the sizes.</exception>
    public static float[] Bilinear(ReadOnlySpan<float> ab_B2hw, int batch, int height, int width, int toHeight, int toWidth)
    {
        if (ab_B2hw.Length != checked(batch * 2 * height * width))
            throw new ArgumentException($"{ab_B2hw.Length} elements do not fill [{batch}, 2, {height}, {width}]", nameof(ab_B2hw));
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        return Bilinear(tensor(ab_B2hw.ToArray(), [batch, 2, height, width]), toHeight, toWidth).data<float>().ToArray();
    }
}
