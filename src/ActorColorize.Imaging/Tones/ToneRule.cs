namespace ActorColorize.Imaging.Tones;

/// <summary>The answers of <see cref="ToneRule"/>.</summary>
public enum ToneKind
{
    /// <summary>Grey or toned.</summary>
    Monochrome,

    /// <summary>In colour.</summary>
    Color,

    /// <summary>Neither is certain.</summary>
    Doubtful,
}

/// <summary>What a picture was found to be.</summary>
/// <param name="Kind">The answer.</param>
/// <param name="IsToned">Whether it has a tint.</param>
/// <param name="Chroma">Mean chroma, CIELAB units.</param>
/// <param name="Unexplained">Chroma that lightness, place and up to three materials do not explain, exceeded on a quarter of the
/// area.</param>
/// <param name="HueSpread">Spread of the colours across their main direction.</param>
/// <param name="Score">The rule's sum: negative for monochrome, positive for colour.</param>
public readonly record struct PictureTone(ToneKind Kind, bool IsToned, double Chroma, double Unexplained, double HueSpread, double Score);

/// <summary>
/// Tells monochrome photographs, also toned, mounted, stamped, stained or yellowed ones, from colour photographs, also pale ones. A
/// weighted sum of the logarithms of <see cref="ToneFigures"/> decides; between two bounds the answer is doubtful.
/// </summary>
/// <remarks>
/// The weights are a logistic regression on pictures made by <c>tests/ActorColorize.Imaging.Tests/scripts/make_tone_set.py</c>. How often
/// the rule is right on others is in <c>src/decisions</c>.
/// </remarks>
public static class ToneRule
{
    /// <summary>Below this mean chroma a picture is grey to the eye.</summary>
    private const double VisibleTint = 1.5;

    private const double SurelyMonochrome = -2.0;
    private const double SurelyColor = 1.5;
    private const double Bias = 6.9847;

    private static readonly double[] Weights =
    [
        // mean, 95th and 50th percentile of the chroma
        .. (ReadOnlySpan<double>)[-2.6637, -0.9423, 0.8838],
        // residuals under one, two and three materials: 50th, 75th, 90th and 95th percentile
        .. (ReadOnlySpan<double>)[-0.2496, 2.0303, -0.4334, -0.3555],
        .. (ReadOnlySpan<double>)[0.8053, 4.0552, 1.4236, 0.0777],
        .. (ReadOnlySpan<double>)[-0.1948, 2.8778, 2.3368, -0.0392],
        // fine structure, the same percentiles
        .. (ReadOnlySpan<double>)[-0.0683, -4.0547, -3.2732, -1.4810],
        // spread across and along the main direction; 75th, 90th and 95th percentile across
        .. (ReadOnlySpan<double>)[0.6566, 1.6497, 0.5351, -0.7413, 0.7631],
        // green, strong green, sky, red; b and a against lightness; mean b and a
        .. (ReadOnlySpan<double>)[0.5047, 0.4275, -0.0252, 1.0097, -0.3526, 0.2758, -0.1480, -0.0258],
    ];

    /// <summary>Decides about a picture.</summary>
    /// <param name="rgb_HWC">sRGB pixels, row by row; meant for thumbnails of 64² to 256² pixels.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="ArgumentException">The number of bytes does not match the size.</exception>
    public static PictureTone Of(ReadOnlySpan<byte> rgb_HWC, int width, int height)
    {
        if (width < 1 || height < 1 || rgb_HWC.Length != 3L * width * height)
            throw new ArgumentException($"{width} × {height} RGB24 pixels are not {rgb_HWC.Length} bytes.", nameof(rgb_HWC));
        var figures = ToneFigures.Of(rgb_HWC, width, height);
        var score = Bias;
        for (var i = 0; i < Weights.Length; i++)
            score += Weights[i] * figures.Values[i];
        var kind =
            score < SurelyMonochrome ? ToneKind.Monochrome
            : score > SurelyColor ? ToneKind.Color
            : ToneKind.Doubtful;
        return new PictureTone(
            kind,
            kind == ToneKind.Monochrome && figures.Chroma > VisibleTint,
            figures.Chroma,
            figures.Rest,
            figures.Across,
            score
        );
    }
}
