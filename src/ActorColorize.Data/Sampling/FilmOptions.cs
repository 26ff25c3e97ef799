namespace ActorColorize.Data.Sampling;

/// <summary>
/// How often training shows the network a picture as an old photograph would have it. Each number but <see cref="Start"/> is the
/// probability of an effect, from 0 to 1, drawn for each visit of a picture and independently of the others; how strong an effect is,
/// is drawn too (<see cref="FilmLook"/>).
/// </summary>
public sealed record FilmOptions
{
    /// <summary>Old prints, one and all: what a model is tested on, with more effects and more often than it was trained.</summary>
    public static FilmOptions Aged { get; } =
        new()
        {
            Start = 0,
            Spectrum = 1,
            Blur = 0.5,
            Vignette = 0.5,
            Grain = 0.7,
            Fade = 0.5,
            Scratches = 0.3,
            LowResolution = 0.3,
            Jpeg = 0.5,
        };

    /// <summary>Share of the schedule after which the effects begin, from 0 to 1.</summary>
    public double Start { get; init; } = 0.3;

    /// <summary>
    /// Film that does not see light as the eye does: one third each orthochromatic, sensitive to blue alone, and in between.
    /// </summary>
    public double Spectrum { get; init; } = 0.3;

    /// <summary>An unsharp lens or print.</summary>
    public double Blur { get; init; } = 0.2;

    /// <summary>A lens that darkens the corners.</summary>
    public double Vignette { get; init; } = 0.15;

    /// <summary>Film grain.</summary>
    public double Grain { get; init; } = 0.2;

    /// <summary>A faded print: black turns grey, white turns yellow.</summary>
    public double Fade { get; init; } = 0.2;

    /// <summary>Scratches and dust.</summary>
    public double Scratches { get; init; } = 0.1;

    /// <summary>A small scan, enlarged.</summary>
    public double LowResolution { get; init; } = 0.15;

    /// <summary>Blocks as JPEG makes them.</summary>
    public double Jpeg { get; init; } = 0.15;
}
