using ActorColorize.Imaging.Training;

namespace ActorColorize.Imaging.Tests.Training;

public sealed class MonochromeTests
{
    private static readonly byte[] Colour = Drawing.Landscape(96, 64);

    [Fact]
    public void A_picture_in_colour_is_not_monochrome() => Assert.False(Monochrome.IsMonochrome(Colour));

    [Fact]
    public void A_grey_picture_is_monochrome() => Assert.True(Monochrome.IsMonochrome(Drawing.Grey(Colour)));

    [Fact]
    public void A_sepia_picture_is_monochrome() =>
        Assert.True(Monochrome.IsMonochrome(Drawing.Each(Colour, luma => (Math.Min(255, luma * 1.08 + 8), luma * 0.92 + 4, luma * 0.72))));

    [Fact]
    public void Slight_noise_with_seed_3_does_not_make_a_grey_picture_coloured() =>
        Assert.True(Monochrome.IsMonochrome(Drawing.Noisy(Drawing.Grey(Colour), 1, 3)));
}
