using ActorColorize.Model.Color;
using static TorchSharp.torch;

namespace ActorColorize.Model.Evaluation;

// Shapes: B pictures, H height, W width.

/// <summary>The ground truth of a batch, computed once for all predictors.</summary>
internal sealed class TruePictures : IDisposable
{
    /// <param name="rgb_BHWC">uint8, [B, H, W, 3].</param>
    /// <param name="weights_Q">float32, 1/p̃ per bin.</param>
    /// <param name="bins">The bins of the weights.</param>
    public TruePictures(Tensor rgb_BHWC, Tensor weights_Q, ColorBins bins)
    {
        using var scope = NewDisposeScope();
        Lab_B3HW = LabColor.FromSrgb(rgb_BHWC);
        Codes_B3HW = rgb_BHWC.permute(0, 3, 1, 2).to(ScalarType.Float32);
        Ab_B2HW = Lab_B3HW.slice(1, 1, 3, 1);
        var bin_BHW = bins.IndexOf(Ab_B2HW);
        Weights_BHW = weights_Q.index_select(0, bin_BHW.view(-1)).view(bin_BHW.shape);
        Colorfulness_B = PictureQuality.Colorfulness(Codes_B3HW);
        foreach (var tensor in Owned)
            tensor.DetachFromDisposeScope();
    }

    /// <summary>CIELAB, float32.</summary>
    public Tensor Lab_B3HW { get; }

    /// <summary>Colour planes of <see cref="Lab_B3HW"/>.</summary>
    public Tensor Ab_B2HW { get; }

    /// <summary>8-bit sRGB codes, 0..255, as float32.</summary>
    public Tensor Codes_B3HW { get; }

    /// <summary>1/p̃ of each pixel's true colour.</summary>
    public Tensor Weights_BHW { get; }

    /// <summary>Colorfulness per picture, float64.</summary>
    public Tensor Colorfulness_B { get; }

    private Tensor[] Owned => [Lab_B3HW, Codes_B3HW, Ab_B2HW, Weights_BHW, Colorfulness_B];

    public void Dispose()
    {
        foreach (var tensor in Owned)
            tensor.Dispose();
    }
}
