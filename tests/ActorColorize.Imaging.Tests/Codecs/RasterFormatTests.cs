using System.Buffers.Binary;
using System.Text;
using ActorColorize.Imaging.Archives;
using ActorColorize.Imaging.Codecs;
using NetVips;

namespace ActorColorize.Imaging.Tests.Codecs;

/// <summary>
/// BMP, TGA, Netpbm and GIF: files written byte by byte after the formats' descriptions, so that neither library has made what it reads.
/// </summary>
public sealed class RasterFormatTests : IDisposable
{
    private const int Width = 61; // rows of BMP are padded
    private const int Height = 40;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Kinds { get; } =
    [
        "24.bmp",
        "32.bmp",
        "8.bmp",
        "4.bmp",
        "top-down.bmp",
        "rle8.bmp",
        "os2.bmp",
        "555.bmp",
        "alpha.bmp",
        "24.tga",
        "32.tga",
        "rle.tga",
        "grey.tga",
        "grey-rle.tga",
        "palette.tga",
        "p5.pgm",
        "p5-16.pgm",
        "p5-10bit.pgm",
        "p2.pgm",
        "p6.ppm",
        "p3.ppm",
        "p6-16.ppm",
        "plain.gif",
        "transparent.gif",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Pixels_are_read_as_the_format_defines_them(string name)
    {
        var path = Write(name);
        var header = ArchivePicture.Verify(path, ArchivePicture.Inspect(path, PictureLimits.Default));

        Assert.Equal((Width, Height, PictureCodec.ImageSharp), (header.Width, header.Height, header.Codec));
        Assert.Equal(name is "p5-16.pgm" or "p6-16.ppm" or "p5-10bit.pgm" ? 16 : 8, header.BitsPerSample);
        Assert.Empty(header.Notes);
        using var file = ArchiveFile.Open(path, PictureLimits.Default);
        PictureCodecs
            .Of(header.Codec)
            .Pixels(file, header, image =>
            {
                for (var y = 0; y < Height; y += 3)
                {
                    for (var x = 0; x < Width; x += 2)
                    {
                        var expected = RasterFiles.Level(name, x, y);
                        var pixel = image[x, y];
                        Assert.Equal(header.HasAlpha, pixel.Length is 2 or 4);
                        // Five bits become eight by a fraction or by repeating them, and a transparent pixel of a GIF has no colour.
                        var tolerance = name == "555.bmp" ? 1 : 0;
                        if (name == "transparent.gif" && expected == 255)
                            continue;
                        for (var band = 0; band < (header.HasAlpha ? pixel.Length - 1 : pixel.Length); band++)
                            Assert.True(
                                Math.Abs(pixel[band] - expected) <= tolerance,
                                $"{name} at {x}, {y}: {pixel[band]} instead of {expected}"
                            );
                    }
                }

                return 0;
            });
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_result_is_of_the_same_kind_and_size_and_keeps_its_luminance(string name)
    {
        var path = Write(name);

        var (result, made) = Recomposition.Of(_folder, path, new RecomposeOptions());

        var again = ArchivePicture.Verify(made, ArchivePicture.Inspect(made, PictureLimits.Default));
        var before = ArchivePicture.Inspect(path, PictureLimits.Default);
        Assert.Equal((Width, Height, before.Format, before.BitsPerSample), (again.Width, again.Height, again.Format, again.BitsPerSample));
        Assert.Equal(3, again.Bands - (again.HasAlpha ? 1 : 0));
        Assert.Equal(before.HasAlpha, again.HasAlpha);
        Assert.True(result.MeanChroma > 5, $"mean chroma is {result.MeanChroma}");
        using var one = Pixels(path, before);
        using var two = Pixels(made, again);
        // A palette of 256 colours cannot hold every level in every colour.
        Assert.InRange(Recomposition.MeanLightnessDifference(one, two), 0, before.Format == PictureFormat.Gif ? 1.5 : 0.6);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_cut_anywhere_in_its_pixels_is_truncated(string name)
    {
        var whole = File.ReadAllBytes(Write(name));
        foreach (var share in new[] { 0.3, 0.6, 0.9, 0.99 })
        {
            var cut = Path.Join(_folder.Path, "cut" + Path.GetExtension(name));
            File.WriteAllBytes(cut, whole[..Math.Min((int)(whole.Length * share), whole.Length - 12)]);

            var refused = Assert.Throws<PictureException>(() =>
                ArchivePicture.Verify(cut, ArchivePicture.Inspect(cut, PictureLimits.Default))
            );

            Assert.True(refused.Problem == PictureProblem.Truncated, $"{name} at {share}: {refused.Message}");
        }
    }

    [Theory]
    [InlineData("rle8.bmp", "run lengths leave the picture")]
    [InlineData("rle.tga", "run lengths go beyond the picture")]
    [InlineData("p2.pgm", "is not a number")]
    [InlineData("plain.gif", "")]
    public void Changed_bytes_are_damage_where_the_format_lets_it_be_noticed(string name, string reason)
    {
        var bytes = File.ReadAllBytes(Write(name));
        switch (name)
        {
            case "rle8.bmp":
                bytes[^8] = 255; // a run, longer than the row
                break;
            case "rle.tga":
                bytes[^4] = 0xFF; // the last run
                break;
            case "p2.pgm":
                bytes[^10] = (byte)'x';
                break;
            default:
                bytes[13 + 768 + 10 + 2 + 3] ^= 0xFF; // the fourth byte of the codes
                bytes[13 + 768 + 10 + 2 + 4] ^= 0xFF;
                break;
        }

        var path = _folder.At(name);
        File.WriteAllBytes(path, bytes);

        var refused = Assert.Throws<PictureException>(() =>
            ArchivePicture.Verify(path, ArchivePicture.Inspect(path, PictureLimits.Default))
        );

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("24.bmp", "the codec vips")]
    [InlineData("24.tga", "the codec vips")]
    [InlineData("p5.pgm", "the codec vips")]
    [InlineData("plain.gif", "the codec vips")]
    public void libvips_does_not_read_them_and_that_is_not_damage(string name, string reason)
    {
        var path = Write(name);

        var refused = Assert.Throws<PictureException>(() => ArchivePicture.Inspect(path, PictureLimits.Default, PictureCodec.Vips));

        Assert.Equal(PictureProblem.Unsupported, refused.Problem);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_is_what_its_bytes_say_and_other_files_are_not_pictures()
    {
        foreach (var name in new[] { "24.bmp", "rle.tga", "p5.pgm", "plain.gif" })
        {
            var misnamed = _folder.At("misnamed.txt");
            File.WriteAllBytes(misnamed, File.ReadAllBytes(Write(name)));
            Assert.True(PictureContent.IsPicture(misnamed), name);
        }

        byte[][] others =
        [
            "BMW series 3"u8.ToArray(),
            "P2P networks, an introduction"u8.ToArray(),
            "P6 is a road"u8.ToArray(),
            new byte[64],
            [0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0, 104, 4, 0, 0, 22, 0], // an icon
            [0, 0, 2, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0, 104, 4, 0, 0, 22, 0], // a cursor
            [0, 1, 0, 0, 0, 15, 0, 128, 0, 3, 0, 112, 71, 68, 69, 70, 0, 0, 0, 0], // a font
            "Pf\n61 40\n-1.0\n"u8.ToArray(),
            "P7\nWIDTH 61\n"u8.ToArray(),
            "qoif\0\0\0\x3d"u8.ToArray(),
        ];
        foreach (var other in others)
        {
            File.WriteAllBytes(_folder.At("other"), other);
            Assert.False(PictureContent.IsPicture(_folder.At("other")), Encoding.Latin1.GetString(other));
        }
    }

    [Theory]
    [InlineData("Pf\n1 1\n-1.0\n    ", "PFM")]
    [InlineData("P7\nWIDTH 1\nHEIGHT 1\n", "PAM")]
    [InlineData("qoif            ", "QOI")]
    public void Formats_that_no_codec_reads_are_named(string content, string format)
    {
        File.WriteAllText(_folder.At("file.ppm"), content);

        var refused = Assert.Throws<PictureException>(() => ArchivePicture.Inspect(_folder.At("file.ppm"), PictureLimits.Default));

        Assert.Equal(PictureProblem.Unsupported, refused.Problem);
        Assert.Contains(format, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_over_the_limit_are_refused_by_the_header()
    {
        byte[][] bombs =
        [
            [.. "BM"u8, .. new byte[8], 54, 0, 0, 0, 40, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 24, 0, .. new byte[24]],
            [0, 0, 2, .. new byte[9], 0xFF, 0xFF, 0xFF, 0xFF, 24, 0],
            [.. "P5 100000 100000 255\n"u8],
            [.. "GIF89a"u8, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0x3B],
        ];
        foreach (var bomb in bombs)
        {
            File.WriteAllBytes(_folder.At("bomb"), bomb);
            Assert.Equal(
                PictureProblem.TooLarge,
                Assert.Throws<PictureException>(() => ArchivePicture.Inspect(_folder.At("bomb"), PictureLimits.Default)).Problem
            );
        }
    }

    [Fact]
    public void Comments_and_resolution_are_kept()
    {
        var (_, grey) = Recomposition.Of(_folder, Write("p5.pgm"), new RecomposeOptions());
        var (_, bitmap) = Recomposition.Of(_folder, Write("24.bmp"), new RecomposeOptions());
        var (_, gif) = Recomposition.Of(_folder, Write("plain.gif"), new RecomposeOptions());

        Assert.StartsWith("P6\n# the old mill\n61 40\n255\n", File.ReadAllText(grey, Encoding.Latin1), StringComparison.Ordinal);
        Assert.Equal(11811, BinaryPrimitives.ReadInt32LittleEndian(File.ReadAllBytes(bitmap).AsSpan(38)));
        var text = File.ReadAllText(gif, Encoding.Latin1);
        Assert.Contains("the old mill", text, StringComparison.Ordinal);
        Assert.Contains("compositeWithTrainedAlgorithmicMedia", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bilevel_picture_is_recognised()
    {
        File.WriteAllBytes(_folder.At("b.pbm"), [.. "P4\n16 2\n"u8, 0xF0, 0x0F, 0xAA, 0x55]);

        Assert.True(ArchivePicture.Inspect(_folder.At("b.pbm"), PictureLimits.Default).IsBilevel);
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string name)
    {
        var path = _folder.At(name);
        File.WriteAllBytes(path, RasterFiles.Of(name, Width, Height));
        return path;
    }

    /// <summary>The picture in sRGB of 8 bits, without alpha.</summary>
    private static Image Pixels(string path, PictureHeader header)
    {
        using var file = ArchiveFile.Open(path, PictureLimits.Default);
        return PictureCodecs
            .Of(header.Codec)
            .Pixels(file, header, image =>
            {
                using var srgb = image.Colourspace(Enums.Interpretation.Srgb);
                using var colors = srgb.ExtractBand(0, n: 3);
                return Image
                    .NewFromMemory(colors.WriteToMemory<byte>(), header.Width, header.Height, 3, Enums.BandFormat.Uchar)
                    .Copy(interpretation: Enums.Interpretation.Srgb);
            });
    }
}
