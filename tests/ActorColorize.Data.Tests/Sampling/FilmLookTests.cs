using ActorColorize.Data.Sampling;
using CsCheck;

namespace ActorColorize.Data.Tests.Sampling;

public sealed class FilmLookTests
{
    private static readonly FilmOptions Always = new()
    {
        Start = 0,
        Spectrum = 1,
        Blur = 1,
        Vignette = 1,
        Grain = 1,
        Fade = 1,
        Scratches = 1,
        LowResolution = 1,
        Jpeg = 1,
    };

    private static readonly FilmOptions Never = new()
    {
        Start = 0,
        Spectrum = 0,
        Blur = 0,
        Vignette = 0,
        Grain = 0,
        Fade = 0,
        Scratches = 0,
        LowResolution = 0,
        Jpeg = 0,
    };

    [Fact]
    public void A_place_always_has_the_same_look_within_bounds() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 1000], Gen.Int[0, 100_000])
            .Sample(
                (seed, epoch, position) =>
                {
                    var look = FilmLook.For(seed, epoch, position, Always)!;
                    var response = look.Response!.Value;
                    return look == FilmLook.For(seed, epoch, position, Always)
                        && Math.Abs(response.Red + response.Green + response.Blue - 1) < 1e-12
                        && Math.Min(response.Red, Math.Min(response.Green, response.Blue)) >= 0
                        && look.Blur is >= 0.4 and <= 1.5
                        && look.Vignette is >= 0.1 and <= 0.4
                        && look.Grain is >= 1 and <= 5
                        && look.Black is >= 0 and <= 25
                        && look.White is >= 75 and <= 100
                        && look.Scratches is >= 0 and <= 2
                        && look.Dust is >= 1 and <= 8
                        && look.Resolution is >= 0.5 and <= 1
                        && look.JpegQuality is >= 50 and <= 95;
                }
            );

    [Fact]
    public void No_effect_is_no_look_and_leaves_the_rest_as_it_is()
    {
        for (var position = 0; position < 100; position++)
        {
            var plain = Augmentation.For(5, 2, position, new AugmentationOptions { LightnessJitter = 0.3 });
            var never = Augmentation.For(5, 2, position, new AugmentationOptions { LightnessJitter = 0.3, Film = Never });
            var always = Augmentation.For(5, 2, position, new AugmentationOptions { LightnessJitter = 0.3, Film = Always });
            Assert.Null(plain.Film);
            Assert.Equal(plain, never);
            Assert.NotNull(always.Film);
            Assert.Equal(plain, always with { Film = null });
        }
    }

    /// <summary>Shares of 20,000 draws, within five standard errors (0.016 at most).</summary>
    [Fact]
    public void Effects_are_as_frequent_as_asked_for_and_independent_with_seed_3()
    {
        const int count = 20_000;
        var options = Never with { Spectrum = 0.3, Grain = 0.2 };
        var looks = Enumerable.Range(0, count).Select(position => FilmLook.For(3, 1, position, options)).ToArray();

        double Share(Func<FilmLook, bool> has) => looks.Count(look => look is not null && has(look)) / (double)count;

        Assert.Equal(0.3, Share(static look => look.Response is not null), 0.017);
        Assert.Equal(0.2, Share(static look => look.Grain > 0), 0.017);
        Assert.Equal(0.06, Share(static look => look.Response is not null && look.Grain > 0), 0.01);
        Assert.Equal(0.1, Share(static look => look.Response == SpectralResponse.Orthochromatic), 0.011);
        Assert.Equal(0.1, Share(static look => look.Response == SpectralResponse.BlueSensitive), 0.011);
        Assert.Equal(0, Share(static look => look.Blur > 0 || look.JpegQuality is not null || look.Dust > 0));
        var mixed = looks.Where(static look => look?.Response is { Red: > 0 }).Select(static look => look!.Response!.Value).ToArray();
        Assert.Equal(1.0 / 3, mixed.Average(static response => response.Red), 0.03);
        Assert.Equal(1.0 / 3, mixed.Average(static response => response.Green), 0.03);
    }

    [Fact]
    public void Films_begin_in_the_course_of_the_schedule()
    {
        var options = new AugmentationOptions { Film = Always with { Start = 0.3 } };
        Assert.Null(Augmentation.For(1, 0, 0, options, progress: 0.2999).Film);
        Assert.Equal(FilmLook.For(1, 0, 0, Always), Augmentation.For(1, 0, 0, options, progress: 0.3).Film);
    }
}
