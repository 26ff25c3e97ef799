using ActorColorize.Data.Sampling;
using ActorColorize.Model.Color;
using ActorColorize.Model.Training;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Training;

/// <summary>Expected numbers: the formulas in double precision, pixel by pixel and without matrices.</summary>
[Collection(LibTorchSerially.Name)]
public sealed class FilmSimulationTests
{
    private const int Side = 32;

    /// <summary>Rounding of single precision in a few dozen sums, in units of L.</summary>
    private const double Tolerance = 2e-3;

    private static readonly byte[] Rgb = SyntheticScenes.Batch(3, 1, Side);

    [Theory]
    [InlineData(0, 0.5, 0.5)]
    [InlineData(0, 0, 1)]
    [InlineData(0.2, 0.7, 0.1)]
    public void A_film_s_lightness_is_that_of_the_weighted_sum_of_linear_light(double red, double green, double blue)
    {
        var film = Apply(new FilmLook { Response = new SpectralResponse(red, green, blue) });

        for (var pixel = 0; pixel < Side * Side; pixel++)
        {
            double Channel(int channel) => LinearLight(Rgb[3 * pixel + channel]);
            Assert.Equal(Lightness(red * Channel(0) + green * Channel(1) + blue * Channel(2)), film[pixel], 0.01);
        }
    }

    /// <summary>Skin, brick and lips go dark, the sky goes white, on films that are blind to red.</summary>
    [Fact]
    public void Red_turns_dark_and_blue_turns_light_on_a_film_that_is_blind_to_red()
    {
        var (red, blue) = (Seen([200, 40, 40]), Seen([90, 130, 220]));
        Assert.True(red.Film < red.Eye - 20, $"{red}");
        Assert.True(blue.Film > blue.Eye + 5, $"{blue}");

        static (float Eye, float Film) Seen(byte[] color)
        {
            byte[] rgb = [.. Enumerable.Repeat(color, Side * Side).SelectMany(static pixel => pixel)];
            return (Apply(null, rgb)[0], Apply(new FilmLook { Response = SpectralResponse.Orthochromatic }, rgb)[0]);
        }
    }

    [Fact]
    public void Blur_is_a_normal_filter()
    {
        var (plain, film) = (Apply(null), Apply(new FilmLook { Blur = 4.8 })); // 1.2 pixels at this side

        for (var y = 0; y < Side; y += 3)
        for (var x = 0; x < Side; x += 3)
        {
            double sum = 0,
                weights = 0;
            for (var v = 0; v < Side; v++)
            for (var u = 0; u < Side; u++)
            {
                var weight = Math.Exp(-((u - x) * (u - x) + (v - y) * (v - y)) / (2 * 1.2 * 1.2));
                sum += weight * plain[v * Side + u];
                weights += weight;
            }

            Assert.Equal(sum / weights, film[y * Side + x], Tolerance);
        }
    }

    [Fact]
    public void Corners_lose_the_vignette_s_share_and_a_faded_print_its_range()
    {
        var (plain, vignette, faded) = (
            Apply(null),
            Apply(new FilmLook { Vignette = 0.4 }),
            Apply(new FilmLook { Black = 20, White = 85 })
        );

        for (var y = 0; y < Side; y++)
        for (var x = 0; x < Side; x++)
        {
            double dx = (x + 0.5) / (Side / 2.0) - 1,
                dy = (y + 0.5) / (Side / 2.0) - 1;
            var pixel = y * Side + x;
            Assert.Equal(plain[pixel] * (1 - 0.4 * (dx * dx + dy * dy) / 2), vignette[pixel], Tolerance);
            Assert.Equal(20 + 65 * plain[pixel] / 100, faded[pixel], Tolerance);
        }
    }

    /// <summary>
    /// Over 64 × 64 pixels of middle grey: the deviation within 5 %. Neighbours of a filter with weights 1, e^(−1/0.72), e^(−4/0.72)
    /// correlate by 0.445.
    /// </summary>
    [Fact]
    public void Grain_has_the_requested_deviation_and_neighbouring_grains_are_correlated()
    {
        const int side = 64;
        var grey = Flat(50, side);
        var noise = Grain(grey, 4);
        double Mean(IEnumerable<double> numbers) => numbers.Average();

        Assert.Equal(0, Mean(noise), 0.25);
        Assert.Equal(4, Math.Sqrt(Mean(noise.Select(static n => n * n))), 0.2);
        var neighbours = Mean(Enumerable.Range(0, side * side - 1).Where(i => i % side < side - 1).Select(i => noise[i] * noise[i + 1]));
        Assert.Equal(0.445, neighbours / Mean(noise.Select(static n => n * n)), 0.06);
        Assert.Equal(noise, Grain(grey, 4));
        Assert.NotEqual(noise, Grain(grey, 4, seed: 2));

        // 4 l (1 − l) is 0.36 at L = 90, so the grain has 1/3 + 2/3 · 0.36 of its deviation, at the same places.
        var light = Grain(Flat(90, side), 2);
        var middle = Grain(grey, 2);
        for (var i = 0; i < light.Length; i++)
            Assert.Equal((1 / 3.0 + 2 / 3.0 * 0.36) * middle[i], light[i], Math.Abs(middle[i]) > 15 ? 100 : Tolerance);

        static double[] Grain(float[] lightness, double sigma, ulong seed = 1) =>
            [
                .. Apply(new FilmLook { Grain = sigma, Seed = seed }, lightness, side)
                    .Zip(lightness, static (film, plain) => (double)film - plain),
            ];
    }

    [Theory]
    [InlineData(50)]
    [InlineData(90)]
    [InlineData(30)]
    public void Jpeg_rounds_the_cosine_transform_of_each_block(int quality)
    {
        // The first rows and columns of ITU-T T.81, table K.1: what a block of these frequencies needs.
        int[,] table =
        {
            { 16, 11, 10 },
            { 12, 12, 14 },
            { 14, 13, 16 },
        };
        double Step(int v, int u) =>
            Math.Clamp(Math.Floor((table[v, u] * (quality < 50 ? Math.Floor(5000.0 / quality) : 200 - 2 * quality) + 50) / 100), 1, 255);
        double[,] amplitudes =
        {
            { 83, -40, 22 },
            { 56, 34, -17 },
            { -28, 14, 9 },
        };
        var (lightness, expected) = (Block(amplitudes), Block(Rounded()));

        var film = Apply(new FilmLook { JpegQuality = quality }, lightness, 8);

        for (var pixel = 0; pixel < 64; pixel++)
            Assert.Equal(expected[pixel], film[pixel], 0.01);
        Assert.NotEqual(lightness, film);

        double[,] Rounded()
        {
            var rounded = new double[3, 3];
            for (var v = 0; v < 3; v++)
            for (var u = 0; u < 3; u++)
                rounded[v, u] = Step(v, u) * Math.Round(amplitudes[v, u] / Step(v, u));
            return rounded;
        }

        // Inverse transform as in T.81, A.3.3, from coefficients to codes, and from codes to L.
        static float[] Block(double[,] coefficients)
        {
            var block = new float[64];
            for (var y = 0; y < 8; y++)
            for (var x = 0; x < 8; x++)
            {
                var code = 128.0;
                for (var v = 0; v < 3; v++)
                for (var u = 0; u < 3; u++)
                    code +=
                        0.25
                        * (u == 0 ? Math.Sqrt(0.5) : 1)
                        * (v == 0 ? Math.Sqrt(0.5) : 1)
                        * coefficients[v, u]
                        * Math.Cos((2 * x + 1) * u * Math.PI / 16)
                        * Math.Cos((2 * y + 1) * v * Math.PI / 16);
                block[y * 8 + x] = (float)(code * 100 / 255);
            }

            return block;
        }
    }

    [Fact]
    public void A_small_scan_keeps_flat_and_even_areas_and_loses_fine_ones()
    {
        float[] ramp = [.. Enumerable.Range(0, Side * Side).Select(static i => 10 + 2f * (i % Side))],
            checks = [.. Enumerable.Range(0, Side * Side).Select(static i => (i / Side + i % Side) % 2 == 0 ? 80f : 20f)];
        var half = new FilmLook { Resolution = 0.5 };

        var (ramped, checkered) = (Apply(half, ramp, Side), Apply(half, checks, Side));

        foreach (var column in Enumerable.Range(4, Side - 8))
            Assert.Equal(ramp[8 * Side + column], ramped[8 * Side + column], Tolerance);
        foreach (var row in Enumerable.Range(4, Side - 8))
            Assert.Equal(50, checkered[row * Side + row], 0.5);
    }

    [Fact]
    public void Scratches_and_dust_cover_few_pixels_and_leave_the_others()
    {
        var grey = Flat(50, 64);
        var film = Apply(
            new FilmLook
            {
                Scratches = 2,
                Dust = 5,
                Seed = 6,
            },
            grey,
            64
        );

        Assert.InRange(film.Count(static lightness => lightness != 50), 20, 64 * 64 / 8);
        Assert.Contains(film, static lightness => lightness > 70);
        Assert.Equal(
            film,
            Apply(
                new FilmLook
                {
                    Scratches = 2,
                    Dust = 5,
                    Seed = 6,
                },
                grey,
                64
            )
        );
        Assert.NotEqual(
            film,
            Apply(
                new FilmLook
                {
                    Scratches = 2,
                    Dust = 5,
                    Seed = 7,
                },
                grey,
                64
            )
        );
    }

    [Fact]
    public void A_picture_s_look_does_not_depend_on_the_batch_it_is_in_and_others_keep_every_bit()
    {
        var options = new FilmOptions
        {
            Spectrum = 0.5,
            Blur = 0.5,
            Vignette = 0.5,
            Grain = 0.5,
            Fade = 0.5,
            Scratches = 0.5,
            LowResolution = 0.5,
            Jpeg = 0.5,
        };
        FilmLook?[] films = [.. Enumerable.Range(0, 8).Select(i => i == 3 ? null : FilmLook.For(1, 0, i, options))];
        using var scope = NewDisposeScope();
        var rgb = tensor(SyntheticScenes.Batch(0, 8, Side)).view(8, Side, Side, 3);
        var lightness = LabColor.Lightness(rgb);

        var together = FilmSimulation.Apply(rgb, lightness, films);

        for (var i = 0; i < 8; i++)
        {
            var alone = FilmSimulation.Apply(rgb.narrow(0, i, 1), lightness.narrow(0, i, 1), [films[i]]);
            var (a, b) = (together.narrow(0, i, 1).contiguous().data<float>().ToArray(), alone.contiguous().data<float>().ToArray());
            for (var pixel = 0; pixel < a.Length; pixel++)
                Assert.Equal(a[pixel], b[pixel], 1e-4);
            Assert.All(a, static value => Assert.InRange(value, 0, 100));
        }

        Assert.True(
            together
                .narrow(0, 3, 1)
                .contiguous()
                .data<float>()
                .ToArray()
                .AsSpan()
                .SequenceEqual(lightness.narrow(0, 3, 1).contiguous().data<float>().ToArray())
        );
    }

    [Fact]
    public void Film_looks_change_the_input_but_not_the_targets_and_are_repeatable()
    {
        var configuration = Sessions.Narrow with { MicroBatchSize = 2 };
        var rgb = SyntheticScenes.Batch(0, 4, Side);
        FilmLook?[] films =
        [
            new FilmLook { Response = SpectralResponse.BlueSensitive, Grain = 5 },
            null,
            new FilmLook { Response = SpectralResponse.Orthochromatic, Black = 20 },
            new FilmLook { JpegQuality = 50, Blur = 1 },
        ];
        using var plain = Sessions.New(configuration);
        using var unchanged = Sessions.New(configuration);
        using var first = Sessions.New(configuration);
        using var second = Sessions.New(configuration);

        var without = plain.Train(rgb, 4, Side);
        Assert.Equal(without, unchanged.Train(rgb, 4, Side, films_B: new FilmLook?[4]));
        var filmed = first.Train(rgb, 4, Side, films_B: films);

        Assert.Equal(filmed, second.Train(rgb, 4, Side, films_B: films));
        Assert.NotEqual(without.LossSum, filmed.LossSum);
        // The sum of the pixels' weights tells the targets apart: every bin of the prior weighs something else.
        Assert.Equal(without.LossSum / without.WeightedMean, filmed.LossSum / filmed.WeightedMean, 1e-2);
        Sessions.AssertSameBits(plain.Export(), unchanged.Export());
        Sessions.AssertSameBits(first.Export(), second.Export());
        Assert.Throws<ArgumentException>(() => plain.Train(rgb, 4, Side, films_B: films[..3]));
    }

    private static float[] Flat(float lightness, int side) => [.. Enumerable.Repeat(lightness, side * side)];

    private static float[] Apply(FilmLook? film, byte[]? rgb = null)
    {
        using var scope = NewDisposeScope();
        var rgb_BHWC = tensor(rgb ?? Rgb).view(1, Side, Side, 3);
        return FilmSimulation.Apply(rgb_BHWC, LabColor.Lightness(rgb_BHWC), [film]).contiguous().data<float>().ToArray();
    }

    private static float[] Apply(FilmLook film, float[] lightness, int side)
    {
        using var scope = NewDisposeScope();
        var rgb_BHWC = zeros(1, side, side, 3, dtype: ScalarType.Byte);
        return FilmSimulation.Apply(rgb_BHWC, tensor(lightness).view(1, 1, side, side), [film]).contiguous().data<float>().ToArray();
    }

    /// <summary>IEC 61966-2-1.</summary>
    private static double LinearLight(byte code)
    {
        var value = code / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }

    /// <summary>CIE 15: L* of a luminance relative to white.</summary>
    private static double Lightness(double y) => y > 216.0 / 24389 ? 116 * Math.Cbrt(y) - 16 : 24389.0 / 27 * y;
}
