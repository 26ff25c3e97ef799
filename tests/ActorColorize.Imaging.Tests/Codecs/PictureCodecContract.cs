using ActorColorize.Imaging.Archives;
using ActorColorize.Imaging.Codecs;
using NetVips;

namespace ActorColorize.Imaging.Tests.Codecs;

/// <summary>What every codec has to do with JPEG, PNG, WebP and TIFF. Formats that one codec alone reads have their own tests.</summary>
public abstract class PictureCodecContract(PictureCodec codec) : IDisposable
{
    private const int Width = 96;
    private const int Height = 64;
    private const string ProfileField = "icc-profile-data";

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("grey.jpg", 8, 1, false)]
    [InlineData("rgb.jpg", 8, 3, false)]
    [InlineData("grey.png", 8, 1, false)]
    [InlineData("grey16.png", 16, 1, false)]
    [InlineData("grey-alpha.png", 8, 2, true)]
    [InlineData("rgb.png", 8, 3, false)]
    [InlineData("rgb16.png", 16, 3, false)]
    [InlineData("rgb-alpha.png", 8, 4, true)]
    [InlineData("palette.png", 8, 3, false)]
    [InlineData("rgb.webp", 8, 3, false)]
    [InlineData("rgb-alpha.webp", 8, 4, true)]
    [InlineData("grey.tif", 8, 1, false)]
    [InlineData("grey16.tif", 16, 1, false)]
    [InlineData("rgb.tif", 8, 3, false)]
    [InlineData("rgb16.tif", 16, 3, false)]
    [InlineData("rgb-alpha.tif", 8, 4, true)]
    public void Tells_size_depth_channels_and_alpha_and_gives_such_pixels(string name, int bits, int bands, bool hasAlpha)
    {
        var header = ArchivePicture.Inspect(Picture(name), PictureLimits.Default, codec);

        Assert.Equal(
            (Width, Height, bits, bands, hasAlpha),
            (header.Width, header.Height, header.BitsPerSample, header.Bands, header.HasAlpha)
        );
        Assert.Equal(codec, header.Codec);
        Pixels(name, header, image =>
        {
            Assert.Equal((Width, Height, bands), (image.Width, image.Height, image.Bands));
            Assert.Equal(bits == 16 ? Enums.BandFormat.Ushort : Enums.BandFormat.Uchar, image.Format);
            return 0;
        });
    }

    [Theory]
    [InlineData("grey.png")]
    [InlineData("grey16.png")]
    [InlineData("grey-alpha.png")]
    [InlineData("rgb.png")]
    [InlineData("rgb16.png")]
    [InlineData("rgb-alpha.png")]
    [InlineData("rgb.webp")]
    [InlineData("grey.tif")]
    [InlineData("grey16.tif")]
    [InlineData("rgb.tif")]
    [InlineData("rgb16.tif")]
    public void Gives_the_values_of_lossless_formats_exactly(string name)
    {
        var header = ArchivePicture.Inspect(Picture(name), PictureLimits.Default, codec);
        using var expected = Drawn(name);

        var worst = Pixels(name, header, image =>
        {
            using var difference = (image - expected).Abs();
            return difference.Max();
        });

        Assert.Equal(0, worst);
    }

    [Fact]
    public void Gives_the_luminance_of_a_grey_JPEG_to_one_level()
    {
        // Two decoders may round their cosines differently.
        var header = ArchivePicture.Inspect(Picture("grey.jpg"), PictureLimits.Default, codec);
        using var expected = Image.NewFromFile(_folder.At("grey.jpg"));

        Assert.InRange(Pixels("grey.jpg", header, image => (image - expected).Abs().Max()), 0, 1);
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Turns_what_the_network_sees_upright(string name)
    {
        var header = ArchivePicture.Inspect(Fixture.At(name), PictureLimits.Default, codec);

        var thumbnail = ArchivePicture.MakeThumbnail(Fixture.At(name), header, new ThumbnailSize(48, 32));

        Assert.Equal((48, 32), (header.Width, header.Height));
        using var seen = Drawing.ToImage(thumbnail.Rgb_HWC, 48, 32);
        using var lab = seen.Colourspace(Enums.Interpretation.Lab);
        for (var quarter = 0; quarter < 4; quarter++)
        {
            var mean = Recomposition.Mean(lab, quarter % 2 * 24, quarter / 2 * 16, 24, 16);
            Assert.Equal(Fixture.QuadrantLightness[quarter / 2][quarter % 2], mean[0], 1.0);
        }
    }

    public static TheoryData<string> Orientations { get; } =
    [
        .. Enumerable.Range(1, 8).Select(orientation => $"orientation-{orientation}.jpg"),
        "orientation-6.png",
        "orientation-6.webp",
        "orientation-6.tif",
    ];

    [Theory]
    [InlineData("wide.png")]
    [InlineData("wide.webp")]
    [InlineData("wide.tif")]
    [InlineData("wide.jpg")]
    public void Sees_colours_through_the_profile_and_keeps_the_profile(string name)
    {
        var path = Wide(name);
        var header = ArchivePicture.Inspect(path, PictureLimits.Default, codec);
        var size = new ThumbnailSize(header.Width, header.Height);
        using var seen = Drawing.ToImage(ArchivePicture.MakeThumbnail(path, header, size).Rgb_HWC, size.Width, size.Height);
        var (_, made) = Recomposition.Of(_folder, path, new RecomposeOptions { Strength = 0 }, codec);

        Assert.True(header.HasIccProfile);
        for (var i = 0; i < Fixture.WideColors.Length; i++)
        {
            var mean = Recomposition.Mean(seen, i * 16, 0, 16, 16);
            for (var channel = 0; channel < 3; channel++)
                Assert.Equal(Fixture.WideColors[i].Srgb[channel], mean[channel], name == "wide.jpg" ? 4.0 : 1.0);
        }

        using var result = Image.NewFromBuffer(File.ReadAllBytes(made));
        Assert.Equal(Fixture.Bytes("wide.icc"), (byte[])result.Get(ProfileField));
    }

    [Theory]
    [InlineData("tagged.jpg")]
    [InlineData("tagged.png")]
    [InlineData("tagged.webp")]
    [InlineData("tagged.tif")]
    public void Metadata_are_kept(string name)
    {
        var (_, made) = Recomposition.Of(_folder, Fixture.At(name), new RecomposeOptions(), codec);

        var bytes = File.ReadAllBytes(made);
        Assert.Equal("Voigtlander", FileMetadata.Exif(bytes).Text(TiffTags.Make));
        Assert.Contains("Mølla ved elva", FileMetadata.Xmp(bytes).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grey-alpha.png")]
    [InlineData("rgb-alpha.png")]
    [InlineData("rgb-alpha.webp")]
    [InlineData("rgb-alpha.tif")]
    public void Alpha_is_kept_pixel_for_pixel(string name)
    {
        var source = Picture(name);
        using var drawn = Drawn(name);

        var (_, made) = Recomposition.Of(_folder, source, new RecomposeOptions(), codec);

        using var result = Image.NewFromBuffer(File.ReadAllBytes(made));
        Assert.Equal(4, result.Bands);
        using var difference = (result[3] - drawn[drawn.Bands - 1]).Abs();
        Assert.Equal(0, difference.Max());
    }

    [Theory]
    [InlineData("grey.jpg")]
    [InlineData("rgb.png")]
    [InlineData("rgb.webp")]
    [InlineData("grey.tif")]
    public void A_file_cut_in_the_middle_is_refused_as_truncated_and_nothing_is_left_behind(string name)
    {
        var whole = File.ReadAllBytes(Picture(name));
        File.WriteAllBytes(_folder.At(name), whole[..(whole.Length / 2)]);

        var refused = Assert.Throws<PictureException>(() =>
        {
            var header = ArchivePicture.Verify(_folder.At(name), ArchivePicture.Inspect(_folder.At(name), PictureLimits.Default, codec));
            ArchivePicture.MakeThumbnail(_folder.At(name), header, new ThumbnailSize(48, 32));
        });

        Assert.Equal(PictureProblem.Truncated, refused.Problem);
        Assert.StartsWith(_folder.At(name), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bomb_is_refused_by_its_header_before_anything_is_allocated_for_it()
    {
        File.WriteAllBytes(_folder.At("bomb.png"), PictureFile.Bomb(30_000));
        ArchivePicture.Inspect(Picture("grey.png"), PictureLimits.Default, codec); // sets the codec up
        var before = GC.GetAllocatedBytesForCurrentThread();

        var refused = Assert.Throws<PictureException>(() => ArchivePicture.Inspect(_folder.At("bomb.png"), PictureLimits.Default, codec));

        Assert.Equal(PictureProblem.TooLarge, refused.Problem);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10 << 20);
    }

    [Fact]
    public void A_cancelled_decoding_ends_and_writes_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        var path = Picture("rgb.tif");
        var header = ArchivePicture.Inspect(path, PictureLimits.Default, codec);
        cancelled.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() =>
            ArchivePicture.MakeThumbnail(path, header, new ThumbnailSize(48, 32), cancelled.Token)
        );
        using var file = ArchiveFile.Open(path, PictureLimits.Default, cancelled.Token);
        Assert.ThrowsAny<OperationCanceledException>(() => PictureCodecs.Of(codec).Pixels(file, header, image => image.Avg()));
    }

    [Fact]
    public void Bytes_that_are_no_picture_of_the_format_are_damaged_and_not_an_error_of_the_program()
    {
        // Every byte after the signature is random: whatever the decoder throws, one line about the file comes out.
        var random = new Random(4);
        foreach (var name in new[] { "grey.jpg", "rgb.png", "rgb.webp", "grey.tif" })
        {
            var whole = File.ReadAllBytes(Picture(name));
            for (var round = 0; round < 40; round++)
            {
                var broken = whole.ToArray();
                for (var change = 0; change < 30; change++)
                    broken[random.Next(12, broken.Length)] = (byte)random.Next(256);
                File.WriteAllBytes(_folder.At(name), broken);
                try
                {
                    var header = ArchivePicture.Inspect(_folder.At(name), PictureLimits.Default, codec);
                    ArchivePicture.MakeThumbnail(_folder.At(name), header, new ThumbnailSize(48, 32));
                }
                catch (PictureException refused)
                {
                    Assert.StartsWith(_folder.At(name), refused.Message, StringComparison.Ordinal);
                    Assert.DoesNotContain(refused.Message, char.IsControl);
                }
            }
        }
    }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private T Pixels<T>(string name, PictureHeader header, Func<Image, T> use)
    {
        using var file = ArchiveFile.Open(_folder.At(name), PictureLimits.Default);
        return PictureCodecs.Of(codec).Pixels(file, header, use);
    }

    private string Picture(string name)
    {
        using var drawn = Drawn(name);
        var path = _folder.At(name);
        File.WriteAllBytes(
            path,
            name == "palette.png"
                ? drawn.PngsaveBuffer(palette: true, keep: Enums.ForeignKeep.None)
                : PictureFile.Encode(drawn, Path.GetExtension(name), isLossless: true)
        );
        return path;
    }

    /// <summary>A picture as its name says; the 16-bit ones have levels that 8 bits do not.</summary>
    private static Image Drawn(string name)
    {
        var rgb = Drawing.ToImage(Drawing.Landscape(Width, Height), Width, Height);
        var isGrey = name.StartsWith("grey", StringComparison.Ordinal);
        using var colors = isGrey ? rgb[1].Copy(interpretation: Enums.Interpretation.Bw) : rgb;
        if (name.Contains("16", StringComparison.Ordinal))
        {
            using var wide = ((colors * 257) - (colors * 3)).Cast(Enums.BandFormat.Ushort);
            return wide.Copy(interpretation: isGrey ? Enums.Interpretation.Grey16 : Enums.Interpretation.Rgb16);
        }

        if (!name.Contains("alpha", StringComparison.Ordinal))
            return colors.Copy();
        using var alpha = Image.Xyz(Width, Height)[0].Linear([2], [5]).Cast(Enums.BandFormat.Uchar);
        return colors.Bandjoin(alpha);
    }

    private string Wide(string name)
    {
        const int patch = 16;
        var rgb = new byte[Fixture.WideColors.Length * patch * patch * 3];
        for (var pixel = 0; pixel < rgb.Length / 3; pixel++)
            Fixture.WideColors[pixel / patch % Fixture.WideColors.Length].Levels.CopyTo(rgb, pixel * 3);
        using var plain = Drawing.ToImage(rgb, Fixture.WideColors.Length * patch, patch);
        using var tagged = plain.Mutate(fields => fields.Set(GValue.BlobType, ProfileField, Fixture.Bytes("wide.icc")));
        var path = _folder.At(name);
        File.WriteAllBytes(
            path,
            Path.GetExtension(name) switch
            {
                ".png" => tagged.PngsaveBuffer(keep: Enums.ForeignKeep.Icc),
                ".webp" => tagged.WebpsaveBuffer(lossless: true, keep: Enums.ForeignKeep.Icc),
                ".jpg" => tagged.JpegsaveBuffer(q: 98, subsampleMode: Enums.ForeignSubsample.Off, keep: Enums.ForeignKeep.Icc),
                _ => tagged.TiffsaveBuffer(keep: Enums.ForeignKeep.Icc),
            }
        );
        return path;
    }
}

/// <summary>libvips under the contract.</summary>
public sealed class VipsCodecTests() : PictureCodecContract(PictureCodec.Vips);

/// <summary>ImageSharp under the contract.</summary>
public sealed class ImageSharpCodecTests() : PictureCodecContract(PictureCodec.ImageSharp);
