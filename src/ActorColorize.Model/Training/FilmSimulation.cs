using ActorColorize.Data.Sampling;
using ActorColorize.Model.Color;
using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Training;

// Shapes: B pictures, N pictures that an effect is for, H height = width.

/// <summary>
/// Simulates old photographs: applies each <see cref="FilmLook"/> to the pictures' lightness on the device, each effect only to the
/// pictures that have it. A pure function of its arguments; on a CPU equal arguments give equal bits. Filters are matrix products with one
/// matrix per picture, Y = A X Aᵀ.
/// </summary>
internal static class FilmSimulation
{
    private const double White = 100;

    /// <summary>Codes of an 8-bit picture: JPEG's tables are in their units.</summary>
    private const double Code = 255 / White;

    /// <summary>Standard deviation, in pixels, of the filter that correlates neighbouring grains.</summary>
    private const double GrainCorrelation = 0.6;

    /// <summary>Grain in black and white, as a share of that in the middle greys.</summary>
    private const double GrainFloor = 1.0 / 3;

    /// <summary>Checks that there is one look for each picture.</summary>
    /// <exception cref="ArgumentException">The number differs from the batch size and is not 0.</exception>
    public static void Require(IReadOnlyList<FilmLook?>? films_B, int batch)
    {
        if (films_B is { Count: > 0 } && films_B.Count != batch)
            throw new ArgumentException($"{films_B.Count} film looks for {batch} pictures", nameof(films_B));
    }

    /// <summary>The lightness after the simulation.</summary>
    /// <param name="rgb_BHWC">uint8 [B, H, H, 3], on the device; H a multiple of 8.</param>
    /// <param name="lightness_B1HW">float32 [B, 1, H, H], 0..100: the pictures' own lightness.</param>
    /// <param name="films_B">The look of each picture; null for an unchanged picture.</param>
    /// <returns>float32 [B, 1, H, H], 0..100; owned by the caller's scope. Pictures without a look keep every bit.</returns>
    public static Tensor Apply(Tensor rgb_BHWC, Tensor lightness_B1HW, IReadOnlyList<FilmLook?> films_B)
    {
        using var scope = NewDisposeScope();
        var batch = new Batch(lightness_B1HW, films_B);
        batch.Change(
            static film => film.Response is not null,
            (x, films, index) => LabColor.Lightness(rgb_BHWC.index_select(0, index), Responses(films, x.device))
        );
        batch.Change(
            static film => film.Blur > 0,
            static (x, films, _) => Filter(x, films, static (film, side) => FilmFilters.Gaussian(side, film.Blur * Scale(side)))
        );
        batch.Change(
            static film => film.Vignette > 0,
            static (x, films, _) => x * (Column(films, -1, static film => film.Vignette, x.device) * DistanceSquared(x)).Plus(K(1))
        );
        batch.Change(static film => film.Grain > 0, static (x, films, _) => WithGrain(x, films));
        batch.Change(
            static film => film.Black != 0 || film.White != White,
            static (x, films, _) =>
                (x * Column(films, 1 / White, static film => film.White - film.Black, x.device)).Add(
                    Column(films, 1, static film => film.Black, x.device)
                )
        );
        batch.Change(static film => film.Scratches > 0 || film.Dust > 0, static (x, films, _) => WithDamage(x, films));
        batch.Change(
            static film => film.Resolution < 1,
            static (x, films, _) =>
                Filter(x, films, static (film, side) => FilmFilters.Resampling(side, Math.Max(8, (int)Math.Round(side * film.Resolution))))
        );
        batch.Change(static film => film.JpegQuality is not null, static (x, films, _) => AsJpeg(x, films));
        return batch.Lightness_B1HW.MoveToOuterDisposeScope();
    }

    private static double Scale(long side) => side / (double)FilmLook.ReferenceSide;

    private static Tensor Responses(IReadOnlyList<FilmLook> films, Device device) =>
        tensor(
            films
                .Select(static film => film.Response!.Value)
                .SelectMany(static response => new[] { (float)response.Red, (float)response.Green, (float)response.Blue })
                .ToArray(),
            [films.Count, 3],
            device: device
        );

    /// <summary>One number for each picture, [N, 1, 1].</summary>
    private static Tensor Column(IReadOnlyList<FilmLook> films, double factor, Func<FilmLook, double> value, Device device) =>
        tensor(films.Select(film => (float)(factor * value(film))).ToArray(), [films.Count, 1, 1], device: device);

    private static Tensor Filter(Tensor x_NHH, IReadOnlyList<FilmLook> films, Func<FilmLook, int, float[]> matrix)
    {
        var side = (int)x_NHH.shape[1];
        var a_NHH = tensor(films.SelectMany(film => matrix(film, side)).ToArray(), [films.Count, side, side], device: x_NHH.device);
        return a_NHH.bmm(x_NHH).bmm(a_NHH.transpose(1, 2));
    }

    /// <summary>Square of the distance to the middle, 1 in the corners, [H, H].</summary>
    private static Tensor DistanceSquared(Tensor x_NHH)
    {
        var side = (int)x_NHH.shape[1];
        var coordinates = Enumerable.Range(0, side).Select(i => (float)((2.0 * i + 1 - side) / side)).ToArray();
        var squares_H = tensor(coordinates.Select(static c => c * c / 2).ToArray(), device: x_NHH.device);
        return squares_H.unsqueeze(0).Plus(squares_H.unsqueeze(1));
    }

    private static Tensor WithGrain(Tensor x_NHH, IReadOnlyList<FilmLook> films)
    {
        var side = (int)x_NHH.shape[1];
        var noise = new float[films.Count * side * side];
        for (var i = 0; i < films.Count; i++)
            FilmFilters.Noise(noise.AsSpan(i * side * side, side * side), films[i].Seed);
        var filter = FilmFilters.Gaussian(side, GrainCorrelation);
        // Far from the borders the filter keeps this share of the deviation along each side.
        var kept = Math.Sqrt(Enumerable.Range(0, side).Sum(column => Math.Pow(filter[side / 2 * side + column], 2)));
        var grain_NHH = Filter(tensor(noise, x_NHH.shape, device: x_NHH.device), films, (_, _) => filter);
        // 4 l (1 − l) is 1 in the middle greys and 0 in black and white.
        var l_NHH = (x_NHH / K(White)).clamp_(K(0), K(1));
        var share_NHH = (l_NHH * K(1).Minus(l_NHH)).mul_(K(4 * (1 - GrainFloor))).Add(K(GrainFloor));
        return x_NHH.Plus(grain_NHH * share_NHH * Column(films, 1 / (kept * kept), static film => film.Grain, x_NHH.device));
    }

    private static Tensor WithDamage(Tensor x_NHH, IReadOnlyList<FilmLook> films)
    {
        var side = (int)x_NHH.shape[1];
        var pixels = side * side;
        float[] cover = new float[films.Count * pixels],
            paint = new float[films.Count * pixels];
        for (var i = 0; i < films.Count; i++)
            FilmFilters.Damage(cover.AsSpan(i * pixels, pixels), paint.AsSpan(i * pixels, pixels), side, films[i]);
        var cover_NHH = tensor(cover, x_NHH.shape, device: x_NHH.device);
        var paint_NHH = tensor(paint, x_NHH.shape, device: x_NHH.device);
        return x_NHH.Plus((paint_NHH - x_NHH) * cover_NHH);
    }

    private static Tensor AsJpeg(Tensor x_NHH, IReadOnlyList<FilmLook> films)
    {
        var side = (int)x_NHH.shape[1];
        var cosines_HH = tensor(FilmFilters.BlockCosines(side), [side, side], device: x_NHH.device);
        var cosinesBack_HH = cosines_HH.t();
        var steps_NHH = tensor(
            films.SelectMany(film => FilmFilters.QuantizationSteps(side, film.JpegQuality!.Value)).ToArray(),
            x_NHH.shape,
            device: x_NHH.device
        );
        var coefficients_NHH = cosines_HH.matmul((x_NHH * K(Code) - K(128)).matmul(cosinesBack_HH));
        var rounded_NHH = (coefficients_NHH / steps_NHH).round_().mul_(steps_NHH);
        return cosinesBack_HH.matmul(rounded_NHH.matmul(cosines_HH)).Add(K(128)).div_(K(Code));
    }

    /// <summary>A batch while the effects are applied.</summary>
    private sealed class Batch(Tensor lightness_B1HW, IReadOnlyList<FilmLook?> films_B)
    {
        public Tensor Lightness_B1HW { get; private set; } = lightness_B1HW.alias();

        /// <summary>Applies an effect to the pictures that have it; lightness stays within 0..100.</summary>
        /// <param name="has">Whether a picture has the effect.</param>
        /// <param name="effect">From their lightness [N, H, H], their looks and their numbers to the new lightness.</param>
        public void Change(Func<FilmLook, bool> has, Func<Tensor, IReadOnlyList<FilmLook>, Tensor, Tensor> effect)
        {
            var chosen = Enumerable.Range(0, films_B.Count).Where(i => films_B[i] is { } film && has(film)).ToList();
            if (chosen.Count == 0)
                return;
            using var scope = NewDisposeScope();
            var index = tensor(chosen.Select(static i => (long)i).ToArray(), device: Lightness_B1HW.device);
            var x_NHH = Lightness_B1HW.index_select(0, index).squeeze(1);
            var changed = effect(x_NHH, [.. chosen.Select(i => films_B[i]!)], index).clamp(K(0), K(White));
            Lightness_B1HW = Lightness_B1HW
                .index_copy(0, index, changed.reshape(chosen.Count, 1, x_NHH.shape[1], x_NHH.shape[2]))
                .MoveToOuterDisposeScope();
        }
    }
}
