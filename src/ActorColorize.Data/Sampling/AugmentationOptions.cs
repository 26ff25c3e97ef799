namespace ActorColorize.Data.Sampling;

/// <summary>How far training pictures may be varied.</summary>
public sealed record AugmentationOptions
{
    /// <summary>Whether every other picture, at random, is mirrored left to right.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>The smallest crop, as a share of the picture's centred square: above 0, at most 1. With 1 nothing is cropped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0 and at most 1.</exception>
    public double MinimumExtent
    {
        get;
        init
        {
            if (value is not (> 0 and <= 1))
                throw new ArgumentOutOfRangeException(nameof(value), value, "The smallest crop (MinimumExtent) must be above 0 and at most 1.");
            field = value;
        }
    } = 1.0;
}
