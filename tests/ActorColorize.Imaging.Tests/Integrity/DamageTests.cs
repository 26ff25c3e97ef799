using ActorColorize.Imaging.Archives;
using ActorColorize.Imaging.Integrity;
using NetVips;

namespace ActorColorize.Imaging.Tests.Integrity;

/// <summary>Damage is an error with a reason, oddities that cost nothing of the picture are notes.</summary>
public sealed class DamageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Kinds =>
        [
            "baseline.jpg",
            "progressive.jpg",
            "subsampled.jpg",
            "grey.jpg",
            "none.tif",
            "lzw.tif",
            "deflate.tif",
            "packbits.tif",
            "jpeg.tif",
            "tiled.tif",
            "words.tif",
            "p.png",
        ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_sound_file_passes_without_a_note(string kind) => Assert.Empty(Verified(Write(kind, Encode(kind))).Notes);

    [Fact]
    public void A_progressive_JPEG_with_restart_markers_is_not_taken_for_damaged()
    {
        var header = Verified(Fixture.At("progressive-restarts.jpg"));

        Assert.Contains("cannot be checked for damage", Assert.Single(header.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x0100)] // ImageWidth
    [InlineData(0x0142)] // TileWidth
    public void A_TIFF_whose_sizes_multiply_to_more_than_64_bits_is_damaged(int width)
    {
        (int Tag, uint Value)[] entries =
        [
            (0x0100, 1),
            (0x0101, 1),
            (0x0102, 0xFFFF), // BitsPerSample
            (0x0103, 1), // no compression
            (0x0106, 2), // RGB
            (0x0111, 8), // StripOffsets
            (0x0115, 0xFFFF), // SamplesPerPixel
            (0x0116, 1), // RowsPerStrip
            (0x0117, 8), // StripByteCounts
        ];
        if (width == 0x0142)
            entries = [.. entries[..5], entries[6], (0x0142, 1), (0x0143, 1), (0x0144, 8), (0x0145, 8)];
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("II*\0"u8);
        writer.Write(8);
        writer.Write((ushort)entries.Length);
        foreach (var (tag, value) in entries)
        {
            const ushort unsignedLong = 4;
            writer.Write((ushort)tag);
            writer.Write(unsignedLong);
            writer.Write(1);
            writer.Write(tag == width ? uint.MaxValue : value);
        }

        writer.Write(0);

        var report = TiffIntegrity.Check("large.tif", file, Assert.Single(TiffPage.ReadAll(file)));

        Assert.Contains("is shorter than its pixels", report.Damage?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_PNG_whose_pixels_ask_for_a_preset_dictionary_is_damaged()
    {
        var png = Encode("p.png");
        var data = png.AsSpan().IndexOf("IDAT"u8) + 4;
        (png[data], png[data + 1]) = (0x78, 0xBB); // RFC 1950: FDICT is set, and the header's check bits are right

        AssertRefused(Write("dictionary.png", png));
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("subsampled.jpg")]
    [InlineData("grey.jpg")]
    public void Lost_zeroed_or_changed_bytes_in_the_middle_of_a_JPEG_are_damage(string kind)
    {
        var sound = Encode(kind);
        var middle = sound.Length / 2;
        var random = new Random(7);

        byte[] changed = [.. sound];
        random.NextBytes(changed.AsSpan(middle, 40));
        AssertRefused(Write("changed.jpg", changed));
        // 60 zeros mean 160 coefficients of -1 in a row (T.81, table K.5: 00 is a run of 0 and a size of 1), wherever they stand
        for (var at = sound.Length / 3; at < sound.Length * 3 / 4; at += sound.Length / 20)
        {
            byte[] zeroed = [.. sound];
            zeroed.AsSpan(at, 60).Clear();
            AssertRefused(Write("zeroed.jpg", zeroed));
        }

        if (kind is not ("baseline.jpg" or "grey.jpg"))
            return;
        // In subsampled and progressive pictures fewer bytes may by chance be as many codes as there were
        AssertRefused(Write("lost.jpg", [.. sound[..middle], .. sound[(middle + 300)..]]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void Even_areas_are_not_taken_for_zeroed_ones(int level)
    {
        // With tables of its own, the shortest code of an even picture is the end of a block: it is full of zeros
        using var even = (Image.Black(1200, 800, bands: 3) + level)
            .Cast(Enums.BandFormat.Uchar)
            .Copy(interpretation: Enums.Interpretation.Srgb);
        foreach (var progressive in (bool[])[false, true])
        {
            var jpeg = even.JpegsaveBuffer(q: 90, optimizeCoding: true, interlace: progressive, keep: Enums.ForeignKeep.None);
            Assert.Empty(Verified(Write("even.jpg", jpeg)).Notes);
        }
    }

    [Fact]
    public void A_TIFF_that_points_before_its_own_beginning_is_refused()
    {
        // BigTIFF (version 43, offsets of 8 bytes) with its first directory at an offset that is negative for lseek
        byte[] file = [(byte)'I', (byte)'I', 43, 0, 8, 0, 0, 0, 0xF0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, .. new byte[100]];
        var path = Write("before.tif", file);

        Assert.Throws<PictureException>(() => ArchivePicture.Inspect(path, PictureLimits.Default));
    }

    [Fact]
    public void A_changed_byte_in_the_pixels_of_a_PNG_is_damage()
    {
        var bytes = Encode("p.png");
        bytes[bytes.Length / 2] ^= 1;

        AssertRefused(Write("changed.png", bytes));
    }

    [Fact]
    public void An_interlaced_PNG_is_checked_by_the_size_of_its_passes()
    {
        using var image = Drawing.LandscapeImage(37, 29);

        Assert.Empty(Verified(Write("interlaced.png", image.PngsaveBuffer(interlace: true))).Notes);
    }

    [Theory]
    [InlineData("lzw.tif")]
    [InlineData("deflate.tif")]
    [InlineData("packbits.tif")]
    [InlineData("jpeg.tif")]
    [InlineData("tiled.tif")]
    public void Changed_bytes_in_the_strips_of_a_TIFF_are_damage(string kind)
    {
        var bytes = Encode(kind);
        new Random(11).NextBytes(bytes.AsSpan(bytes.Length / 2, 100));

        AssertRefused(Write(kind, bytes));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_that_was_cut_is_refused_wherever_it_was_cut(string kind)
    {
        var sound = Encode(kind);
        foreach (var share in new[] { 30, 60, 95 })
            AssertRefused(Write($"{share}-{kind}", sound[..(sound.Length * share / 100)]));
    }

    [Fact]
    public void A_TIFF_with_its_directory_in_front_is_truncated_when_its_strips_end_behind_the_file()
    {
        var sound = DirectoryFirst(64, 48);

        Assert.Empty(Verified(Write("whole.tif", sound)).Notes);
        Assert.Equal(PictureProblem.Truncated, AssertRefused(Write("cut.tif", sound[..^1])).Problem);
    }

    [Fact]
    public void A_directory_that_claims_more_pixels_than_its_strips_hold_is_damage_and_decodes_nothing()
    {
        var small = DirectoryFirst(64, 48);
        BitConverter.TryWriteBytes(small.AsSpan(WidthAt), 12_000);

        Assert.Contains("shorter than its pixels", AssertRefused(Write("claims.tif", small)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_JPEG_that_lacks_only_its_end_marker_is_taken_with_a_note_and_can_be_coloured()
    {
        var path = Write("open.jpg", Encode("baseline.jpg")[..^2]);

        var header = Verified(path);

        Assert.Contains("end marker is missing", Assert.Single(header.Notes), StringComparison.Ordinal);
        Assert.Equal(64 * 64 * 3, ArchivePicture.MakeThumbnail(path, header, new ThumbnailSize(64, 64)).Rgb_HWC.Length);
    }

    [Fact]
    public void Bytes_behind_a_JPEG_are_left_out_with_a_note() =>
        Assert.Contains(
            "500 bytes after the picture",
            Assert.Single(Verified(Write("more.jpg", [.. Encode("baseline.jpg"), .. new byte[500]])).Notes),
            StringComparison.Ordinal
        );

    [Fact]
    public void Twelve_bits_a_sample_are_not_supported_rather_than_damaged()
    {
        var bytes = Encode("baseline.jpg");
        var frame = bytes.AsSpan().IndexOf(stackalloc byte[] { 0xFF, 0xC0 });
        bytes[frame + 4] = 12;

        var refused = AssertRefused(Write("deep.jpg", bytes));

        Assert.Equal(PictureProblem.Unsupported, refused.Problem);
        Assert.Contains("not supported: 12 bits a sample", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Signed_samples_are_not_supported_rather_than_damaged()
    {
        using var image = Drawing.LandscapeImage(64, 48);
        using var signed = image.Cast(Enums.BandFormat.Short);

        var refused = AssertRefused(Write("signed.tif", signed.TiffsaveBuffer()));

        Assert.Equal(PictureProblem.Unsupported, refused.Problem);
        Assert.Contains("signed samples of 16 bits", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reduced_resolution_page_does_not_count_as_a_page()
    {
        using var image = Drawing.LandscapeImage(300, 200);
        var pyramid = image.TiffsaveBuffer(tile: true, tileWidth: 128, tileHeight: 128, pyramid: true);

        var header = Verified(Write("pyramid.tif", pyramid));

        Assert.Equal((300, 200), (header.Width, header.Height));
        Assert.Equal((1, 0), (header.Pages, header.Notes.Count));
    }

    [Fact]
    public void A_damaged_profile_is_replaced_by_sRGB_with_a_note_and_the_picture_is_finished()
    {
        var profile = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "wide.icc"));
        "xxxx"u8.CopyTo(profile.AsSpan(profile.AsSpan().IndexOf("rXYZ"u8)));
        using var image = Drawing.LandscapeImage(64, 48);
        using var marked = image.Mutate(fields => fields.Set(GValue.BlobType, "icc-profile-data", profile));
        var path = Write("profile.jpg", marked.JpegsaveBuffer(keep: Enums.ForeignKeep.Icc));

        var header = Verified(path);
        var made = Recomposer.Recompose(
            path,
            header,
            ArchivePicture.MakeThumbnail(path, header, new ThumbnailSize(64, 48)),
            new AbPlane(1, 1, [20, 20]),
            new RecomposeOptions(),
            _folder.At("made.jpg")
        );

        Assert.Contains("profile is damaged", Assert.Single(header.Notes), StringComparison.Ordinal);
        Assert.True(made.MeanChroma > 5, $"chroma {made.MeanChroma}");
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("deflate.tif")]
    public void Salvage_takes_what_can_be_read_and_says_so(string kind)
    {
        var bytes = Encode(kind);
        new Random(3).NextBytes(bytes.AsSpan(bytes.Length / 2, 60));
        var path = Write(kind, bytes);

        var header = ArchivePicture.Verify(path, ArchivePicture.Inspect(path, PictureLimits.Default), salvage: true);

        Assert.True(header.IsSalvaged);
        Assert.Contains("damaged", Assert.Single(header.Notes), StringComparison.Ordinal);
        Assert.NotEmpty(ArchivePicture.MakeThumbnail(path, header, new ThumbnailSize(64, 48)).Rgb_HWC);
    }

    [Fact]
    public void Thirty_files_that_fail_side_by_side_each_keep_their_own_reason()
    {
        using var noise = Drawing.LandscapeImage(200, 150);
        var jpeg = noise.JpegsaveBuffer(keep: Enums.ForeignKeep.None);
        var webp = noise.WebpsaveBuffer();
        var tiff = Encode("deflate.tif");
        string[] files =
        [
            .. Enumerable.Range(0, 10).Select(i => Write($"{i}.jpg", jpeg[..100])),
            .. Enumerable.Range(0, 10).Select(i => Write($"{i}.webp", webp[..(webp.Length / 2)])),
            .. Enumerable.Range(0, 10).Select(i => Write($"{i}.tif", tiff[..^40])),
        ];

        // Straight to libvips, whose messages were mixed up
        string ReasonOf(string path)
        {
            try
            {
                var header = ArchivePicture.Inspect(path, PictureLimits.Default);
                ArchivePicture.MakeThumbnail(path, header, new ThumbnailSize(64, 48));
                return "none";
            }
            catch (PictureException refused)
            {
                return refused.Message;
            }
        }

        var alone = files.Select(ReasonOf).ToArray();
        Assert.DoesNotContain("none", alone);
        for (var round = 0; round < 10; round++)
            Assert.Equal(alone, files.AsParallel().AsOrdered().WithDegreeOfParallelism(8).Select(ReasonOf).ToArray());
    }

    public void Dispose() => _folder.Dispose();

    private static PictureHeader Verified(string path) => ArchivePicture.Verify(path, ArchivePicture.Inspect(path, PictureLimits.Default));

    /// <summary>
    /// A file may be refused by its header, when it is verified, or, where a format has checksums of its own, when it is decoded.
    /// </summary>
    private static PictureException AssertRefused(string path) =>
        Assert.Throws<PictureException>(() => ArchivePicture.MakeThumbnail(path, Verified(path), new ThumbnailSize(64, 48)));

    private string Write(string name, byte[] bytes)
    {
        var path = _folder.At(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static byte[] Encode(string kind)
    {
        var rgb = Drawing.Noisy(Drawing.Landscape(200, 150), 14, seed: 5);
        using var image = Drawing.ToImage(rgb, 200, 150);
        using var grey = image.Colourspace(Enums.Interpretation.Bw);
        using var words = image.Colourspace(Enums.Interpretation.Rgb16);
        return kind switch
        {
            "baseline.jpg" => image.JpegsaveBuffer(q: 90, subsampleMode: Enums.ForeignSubsample.Off),
            "progressive.jpg" => image.JpegsaveBuffer(q: 90, interlace: true),
            "subsampled.jpg" => image.JpegsaveBuffer(q: 75, subsampleMode: Enums.ForeignSubsample.On),
            "grey.jpg" => grey.JpegsaveBuffer(q: 90),
            "none.tif" => image.TiffsaveBuffer(),
            "lzw.tif" => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw),
            "deflate.tif" => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate),
            "packbits.tif" => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Packbits),
            "jpeg.tif" => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Jpeg, q: 90),
            "tiled.tif" => image.TiffsaveBuffer(
                compression: Enums.ForeignTiffCompression.Deflate,
                tile: true,
                tileWidth: 64,
                tileHeight: 64
            ),
            "words.tif" => words.TiffsaveBuffer(
                compression: Enums.ForeignTiffCompression.Lzw,
                predictor: Enums.ForeignTiffPredictor.Horizontal
            ),
            "p.png" => image.PngsaveBuffer(),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind."),
        };
    }

    private const int WidthAt = 8 + 2 + 8;

    /// <summary>An uncompressed grey TIFF of one strip, whose directory comes before its pixels (TIFF 6.0, section 2).</summary>
    private static byte[] DirectoryFirst(int width, int height)
    {
        (ushort Tag, ushort Type, uint Value)[] entries =
        [
            (256, 4, (uint)width),
            (257, 4, (uint)height),
            (258, 3, 8),
            (259, 3, 1),
            (262, 3, 1),
            (273, 4, 8 + 2 + (9 * 12) + 4),
            (277, 3, 1),
            (278, 4, (uint)height),
            (279, 4, (uint)(width * height)),
        ];
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("II*\0"u8);
        writer.Write(8);
        writer.Write((ushort)entries.Length);
        foreach (var (tag, type, value) in entries)
        {
            writer.Write(tag);
            writer.Write(type);
            writer.Write(1);
            writer.Write(value);
        }

        writer.Write(0);
        writer.Write([.. Enumerable.Range(0, width * height).Select(i => (byte)(i % 251))]);
        return file.ToArray();
    }
}
