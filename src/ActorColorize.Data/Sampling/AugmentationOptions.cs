namespace ActorColorize.Data.Sampling;

/// <summary>Ranges of the augmentation of training pictures.</summary>
public sealed record AugmentationOptions
{
    /// <summary>Whether half of the pictures, chosen at random, are mirrored left to right.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>
    /// Whether each picture is mirrored in every other epoch, instead of at random: which it begins with is random. Without effect where
    /// nothing is mirrored.
    /// </summary>
    public bool AlternateFlip { get; init; }

    /// <summary>The smallest crop, as a share of the picture's centred square: above 0, at most 1. With 1 nothing is cropped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0 and at most 1.</exception>
    public double MinimumExtent
    {
        get;
        init
        {
            if (value is not (> 0 and <= 1))
                throw new ArgumentOutOfRangeException(
                    nameof(value),
                    value,
                    "The smallest crop (MinimumExtent) must be above 0 and at most 1."
                );
            field = value;
        }
    } = 1.0;

    /// <summary>How often, and from when on, the network sees a picture as an old photograph; null: never.</summary>
    public FilmOptions? Film { get; init; }

    /// <summary>
    /// Strength of the random change of the lightness that the network sees, see <see cref="LightnessCurve"/>: from 0 (none) to 1. The
    /// colours to learn stay those of the picture.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not within 0…1.</exception>
    public double LightnessJitter
    {
        get;
        init
        {
            if (value is not (>= 0 and <= 1))
                throw new ArgumentOutOfRangeException(
                    nameof(value),
                    value,
                    "The jitter of lightness (LightnessJitter) must be from 0 to 1."
                );
            field = value;
        }
    }
}
