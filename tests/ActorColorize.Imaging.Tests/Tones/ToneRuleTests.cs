using ActorColorize.Imaging.Tones;

namespace ActorColorize.Imaging.Tests.Tones;

/// <summary>Old photographs of many kinds are recognised, and pale colour photographs are not taken for them.</summary>
public sealed class ToneRuleTests
{
    private const int Width = 144;
    private const int Height = 108;

    private static readonly byte[] Scene = Drawing.Noisy(Drawing.Landscape(Width, Height), 2, seed: 4);

    private static readonly Dictionary<string, Func<double, (double R, double G, double B)>> Tones = new(StringComparer.Ordinal)
    {
        ["grey"] = luma => (luma, luma, luma),
        ["sepia"] = luma => (luma * 1.35, luma * 1.2, luma * 0.94),
        ["toned in the middle"] = luma => (luma + Bump(luma, 20), luma, luma - Bump(luma, 30)),
        ["cyanotype"] = luma => (luma * 0.9, 30 + (luma * 0.85), 70 + (luma * 0.7)),
        ["yellowed"] = luma => (luma, luma * 0.94, luma * 0.78),
    };

    public static TheoryData<string> ToneNames => [.. Tones.Keys];

    [Theory]
    [MemberData(nameof(ToneNames))]
    public void A_photograph_in_one_tone_is_monochrome(string tone) => AssertMonochrome(Toned(tone), isToned: tone != "grey");

    [Theory]
    [MemberData(nameof(ToneNames))]
    public void It_is_so_with_a_white_border(string tone) => AssertMonochrome(Framed(Toned(tone), 250, 250, 250));

    [Theory]
    [MemberData(nameof(ToneNames))]
    public void It_is_so_on_a_brown_mount(string tone) => AssertMonochrome(Framed(Toned(tone), 120, 90, 60));

    [Theory]
    [MemberData(nameof(ToneNames))]
    public void It_is_so_with_a_stamp(string tone)
    {
        var stamped = Toned(tone);
        for (var y = 80; y < 94; y++)
        {
            for (var x = 110; x < 130; x += 2)
                Drawing.Set(stamped, (y * Width) + x, 190, 40, 60);
        }

        AssertMonochrome(stamped);
    }

    [Theory]
    [MemberData(nameof(ToneNames))]
    public void It_is_so_when_the_red_channel_is_one_pixel_aside(string tone)
    {
        var straight = Toned(tone);
        var shifted = straight.ToArray();
        for (var pixel = 1; pixel < Width * Height; pixel++)
            shifted[pixel * 3] = straight[(pixel - 1) * 3];

        AssertMonochrome(shifted);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(0.25)]
    public void A_colour_photograph_is_in_colour_at_any_saturation(double saturation)
    {
        var pale = new byte[Scene.Length];
        for (var i = 0; i < Scene.Length; i += 3)
        {
            var luma = (0.299 * Scene[i]) + (0.587 * Scene[i + 1]) + (0.114 * Scene[i + 2]);
            Drawing.Set(pale, i / 3, Paler(Scene[i]), Paler(Scene[i + 1]), Paler(Scene[i + 2]));

            double Paler(byte level) => luma + (saturation * (level - luma));
        }

        Assert.Equal(ToneKind.Color, ToneRule.Of(pale, Width, Height).Kind);
    }

    [Fact]
    public void A_picture_of_one_color_of_any_size_gets_an_answer()
    {
        foreach (var (width, height) in new[] { (1, 1), (3, 200), (16, 16) })
            Assert.Equal(ToneKind.Monochrome, ToneRule.Of(new byte[width * height * 3], width, height).Kind);
    }

    private static void AssertMonochrome(byte[] rgb, bool? isToned = null)
    {
        var tone = ToneRule.Of(rgb, Width, Height);
        Assert.True(tone.Kind == ToneKind.Monochrome, $"{tone}");
        if (isToned is { } expected)
            Assert.Equal(expected, tone.IsToned);
    }

    private static byte[] Toned(string name) => Drawing.Each(Scene, Tones[name]);

    private static double Bump(double luma, double height) => height * 4 * luma / 255 * (1 - (luma / 255));

    private static byte[] Framed(byte[] rgb, byte r, byte g, byte b)
    {
        const int edge = 9;
        var framed = rgb.ToArray();
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                if (x < edge || y < edge || x >= Width - edge || y >= Height - edge)
                    Drawing.Set(framed, (y * Width) + x, r, g, b);
            }
        }

        return framed;
    }
}
