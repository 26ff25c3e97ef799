using System.Buffers.Binary;
using System.Text;
using ActorColorize.Imaging.Archives;
using NetVips;

namespace ActorColorize.Imaging.Tests.Archives;

/// <summary>TIFFs of several pages, put together byte by byte after TIFF 6.0.</summary>
public sealed class PageTests : IDisposable
{
    private const int Reduced = 1;
    private const int OneOfSeveral = 2;

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(PictureCodec.Vips)]
    [InlineData(PictureCodec.ImageSharp)]
    public void Every_page_is_coloured_and_keeps_its_size_its_name_and_its_luminance(PictureCodec codec)
    {
        var source = Write("book.tif", [(96, 64, OneOfSeveral, "recto"), (48, 80, OneOfSeveral, "verso"), (64, 64, OneOfSeveral, "map")]);

        var (result, made) = Recompose(source, codec);

        Assert.True(result.MeanChroma > 8, $"mean chroma is {result.MeanChroma}");
        using var first = Image.NewFromFile(made);
        Assert.Equal(3, (int)first.Get("n-pages"));
        foreach (var (page, width, height) in new[] { (0, 96, 64), (1, 48, 80), (2, 64, 64) })
        {
            using var before = Image.Tiffload(source, page: page);
            using var after = Image.Tiffload(made, page: page);
            Assert.Equal((width, height, 3), (after.Width, after.Height, after.Bands));
            Assert.InRange(Recomposition.MeanLightnessDifference(before, after), 0, 0.6);
        }

        var tags = Pages(File.ReadAllBytes(made));
        Assert.Equal(["recto", "verso", "map"], tags.Select(page => page.Name));
        Assert.All(tags, page => Assert.Equal(OneOfSeveral, page.Kind));
        ArchivePicture.Verify(made, ArchivePicture.Inspect(made, Several));
        ArchivePicture.Verify(made, ArchivePicture.Inspect(made, Several, page: 2));
    }

    [Fact]
    public void A_smaller_version_of_a_page_is_made_anew_from_the_coloured_page()
    {
        var source = Write("scan.tif", [(96, 64, 0, "scan"), (24, 16, Reduced, "small"), (96, 64, 0, "next")]);

        Assert.Equal(2, ArchivePicture.Inspect(source, Several).Pages);
        var (_, made) = Recompose(source, PictureCodec.Vips);

        var tags = Pages(File.ReadAllBytes(made));
        Assert.Equal([0, Reduced, 0], tags.Select(page => page.Kind));
        using var small = Image.Tiffload(made, page: 1);
        using var whole = Image.Tiffload(made, page: 0);
        using var expected = whole.ThumbnailImage(24, height: 16, size: Enums.Size.Force);
        Assert.Equal((24, 16, 3), (small.Width, small.Height, small.Bands));
        Assert.Equal(0, (small - expected).Abs().Max());
    }

    [Fact]
    public void Damage_in_a_later_page_is_found_and_more_pages_than_the_limit_are_refused()
    {
        var source = Write("book.tif", [(96, 64, 0, "a"), (96, 64, 0, "b")]);
        var bytes = File.ReadAllBytes(source);
        // The last page's pixels are the last in the file.
        File.WriteAllBytes(_folder.At("cut.tif"), bytes[..^100]);

        var cut = ArchivePicture.Inspect(_folder.At("cut.tif"), Several, page: 1);
        Assert.Equal(
            PictureProblem.Truncated,
            Assert.Throws<PictureException>(() => ArchivePicture.Verify(_folder.At("cut.tif"), cut)).Problem
        );
        Assert.Equal(
            PictureProblem.TooManyFrames,
            Assert.Throws<PictureException>(() => ArchivePicture.Inspect(source, PictureLimits.Default)).Problem
        );
    }

    [Fact]
    public void The_first_frame_of_an_animation_is_taken_with_a_note()
    {
        File.WriteAllBytes(_folder.At("moving.webp"), PictureFile.Animation(48, 32));

        var header = ArchivePicture.Inspect(_folder.At("moving.webp"), Several);

        Assert.Equal((48, 32, 1), (header.Width, header.Height, header.Pages));
        Assert.Contains("first one", Assert.Single(header.Notes), StringComparison.Ordinal);
        Assert.Throws<PictureException>(() => ArchivePicture.Inspect(_folder.At("moving.webp"), PictureLimits.Default));
    }

    [Theory]
    [InlineData("grey.jpg")]
    [InlineData("rgb.jpg")]
    [InlineData("grey.png")]
    [InlineData("rgb16.png")]
    [InlineData("alpha.png")]
    [InlineData("grey.tif")]
    [InlineData("rgb16.tif")]
    public void Strip_by_strip_the_result_is_the_same_to_the_byte(string name)
    {
        using var rgb = Drawing.LandscapeImage(700, 900);
        using var color = name.StartsWith("grey", StringComparison.Ordinal)
            ? rgb[1].Copy(interpretation: Enums.Interpretation.Bw)
            : rgb.Copy();
        using var deep = name.Contains("16", StringComparison.Ordinal)
            ? (color * 250).Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Rgb16)
            : color.Copy();
        using var image = name.StartsWith("alpha", StringComparison.Ordinal) ? deep.Bandjoin(deep[0]) : deep.Copy();
        var source = _folder.At(name);
        File.WriteAllBytes(source, PictureFile.Encode(image, Path.GetExtension(name)));

        var (whole, made) = Recomposition.Of(_folder, source, new RecomposeOptions { JpegQuality = 92 });
        var bytes = File.ReadAllBytes(made);
        var (streamed, again) = Recomposition.Of(_folder, source, new RecomposeOptions { JpegQuality = 92, StreamAbovePixels = 0 });

        Assert.Equal(bytes, File.ReadAllBytes(again));
        Assert.Equal(whole, streamed);
    }

    [Fact]
    public void A_picture_with_an_sRGB_profile_goes_through_strip_by_strip_too()
    {
        using var image = Drawing.LandscapeImage(90, 70);
        using var described = image.Mutate(fields => fields.Set(GValue.BlobType, "icc-profile-data", Image.ProfileLoad("srgb")));
        var source = _folder.At("described.jpg");
        described.Jpegsave(source);

        var (_, made) = Recomposition.Of(_folder, source, new RecomposeOptions { JpegQuality = 92 });
        var bytes = File.ReadAllBytes(made);
        var (_, again) = Recomposition.Of(_folder, source, new RecomposeOptions { JpegQuality = 92, StreamAbovePixels = 0 });

        Assert.Equal(bytes, File.ReadAllBytes(again));
    }

    [Fact]
    public void A_large_picture_that_ends_in_the_middle_leaves_nothing_behind()
    {
        using var rgb = Drawing.LandscapeImage(700, 900);
        var source = _folder.At("cut.jpg");
        var bytes = PictureFile.Encode(rgb, ".jpg");
        File.WriteAllBytes(source, bytes);
        var inspected = ArchivePicture.Inspect(source, PictureLimits.Default);
        var thumbnail = ArchivePicture.MakeThumbnail(source, inspected, new ThumbnailSize(64, 64));
        File.WriteAllBytes(source, bytes[..(bytes.Length / 2)]);

        var refused = Assert.Throws<PictureException>(() =>
            Recomposer.Recompose(
                source,
                inspected,
                thumbnail,
                new AbPlane(2, 2, new float[8]),
                new RecomposeOptions { StreamAbovePixels = 0 },
                _folder.At("out", "cut.jpg")
            )
        );
        Assert.Equal(PictureProblem.Truncated, refused.Problem);
        Assert.Empty(_folder.Files("out"));
    }

    public void Dispose() => _folder.Dispose();

    private static PictureLimits Several { get; } = new() { MaximumFrames = 100, FirstFrameOnly = true };

    private (RecomposedPicture Result, string Made) Recompose(string source, PictureCodec codec)
    {
        var first = ArchivePicture.Inspect(source, Several, codec);
        var pages = Enumerable
            .Range(0, first.Pages)
            .Select(page =>
            {
                var header = ArchivePicture.Verify(source, ArchivePicture.Inspect(source, Several, codec, page));
                var thumbnail = ArchivePicture.MakeThumbnail(source, header, ThumbnailSize.For(header.Width, header.Height, 64));
                return new RecomposePage(header, thumbnail, new AbPlane(2, 2, [18, -12, 18, -12, 15, 15, 15, 15]));
            })
            .ToList();
        var made = _folder.At("out", Path.GetFileName(source));
        return (Recomposer.Recompose(new PictureToRecompose(source, pages), new RecomposeOptions(), made), made);
    }

    /// <summary>Grey pages of eight bits, uncompressed, one strip each.</summary>
    private string Write(string name, (int Width, int Height, int Kind, string Name)[] pages)
    {
        using var file = new MemoryStream();
        file.Write([(byte)'I', (byte)'I', 42, 0, 0, 0, 0, 0]);
        var linkAt = 4L;
        foreach (var (width, height, kind, title) in pages)
        {
            var text = Encoding.ASCII.GetBytes(title.PadRight(7) + "\0");
            var textAt = file.Length;
            file.Write(text);
            var directoryAt = file.Length;
            (ushort Tag, ushort Type, uint Count, uint Value)[] entries =
            [
                (0x00FE, 4, 1, (uint)kind),
                (0x0100, 4, 1, (uint)width),
                (0x0101, 4, 1, (uint)height),
                (0x0102, 3, 1, 8),
                (0x0103, 3, 1, 1),
                (0x0106, 3, 1, 1),
                (0x0111, 4, 1, (uint)(directoryAt + 2 + (11 * 12) + 4)),
                (0x0115, 3, 1, 1),
                (0x0116, 4, 1, (uint)height),
                (0x0117, 4, 1, (uint)(width * height)),
                (0x011D, 2, (uint)text.Length, (uint)textAt),
            ];
            file.Write([(byte)entries.Length, 0]);
            foreach (var (tag, type, count, value) in entries)
            {
                var entry = new byte[12];
                BinaryPrimitives.WriteUInt16LittleEndian(entry, tag);
                BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(2), type);
                BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(4), count);
                BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(8), value);
                file.Write(entry);
            }

            file.Write([0, 0, 0, 0]);
            var grey = Drawing.Grey(Drawing.Landscape(width, height));
            for (var i = 0; i < grey.Length; i += 3)
                file.WriteByte(grey[i]);
            var end = file.Length;
            var link = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(link, (uint)directoryAt);
            file.Position = linkAt;
            file.Write(link);
            file.Position = end;
            linkAt = directoryAt + 2 + (entries.Length * 12);
        }

        var path = _folder.At(name);
        File.WriteAllBytes(path, file.ToArray());
        return path;
    }

    /// <summary>Kind and name of each page, by following the links.</summary>
    private static List<(int Kind, string Name)> Pages(byte[] tiff)
    {
        var pages = new List<(int, string)>();
        for (var at = BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(4)); at != 0; )
        {
            var (kind, name) = (0, "");
            var count = BinaryPrimitives.ReadUInt16LittleEndian(tiff.AsSpan(at));
            for (var i = 0; i < count; i++)
            {
                var entry = tiff.AsSpan(at + 2 + (12 * i), 12);
                var value = BinaryPrimitives.ReadInt32LittleEndian(entry[8..]);
                switch (BinaryPrimitives.ReadUInt16LittleEndian(entry))
                {
                    case 0x00FE:
                        kind = value;
                        break;
                    case 0x011D:
                        name = Encoding.ASCII.GetString(tiff, value, 7).Trim();
                        break;
                }
            }

            pages.Add((kind, name));
            at = BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(at + 2 + (12 * count)));
        }

        return pages;
    }
}
