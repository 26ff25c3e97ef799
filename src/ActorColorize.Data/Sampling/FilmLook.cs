using System.Runtime.InteropServices;

namespace ActorColorize.Data.Sampling;

/// <summary>Weights of linear red, green and blue light in what a film records; they add up to 1.</summary>
/// <param name="Red">Weight of red.</param>
/// <param name="Green">Weight of green.</param>
/// <param name="Blue">Weight of blue.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SpectralResponse(double Red, double Green, double Blue)
{
    /// <summary>Orthochromatic film, common until about 1930: blind to red.</summary>
    public static SpectralResponse Orthochromatic { get; } = new(0, 0.5, 0.5);

    /// <summary>Film sensitive to blue alone, as all was until about 1873.</summary>
    public static SpectralResponse BlueSensitive { get; } = new(0, 0, 1);
}

/// <summary>
/// As which old photograph a picture is seen: what the device does to its lightness, in the order of the members. The colours to learn
/// stay those of the picture. Lengths in pixels are those of a picture of <see cref="ReferenceSide"/> and go with the side.
/// </summary>
public sealed record FilmLook
{
    /// <summary>Side in pixels that lengths refer to.</summary>
    public const int ReferenceSide = 128;

    /// <summary>What the film records of red, green and blue light; null: as the eye, lightness stays.</summary>
    public SpectralResponse? Response { get; init; }

    /// <summary>Standard deviation of the blur, pixels; 0: none.</summary>
    public double Blur { get; init; }

    /// <summary>Share of the lightness that the corners lose; towards the middle it falls with the square of the distance.</summary>
    public double Vignette { get; init; }

    /// <summary>Standard deviation of the grain in the middle greys, in units of L; in black and white it is a third.</summary>
    public double Grain { get; init; }

    /// <summary>Lightness of what was black.</summary>
    public double Black { get; init; }

    /// <summary>Lightness of what was white.</summary>
    public double White { get; init; } = 100;

    /// <summary>Number of scratches.</summary>
    public int Scratches { get; init; }

    /// <summary>Number of specks of dust.</summary>
    public int Dust { get; init; }

    /// <summary>Share of the resolution that is left.</summary>
    public double Resolution { get; init; } = 1;

    /// <summary>Quality of JPEG, from 1 to 100; null: no JPEG.</summary>
    public int? JpegQuality { get; init; }

    /// <summary>Chooses grain, scratches and dust.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// The look for a place in a run: always the same for the same seed, epoch and position; null where no effect is drawn.
    /// </summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="position">The place in the epoch, from 0.</param>
    /// <param name="options">How often each effect is drawn.</param>
    public static FilmLook? For(ulong seed, int epoch, int position, FilmOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        double Draw(Number number) => StatelessRandom.Uniform(seed, epoch, position, RandomStream.Film + (long)number);
        double Within(Number number, double from, double to) => from + (to - from) * Draw(number);

        var look = new FilmLook();
        var plain = look;
        if (Draw(Number.Spectrum) < options.Spectrum)
            look = look with { Response = ResponseOf(Draw) };
        if (Draw(Number.Blur) < options.Blur)
            look = look with { Blur = Within(Number.BlurSigma, 0.4, 1.5) };
        if (Draw(Number.Vignette) < options.Vignette)
            look = look with { Vignette = Within(Number.VignetteLoss, 0.1, 0.4) };
        if (Draw(Number.Grain) < options.Grain)
            look = look with { Grain = Within(Number.GrainSigma, 1, 5) };
        if (Draw(Number.Fade) < options.Fade)
            look = look with { Black = Within(Number.FadeBlack, 0, 25), White = Within(Number.FadeWhite, 75, 100) };
        if (Draw(Number.Scratches) < options.Scratches)
            look = look with { Scratches = (int)Within(Number.ScratchCount, 0, 3), Dust = 1 + (int)Within(Number.DustCount, 0, 8) };
        if (Draw(Number.Resolution) < options.LowResolution)
            look = look with { Resolution = Within(Number.ResolutionShare, 0.5, 1) };
        if (Draw(Number.Jpeg) < options.Jpeg)
            look = look with { JpegQuality = (int)Within(Number.JpegQuality, 50, 96) };
        return look == plain
            ? null
            : look with
            {
                Seed = StatelessRandom.Hash(seed, epoch, position, RandomStream.Film + (long)Number.Seed),
            };
    }

    private static SpectralResponse ResponseOf(Func<Number, double> draw)
    {
        switch ((int)(3 * draw(Number.SpectrumKind)))
        {
            case 0:
                return SpectralResponse.Orthochromatic;
            case 1:
                return SpectralResponse.BlueSensitive;
            default:
                // Exponential numbers divided by their sum are spread evenly over the mixtures.
                double red = -Math.Log(1 - draw(Number.MixRed)),
                    green = -Math.Log(1 - draw(Number.MixGreen)),
                    blue = -Math.Log(1 - draw(Number.MixBlue)),
                    sum = red + green + blue;
                return sum > 0 ? new SpectralResponse(red / sum, green / sum, blue / sum) : SpectralResponse.Orthochromatic;
        }
    }

    /// <summary>What a random number is for; its value is part of the stream's number, so the order must stay.</summary>
    private enum Number
    {
        Spectrum,
        SpectrumKind,
        MixRed,
        MixGreen,
        MixBlue,
        Blur,
        BlurSigma,
        Vignette,
        VignetteLoss,
        Grain,
        GrainSigma,
        Fade,
        FadeBlack,
        FadeWhite,
        Scratches,
        ScratchCount,
        DustCount,
        Resolution,
        ResolutionShare,
        Jpeg,
        JpegQuality,
        Seed,
    }
}
