using ActorColorize.Imaging.Archives;
using NetVips;

namespace ActorColorize.Imaging.Tests.Archives;

/// <summary>Luminance is judged by libvips' own Lab conversion, which the product does not use.</summary>
public sealed class RecomposerTests : IDisposable
{
    private const int Width = 240;
    private const int Height = 160;

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("grey.jpg")]
    [InlineData("grey.png")]
    [InlineData("grey.webp")]
    [InlineData("grey.tif")]
    [InlineData("a name with [brackets].png")]
    [InlineData("ünïcode 🌻.jpg")]
    public void A_grey_picture_gets_colour_and_keeps_its_size_and_luminance(string name)
    {
        var source = WriteGrey(name, System.IO.Path.GetExtension(name));
        var before = File.ReadAllBytes(source);

        var (result, made) = Recompose(source, new RecomposeOptions());

        using var original = Image.NewFromBuffer(before);
        using var coloured = Image.NewFromBuffer(File.ReadAllBytes(made));
        Assert.Equal((Width, Height), (coloured.Width, coloured.Height));
        // A grey JPEG keeps its Y instead: at a = 18, b = 15 the lightness of a colour with the Y of a grey differs by up to 1.75 (BT.601).
        var most = name.EndsWith(".jpg", StringComparison.Ordinal) ? 1.75 : 0.8;
        Assert.True(
            Recomposition.MeanLightnessDifference(original, coloured) < most,
            $"mean |ΔL| is {Recomposition.MeanLightnessDifference(original, coloured)}"
        );
        Assert.True(result.MeanChroma > 8, $"mean chroma is {result.MeanChroma}");
        Assert.Equal(before, File.ReadAllBytes(source));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(made))), result.Sha256);
    }

    [Fact]
    public void Strength_0_leaves_a_grey_picture_grey()
    {
        var source = WriteGrey("grey.png", ".png");

        var (result, _) = Recompose(source, new RecomposeOptions { Strength = 0 });

        Assert.True(result.MeanChroma < 0.5, $"mean chroma is {result.MeanChroma}");
    }

    [Fact]
    public void Colours_outside_the_gamut_keep_the_luminance_too()
    {
        var source = WriteGrey("grey.png", ".png");
        var before = File.ReadAllBytes(source);

        var (_, made) = Recompose(source, new RecomposeOptions { Saturation = 4 });

        using var original = Image.NewFromBuffer(before);
        using var coloured = Image.NewFromBuffer(File.ReadAllBytes(made));
        Assert.True(
            Recomposition.MeanLightnessDifference(original, coloured) < 0.5,
            $"mean |ΔL| is {Recomposition.MeanLightnessDifference(original, coloured)}"
        );
    }

    [Fact]
    public void Sixteen_bits_stay_sixteen_bits_and_alpha_stays()
    {
        using var grey = Drawing.ToImage(Drawing.Grey(Drawing.Landscape(Width, Height)), Width, Height);
        using var deep = grey.Colourspace(Enums.Interpretation.Rgb16);
        using var alpha = (Image.Black(Width, Height) + 40_000).Cast(Enums.BandFormat.Ushort);
        using var image = deep.Bandjoin(alpha).Copy(interpretation: Enums.Interpretation.Rgb16);
        var source = _folder.At("deep.png");
        File.WriteAllBytes(source, image.PngsaveBuffer());

        var (_, made) = Recompose(source, new RecomposeOptions());

        using var coloured = Image.NewFromBuffer(File.ReadAllBytes(made));
        Assert.Equal((Enums.BandFormat.Ushort, 4), (coloured.Format, coloured.Bands));
        Assert.Equal(40_000, coloured[3].Avg());
    }

    [Fact]
    public void A_truncated_picture_is_an_error_and_leaves_nothing_behind()
    {
        var source = WriteGrey("cut.jpg", ".jpg");
        var bytes = File.ReadAllBytes(source);
        File.WriteAllBytes(source, bytes[..(bytes.Length / 2)]);

        Assert.Throws<PictureException>(() => Recompose(source, new RecomposeOptions()));

        Assert.Empty(Directory.EnumerateFiles(_folder.At("out")));
    }

    [Fact]
    public void The_result_is_marked_as_machine_coloured_and_keeps_the_description()
    {
        var source = WriteGrey("noted.jpg", ".jpg");
        File.WriteAllBytes(source, PictureFile.WithSegments(File.ReadAllBytes(source), (0xFE, "the old mill, 1931"u8.ToArray())));

        var (_, made) = Recompose(source, new RecomposeOptions());

        var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(made));
        Assert.Contains("compositeWithTrainedAlgorithmicMedia", text, StringComparison.Ordinal);
        Assert.Contains("the old mill, 1931", text, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string WriteGrey(string name, string extension)
    {
        using var image = Drawing.ToImage(Drawing.Grey(Drawing.Landscape(Width, Height)), Width, Height);
        var path = _folder.At(name);
        File.WriteAllBytes(path, PictureFile.Encode(image, extension, isLossless: true));
        return path;
    }

    private (RecomposedPicture Result, string Made) Recompose(string source, RecomposeOptions options) =>
        Recomposition.Of(_folder, source, options);
}
