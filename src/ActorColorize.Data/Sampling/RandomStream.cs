namespace ActorColorize.Data.Sampling;

/// <summary>
/// The streams of <see cref="StatelessRandom"/> used by this library. Changing a number changes the results of every seed: never do so.
/// </summary>
internal static class RandomStream
{
    public const long EpochOrder = 1;
    public const long CropExtent = 2;
    public const long CropLeft = 3;
    public const long CropTop = 4;
    public const long Flip = 5;
    public const long LightnessGamma = 6;
    public const long LightnessGain = 7;
    public const long AlternateFlip = 8;
    public const long SourceOrder = 9;
    public const long SourceSeed = 10;

    /// <summary>First of the streams of <see cref="FilmLook"/>, which takes those up to 99.</summary>
    public const long Film = 32;
}
