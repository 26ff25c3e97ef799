using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Evaluation;

// Shapes: B pictures, H height, W width.

/// <summary>Accumulates <see cref="HueErrors"/> over a stream of batches.</summary>
internal sealed class HueTally
{
    /// <summary>Chroma of the truth from which a pixel has a hue.</summary>
    internal const double LeastTrueChroma = 5;

    /// <summary>Chroma of an answer below which it has no hue.</summary>
    internal const double LeastChroma = 1;

    private double _pixels;
    private double _skinPixels;
    private (double Sum, double Count) _all;
    private (double Sum, double Count) _skin;

    /// <summary>The errors over everything added.</summary>
    public HueErrors Result => new(Mean(_all), Mean(_skin), _pixels > 0 ? _skinPixels / _pixels : 0);

    /// <summary>Adds a batch.</summary>
    /// <param name="truth">The true pictures.</param>
    /// <param name="predicted_B2HW">float32, [B, 2, H, W].</param>
    public void Add(TruePictures truth, Tensor predicted_B2HW)
    {
        using var scope = NewDisposeScope();
        Tensor trueChroma_BHW = hypot(truth.Ab_B2HW.select(1, 0), truth.Ab_B2HW.select(1, 1)),
            chroma_BHW = hypot(predicted_B2HW.select(1, 0), predicted_B2HW.select(1, 1));
        var cosine_BHW = (truth.Ab_B2HW * predicted_B2HW).sum([1]).div_((trueChroma_BHW * chroma_BHW).clamp_min_(K(1e-6)));
        var angle_BHW = cosine_BHW.clamp_(K(-1), K(1)).acos_().mul_(K(180 / Math.PI));
        angle_BHW = angle_BHW.masked_fill(chroma_BHW.lt(K(LeastChroma)), K(90));
        var hasHue_BHW = trueChroma_BHW.ge(K(LeastTrueChroma));
        var skin_BHW = IsSkin(truth.Codes_B3HW);
        _pixels += skin_BHW.numel();
        _skinPixels += Sum(skin_BHW);
        var seen_BHW = hasHue_BHW.logical_and(skin_BHW);
        _all = (_all.Sum + Sum(angle_BHW * hasHue_BHW), _all.Count + Sum(hasHue_BHW));
        _skin = (_skin.Sum + Sum(angle_BHW * seen_BHW), _skin.Count + Sum(seen_BHW));
    }

    /// <summary>Which pixels the rule named in <see cref="HueErrors"/> calls skin.</summary>
    /// <param name="codes_B3HW">float32 codes 0..255.</param>
    internal static Tensor IsSkin(Tensor codes_B3HW)
    {
        using var scope = NewDisposeScope();
        Tensor red = codes_B3HW.select(1, 0),
            green = codes_B3HW.select(1, 1),
            blue = codes_B3HW.select(1, 2);
        // Cb and Cr of JFIF (ITU-R BT.601, full range).
        var cb = (red * K(-0.168736)).Plus(green * K(-0.331264)).Plus(blue * K(0.5)).Add(K(128));
        var cr = (red * K(0.5)).Plus(green * K(-0.418688)).Plus(blue * K(-0.081312)).Add(K(128));
        return cb.ge(K(77)).logical_and_(cb.le(K(127))).logical_and_(cr.ge(K(133))).logical_and_(cr.le(K(173))).MoveToOuterDisposeScope();
    }

    private static double? Mean((double Sum, double Count) tally) => tally.Count > 0 ? tally.Sum / tally.Count : null;

    private static double Sum(Tensor values_BHW) => values_BHW.sum(ScalarType.Float64).item<double>();
}
