namespace ActorColorize.Imaging.Archives;

/// <summary>How predicted colours are applied to a picture.</summary>
public sealed record RecomposeOptions
{
    /// <summary>Blend from the picture's own colours (0; none if it is grey) to the predicted ones (1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not within 0…1.</exception>
    public double Strength
    {
        get;
        init =>
            field = value is >= 0 and <= 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Strength must be within 0 and 1.");
    } = 1;

    /// <summary>Factor on the predicted colours: below 1 paler, above 1 more vivid.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not within 0…4.</exception>
    public double Saturation
    {
        get;
        init =>
            field = value is >= 0 and <= 4
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Saturation must be within 0 and 4.");
    } = 1;

    /// <summary>
    /// Quality of JPEG and lossy WebP output, 1…100; null: at least 92, and for JPEG with no coarser quantisation than the original's.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not within 1…100.</exception>
    public int? JpegQuality
    {
        get;
        init =>
            field = value is null or >= 1 and <= 100
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "The JPEG quality must be within 1 and 100.");
    }

    /// <summary>The usual value of <see cref="StreamAbovePixels"/>.</summary>
    internal const long UsualStreamAbovePixels = 64_000_000;

    /// <summary>Upright JPEG, PNG and TIFF pictures of more pixels go through strip by strip. The result is the same.</summary>
    internal long StreamAbovePixels { get; init; } = UsualStreamAbovePixels;
}
