using System.Runtime.InteropServices;

namespace ActorColorize.Data.Sampling;

/// <summary>
/// The random augmentation of one sample: the square crop, whether it is mirrored, the change of its lightness, and the simulated film.
/// </summary>
/// <remarks>
/// The unit of the three lengths is the picture's shorter side, and the origin is the upper left corner of its <b>centred square</b> (the
/// largest one, in the middle of the longer side). So the numbers are independent of the picture's size, and the crop always lies inside
/// the centred square: 0 ≤ Left, Top and Left + Extent, Top + Extent ≤ 1.
/// </remarks>
/// <param name="Left">Left edge of the crop.</param>
/// <param name="Top">Upper edge of the crop.</param>
/// <param name="Extent">Side of the crop.</param>
/// <param name="Flip">Whether the crop is mirrored left to right afterwards.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Augmentation(double Left, double Top, double Extent, bool Flip)
{
    /// <summary>Change of the lightness that the network sees; not used by decoding.</summary>
    public LightnessCurve Lightness { get; init; }

    /// <summary>As which photograph the network sees the picture; null: as it is. Decoding does not look at it.</summary>
    public FilmLook? Film { get; init; }

    /// <summary>The whole centred square, not mirrored.</summary>
    public static Augmentation None { get; } = new(0, 0, 1, Flip: false);

    /// <summary>Whether a picture is mirrored in this epoch, when it is mirrored in every other epoch.</summary>
    /// <param name="seed">The run's seed; with the picture it says which epoch begins.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="item">The picture.</param>
    public static bool AlternatingFlip(ulong seed, int epoch, int item) =>
        ((StatelessRandom.Hash(seed, item, 0, RandomStream.AlternateFlip) >> 63) ^ ((ulong)epoch & 1)) == 1;

    /// <summary>The augmentation of a sample: a pure function of seed, epoch and position.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="position">The position in the epoch, from 0.</param>
    /// <param name="options">Ranges of the augmentation.</param>
    /// <param name="progress">Completed share of the schedule, 0 to 1; effects that start later are left out.</param>
    public static Augmentation For(ulong seed, int epoch, int position, AugmentationOptions options, double progress = 0)
    {
        ArgumentNullException.ThrowIfNull(options);
        var extent = 1 - ((1 - options.MinimumExtent) * StatelessRandom.Uniform(seed, epoch, position, RandomStream.CropExtent));
        var left = (1 - extent) * StatelessRandom.Uniform(seed, epoch, position, RandomStream.CropLeft);
        var top = (1 - extent) * StatelessRandom.Uniform(seed, epoch, position, RandomStream.CropTop);
        var flip = options.Flip && (StatelessRandom.Hash(seed, epoch, position, RandomStream.Flip) >> 63) == 1;
        return new Augmentation(left, top, extent, flip)
        {
            Lightness = LightnessCurve.For(seed, epoch, position, options.LightnessJitter),
            Film = options.Film is { } film && progress >= film.Start ? FilmLook.For(seed, epoch, position, film) : null,
        };
    }
}
