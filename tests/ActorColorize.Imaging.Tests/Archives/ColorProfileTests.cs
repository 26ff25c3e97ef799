using ActorColorize.Imaging.Archives;
using NetVips;

namespace ActorColorize.Imaging.Tests.Archives;

/// <summary>Pictures with colour profiles, against colours computed from the profiles' definitions by NumPy and scikit-image.</summary>
public sealed class ColorProfileTests : IDisposable
{
    private const int Patch = 16;
    private const string ProfileField = "icc-profile-data";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_CMYK_picture_is_read_through_its_profile_and_becomes_sRGB()
    {
        var (_, made) = Recomposition.Of(_folder, Fixture.At("cmyk.jpg"), new RecomposeOptions { Strength = 0 });

        using var picture = Image.NewFromBuffer(File.ReadAllBytes(made));
        Assert.Equal((3, Enums.Interpretation.Srgb), (picture.Bands, picture.Interpretation));
        Assert.Equal("RGB ", System.Text.Encoding.ASCII.GetString((byte[])picture.Get(ProfileField), 16, 4));
        for (var i = 0; i < Fixture.Inks.Length; i++)
            AssertColor(Fixture.Inks[i], Recomposition.Mean(picture, i * Patch, 0, Patch, Patch), tolerance: 3, $"ink {i}");
    }

    [Fact]
    public void A_CMYK_picture_keeps_its_luminance_when_it_is_coloured()
    {
        var (_, made) = Recomposition.Of(_folder, Fixture.At("cmyk.jpg"), new RecomposeOptions());

        using var picture = Image.NewFromBuffer(File.ReadAllBytes(made));
        using var expected = Patches(Fixture.Inks.Select(ink => ink.Select(level => (byte)Math.Round(level)).ToArray()));
        Assert.InRange(Recomposition.MeanLightnessDifference(picture, expected), 0, 1);
    }

    [Fact]
    public void The_network_sees_a_picture_through_its_profile()
    {
        var cmyk = Thumbnail(Fixture.At("cmyk.jpg"));
        var wide = Thumbnail(Wide(".png", is16Bit: true));

        for (var i = 0; i < Fixture.Inks.Length; i++)
        {
            AssertColor(Fixture.Inks[i], Recomposition.Mean(cmyk, i * Patch, 0, Patch, Patch), tolerance: 3, $"ink {i}");
            AssertColor(Fixture.WideColors[i].Srgb, Recomposition.Mean(wide, i * Patch, 0, Patch, Patch), tolerance: 1, $"colour {i}");
        }
    }

    [Theory]
    [InlineData(".png", false)]
    [InlineData(".tif", false)]
    [InlineData(".webp", false)]
    [InlineData(".png", true)]
    [InlineData(".tif", true)]
    public void A_picture_in_another_profile_goes_to_sRGB_and_comes_back_with_the_same_levels_depth_and_profile(
        string extension,
        bool is16Bit
    )
    {
        var source = Wide(extension, is16Bit);

        var (_, made) = Recomposition.Of(_folder, source, new RecomposeOptions { Strength = 0 });

        using var picture = Image.NewFromBuffer(File.ReadAllBytes(made));
        Assert.Equal(is16Bit ? Enums.BandFormat.Ushort : Enums.BandFormat.Uchar, picture.Format);
        Assert.Equal(Fixture.Bytes("wide.icc"), (byte[])picture.Get(ProfileField));
        for (var i = 0; i < Fixture.WideColors.Length; i++)
        {
            // A 16-bit level is 257 times an 8-bit one. LittleCMS takes 16-bit colours through a grid of 33 points a side: a quarter of an
            // 8-bit level in the darks.
            double[] expected = [.. Fixture.WideColors[i].Levels.Select(level => is16Bit ? level * 257.0 : level)];
            AssertColor(expected, Recomposition.Mean(picture, i * Patch, 0, Patch, Patch), tolerance: is16Bit ? 64 : 1, $"colour {i}");
        }
    }

    [Theory]
    [InlineData(".png", false, 0.006)]
    [InlineData(".png", true, 0.0005)]
    [InlineData(".tif", true, 0.0005)]
    public void Colouring_a_picture_in_another_profile_keeps_the_luminance_that_the_profile_gives_it(
        string extension,
        bool is16Bit,
        double tolerance
    )
    {
        var source = Wide(extension, is16Bit);

        var (result, made) = Recomposition.Of(_folder, source, new RecomposeOptions());

        Assert.True(result.MeanChroma > 8, $"mean chroma is {result.MeanChroma}");
        using var picture = Image.NewFromBuffer(File.ReadAllBytes(made));
        Assert.Equal(Fixture.Bytes("wide.icc"), (byte[])picture.Get(ProfileField));
        var most = is16Bit ? 65535.0 : 255;
        for (var i = 0; i < Fixture.WideColors.Length; i++)
        {
            var before = Fixture.WideLuminance([.. Fixture.WideColors[i].Levels.Select(level => level / 255.0)]);
            var after = Fixture.WideLuminance([.. Recomposition.Mean(picture, i * Patch, 0, Patch, Patch).Select(level => level / most)]);
            Assert.Equal(before, after, tolerance);
        }
    }

    public void Dispose() => _folder.Dispose();

    private string Wide(string extension, bool is16Bit)
    {
        using var narrow = Patches(Fixture.WideColors.Select(color => color.Levels));
        using var picture = is16Bit
            ? (narrow * 257).Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Rgb16)
            : narrow.Copy();
        using var tagged = picture.Mutate(fields => fields.Set(GValue.BlobType, ProfileField, Fixture.Bytes("wide.icc")));
        var path = _folder.At($"wide{(is16Bit ? 16 : 8)}{extension}");
        File.WriteAllBytes(
            path,
            extension switch
            {
                ".png" => tagged.PngsaveBuffer(keep: Enums.ForeignKeep.Icc),
                ".webp" => tagged.WebpsaveBuffer(lossless: true, keep: Enums.ForeignKeep.Icc),
                _ => tagged.TiffsaveBuffer(keep: Enums.ForeignKeep.Icc),
            }
        );
        return path;
    }

    private static Image Patches(IEnumerable<byte[]> colors)
    {
        byte[][] patches = [.. colors];
        var rgb = new byte[patches.Length * Patch * Patch * 3];
        for (var pixel = 0; pixel < rgb.Length / 3; pixel++)
            patches[pixel / Patch % patches.Length].CopyTo(rgb, pixel * 3);
        return Drawing.ToImage(rgb, patches.Length * Patch, Patch);
    }

    private static Image Thumbnail(string path)
    {
        var header = ArchivePicture.Inspect(path, new PictureLimits());
        return Drawing.ToImage(
            ArchivePicture.MakeThumbnail(path, header, new ThumbnailSize(header.Width, header.Height)).Rgb_HWC,
            header.Width,
            header.Height
        );
    }

    private static void AssertColor(double[] expected, double[] actual, double tolerance, string what)
    {
        for (var channel = 0; channel < 3; channel++)
            Assert.True(
                Math.Abs(expected[channel] - actual[channel]) <= tolerance,
                $"{what}: [{string.Join(", ", actual)}] instead of [{string.Join(", ", expected)}]"
            );
    }
}
