using System.Buffers.Binary;
using ActorColorize.Imaging.Archives;
using NetVips;

namespace ActorColorize.Imaging.Tests.Archives;

/// <summary>Depths, alpha, extreme sizes and damage, format by format.</summary>
public sealed class PictureKindTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(".png", 3)]
    [InlineData(".png", 1)]
    [InlineData(".webp", 3)]
    [InlineData(".tif", 3)]
    [InlineData(".tif", 1)]
    public void Alpha_is_kept_pixel_for_pixel(string extension, int colorBands)
    {
        using var grey = Grey(120, 80);
        using var alpha = Image.Xyz(120, 80)[0].Linear([2], [5]).Cast(Enums.BandFormat.Uchar);
        using var color = colorBands == 3 ? grey.Copy() : grey[0].Copy(interpretation: Enums.Interpretation.Bw);
        using var image = color.Bandjoin(alpha);
        var source = Write($"alpha{colorBands}{extension}", image, extension);

        var (_, made) = Recomposition.Of(_folder, source, new RecomposeOptions());

        using var coloured = Image.NewFromBuffer(File.ReadAllBytes(made));
        Assert.Equal((4, true), (coloured.Bands, coloured.HasAlpha()));
        using var difference = (coloured[3] - alpha).Abs();
        Assert.Equal(0, difference.Max());
    }

    [Theory]
    [InlineData(".png", Enums.Interpretation.Grey16)]
    [InlineData(".png", Enums.Interpretation.Rgb16)]
    [InlineData(".tif", Enums.Interpretation.Grey16)]
    [InlineData(".tif", Enums.Interpretation.Rgb16)]
    public void Sixteen_bits_stay_sixteen_bits_with_all_their_steps(string extension, Enums.Interpretation model)
    {
        // A ramp of 4,000 levels within 16 of the 256 of 8 bits.
        using var ramp = Image.Xyz(4000, 16)[0].Linear([1], [30_000]).Cast(Enums.BandFormat.Ushort);
        using var image =
            model == Enums.Interpretation.Grey16 ? ramp.Copy(interpretation: model) : ramp.Bandjoin(ramp, ramp).Copy(interpretation: model);
        var source = Write($"ramp-{model}{extension}", image, extension);

        var (_, made) = Recomposition.Of(_folder, source, new RecomposeOptions { Strength = 0 });

        using var coloured = Image.NewFromBuffer(File.ReadAllBytes(made));
        Assert.Equal((Enums.BandFormat.Ushort, 3), (coloured.Format, coloured.Bands));
        using var difference = (coloured - ramp).Abs();
        Assert.InRange(difference.Max(), 0, 2);
    }

    [Theory]
    [InlineData(34925, "not supported: TIFF compression LZMA.")]
    [InlineData(50000, "not supported: TIFF compression Zstandard.")]
    [InlineData(50002, "not supported: TIFF compression JPEG XL.")]
    [InlineData(60001, "not supported: TIFF compression 60001.")]
    public void A_TIFF_of_a_compression_that_is_not_decoded_is_refused(ushort compression, string reason)
    {
        using var grey = Grey(120, 80);
        var file = grey.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.None, keep: Enums.ForeignKeep.None);
        byte[] entry = [0x03, 0x01, 3, 0, 1, 0, 0, 0]; // tag 259, one short: TIFF 6.0, section 8
        var at = file.AsSpan().IndexOf(entry);
        Assert.True(at > 0);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at + entry.Length), compression);
        var path = Path.Combine(_folder.Path, "compression.tif");
        File.WriteAllBytes(path, file);

        var fault = Assert.Throws<PictureException>(() => ArchivePicture.Inspect(path, PictureLimits.Default));

        Assert.Equal((PictureProblem.Unsupported, $"{path}: {reason}"), (fault.Problem, fault.Message));
    }

    [Theory]
    [InlineData(40, 4000, ".jpg")]
    [InlineData(4000, 40, ".jpg")]
    [InlineData(40, 4000, ".tif")]
    [InlineData(4000, 40, ".png")]
    [InlineData(1, 1, ".jpg")]
    [InlineData(1, 1, ".png")]
    [InlineData(1, 1, ".webp")]
    [InlineData(1, 1, ".tif")]
    [InlineData(1, 300, ".png")]
    [InlineData(300, 1, ".jpg")]
    [InlineData(17, 5, ".webp")]
    public void Strips_panoramas_and_single_pixels_are_coloured_and_keep_size_and_luminance(int width, int height, string extension)
    {
        using var image = Grey(width, height);
        var source = Write($"{width}x{height}{extension}", image, extension);

        var (result, made) = Recomposition.Of(_folder, source, new RecomposeOptions());

        using var original = Image.NewFromBuffer(File.ReadAllBytes(source));
        using var coloured = Image.NewFromBuffer(File.ReadAllBytes(made));
        Assert.Equal((width, height, 3), (coloured.Width, coloured.Height, coloured.Bands));
        Assert.InRange(Recomposition.MeanLightnessDifference(original, coloured), 0, 1);
        Assert.True(result.MeanChroma > 8, $"mean chroma is {result.MeanChroma}");
    }

    [Theory]
    [InlineData(".jpg", 0.5)]
    [InlineData(".jpg", 0.97)]
    [InlineData(".png", 0.5)]
    [InlineData(".png", 0.97)]
    [InlineData(".webp", 0.5)]
    [InlineData(".webp", 0.97)]
    [InlineData(".tif", 0.5)]
    [InlineData(".tif", 0.97)]
    public void A_truncated_file_is_an_error_that_says_so_and_leaves_nothing_behind(string extension, double share)
    {
        using var image = Drawing.LandscapeImage(200, 150);
        var whole = PictureFile.Encode(image, extension, isLossless: true);
        var source = _folder.At($"cut{extension}");
        File.WriteAllBytes(source, whole[..(int)(whole.Length * share)]);

        var error = Assert.Throws<PictureException>(() => Recomposition.Of(_folder, source, new RecomposeOptions()));

        Assert.Equal(PictureProblem.Truncated, error.Problem);
        Assert.Contains($"cut{extension}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.Empty(_folder.Files("out"));
    }

    public void Dispose() => _folder.Dispose();

    private static Image Grey(int width, int height) => Drawing.ToImage(Drawing.Grey(Drawing.Landscape(width, height)), width, height);

    private string Write(string name, Image image, string extension)
    {
        var path = _folder.At(name);
        File.WriteAllBytes(path, PictureFile.Encode(image, extension, isLossless: true));
        return path;
    }
}
