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
/// <param name="Score">The logarithm of the odds: negative for monochrome, positive for colour.</param>
public readonly record struct PictureTone(ToneKind Kind, bool IsToned, double Chroma, double Unexplained, double HueSpread, double Score);

/// <summary>
/// Tells monochrome photographs, also toned, mounted, stamped, stained or yellowed ones, from colour photographs, also pale ones.
/// <see cref="BoostedTrees"/> over <see cref="ToneFigures"/> decide; between two bounds the answer is doubtful.
/// </summary>
/// <remarks>
/// The trees are fitted by <c>tests/ActorColorize.Imaging.Tests/scripts/fit_tone_trees.py</c> on pictures made by
/// <c>make_tone_set.py</c>. How often they are right on others is in <c>src/decisions/061-boosted-trees.md</c>.
/// </remarks>
public static class ToneRule
{
    /// <summary>Below this mean chroma a picture is grey to the eye.</summary>
    private const double VisibleTint = 1.5;

    /// <summary>Scores below this are monochrome.</summary>
    private const double SurelyMonochrome = -3.0;

    /// <summary>Scores above this are in colour; those between the bounds are doubtful.</summary>
    private const double SurelyColor = 0.5;

    private static readonly BoostedTrees Trees = BoostedTrees.Read(
        new StreamReader(typeof(ToneRule).Assembly.GetManifestResourceStream("tone-trees.txt")!)
    );

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
        var score = Trees.Sum(figures.Values);
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
