using System.Buffers.Binary;
using ActorColorize.Imaging.Archives;
using ActorColorize.Imaging.Color;
using ActorColorize.Imaging.Integrity;
using BitMiracle.LibJpeg.Classic;
using NetVips;

namespace ActorColorize.Imaging.Tests.Archives;

/// <summary>The luminance of a coloured JPEG is the grey original's to the last bit.</summary>
public sealed class JpegLuminanceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(64, 48, 75, false, 0)]
    [InlineData(61, 43, 30, false, 0)] // neither side a multiple of eight
    [InlineData(200, 9, 95, true, 0)] // progressive
    [InlineData(67, 130, 50, false, 2)] // restart intervals
    [InlineData(8, 8, 100, true, 0)]
    [InlineData(200, 90, 75, false, 4)]
    public void The_luminance_of_a_grey_JPEG_is_carried_over(int width, int height, int quality, bool progressive, int restart)
    {
        using var color = Drawing.LandscapeImage(width, height);
        using var gray = color.Colourspace(Enums.Interpretation.Bw);
        var source = Write(gray.JpegsaveBuffer(q: quality, interlace: progressive, restartInterval: restart));

        var (result, made) = Recomposition.Of(_folder, source, new RecomposeOptions());

        Assert.Equal(Luminance(source), Luminance(made));
        Assert.True(result.MeanChroma > 3, $"mean chroma is {result.MeanChroma}");
        using var opened = Image.NewFromFile(made, failOn: Enums.FailOn.Warning);
        Assert.Equal((width, height, 3), (opened.Width, opened.Height, opened.Bands));
        AssertLumaOf(source, opened);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_scans_of_a_grey_JPEG_are_copied(bool progressive)
    {
        using var color = Drawing.LandscapeImage(90, 70);
        using var gray = color.Colourspace(Enums.Interpretation.Bw);
        var source = Write(gray.JpegsaveBuffer(interlace: progressive));

        var (_, made) = Recomposition.Of(_folder, source, new RecomposeOptions());

        var codes = Codes(source);
        Assert.Equal(codes, Codes(made).Take(codes.Count));
        using var file = File.OpenRead(made);
        Assert.Equal(progressive ? 0xC2 : 0xC0, JpegStructure.Read(file).Frame);
        AssertUndamaged(made);
    }

    [Fact]
    public void Codes_of_an_even_area_are_zeros_and_no_padding()
    {
        // With optimized tables both codes of an even block are "0": 256 blocks are 64 bytes of zeros.
        using var even = Image.Black(128, 128);
        using var gray = even.Copy(interpretation: Enums.Interpretation.Bw);
        var source = Write(gray.JpegsaveBuffer(optimizeCoding: true));

        var (_, made) = Recomposition.Of(_folder, source, new RecomposeOptions { Strength = 0 });

        Assert.Equal(Luminance(source), Luminance(made));
        AssertUndamaged(made);
    }

    [Fact]
    public void Padding_in_front_of_the_end_marker_is_left_out()
    {
        using var color = Drawing.LandscapeImage(90, 70);
        using var gray = color.Colourspace(Enums.Interpretation.Bw);
        var jpeg = gray.JpegsaveBuffer();
        var source = Write([.. jpeg[..^2], 0, 0, 0, .. jpeg[^2..]]);

        var (_, made) = Recomposition.Of(_folder, source, new RecomposeOptions());

        Assert.Equal(Luminance(source), Luminance(made));
        AssertUndamaged(made);
    }

    [Fact]
    public void Chroma_is_that_of_the_standard()
    {
        // Every sixteenth level of each channel
        const int levels = 17;
        using var planes = new ChromaPlanes(levels * levels, levels);
        var steps = Enumerable.Range(0, 256).Select(static level => Array.IndexOf(SrgbCurve.EncodedBytes, (byte)level)).ToArray();
        for (var y = 0; y < levels; y++)
            planes.Set(
                y,
                [.. Enumerable.Repeat(steps[Level(y)], levels * levels)],
                [.. Enumerable.Range(0, levels * levels).Select(x => steps[Level(x / levels)])],
                [.. Enumerable.Range(0, levels * levels).Select(x => steps[Level(x % levels)])]
            );
        using var cb = planes.Cb;
        using var cr = planes.Cr;

        for (var y = 0; y < levels; y++)
        {
            for (var x = 0; x < levels * levels; x++)
            {
                // ITU T.871, section 7; a value and its fixed-point sum are less than 0.01 apart.
                var (r, g, b) = (Level(y), Level(x / levels), Level(x % levels));
                var expectedCb = Math.Min(255, 128 + ((-0.299 * r) - (0.587 * g) + (0.886 * b)) / 1.772);
                var expectedCr = Math.Min(255, 128 + ((0.701 * r) - (0.587 * g) - (0.114 * b)) / 1.402);
                Assert.InRange(cb.Getpoint(x, y)[0] - expectedCb, -0.51, 0.51);
                Assert.InRange(cr.Getpoint(x, y)[0] - expectedCr, -0.51, 0.51);
            }
        }

        static int Level(int index) => Math.Min(255, 16 * index);
    }

    [Fact]
    public void A_progressive_JPEG_with_restart_markers_is_encoded_as_a_whole()
    {
        var source = Fixture.At("progressive-restarts.jpg");

        var (_, made) = Recomposition.Of(_folder, source, new RecomposeOptions());

        // CIE lightness is kept, which is up to 1.75 units, 5 levels, away from keeping luma.
        using var opened = Image.NewFromFile(made, failOn: Enums.FailOn.Warning);
        AssertLumaOf(source, opened, within: 5);
    }

    [Fact]
    public void A_grey_JPEG_stored_as_colour_keeps_its_luminance_as_well()
    {
        using var color = Drawing.LandscapeImage(61, 43);
        using var gray = color.Colourspace(Enums.Interpretation.Bw).Colourspace(Enums.Interpretation.Srgb);
        var source = Write(gray.JpegsaveBuffer(q: 80, subsampleMode: Enums.ForeignSubsample.On));

        var (_, made) = Recomposition.Of(_folder, source, new RecomposeOptions());

        Assert.Equal(Luminance(source), Luminance(made));
    }

    [Fact]
    public void An_sRGB_profile_stays_beside_the_luminance()
    {
        using var color = Drawing.LandscapeImage(61, 43);
        using var gray = color.Colourspace(Enums.Interpretation.Bw).Colourspace(Enums.Interpretation.Srgb);
        var profile = Image.ProfileLoad("srgb");
        using var described = gray.Mutate(fields => fields.Set(GValue.BlobType, "icc-profile-data", profile));
        var source = Write(described.JpegsaveBuffer(q: 80));

        var (_, made) = Recomposition.Of(_folder, source, new RecomposeOptions());

        Assert.Equal(Luminance(source), Luminance(made));
        using var opened = Image.NewFromFile(made);
        Assert.Equal(profile, (byte[])opened.Get("icc-profile-data"));
    }

    [Fact]
    public void The_colours_are_those_of_the_plain_encoding()
    {
        using var color = Drawing.LandscapeImage(160, 120);
        using var gray = color.Colourspace(Enums.Interpretation.Bw);
        var source = Write(gray.JpegsaveBuffer(q: 95));
        var (_, carried) = Recomposition.Of(_folder, source, new RecomposeOptions());
        using var exact = Image.NewFromFile(carried).CopyMemory();
        var (_, encoded) = Recomposition.Of(_folder, source, new RecomposeOptions { JpegQuality = 100 });
        using var plain = Image.NewFromFile(encoded).CopyMemory();

        // Twice the largest rounding of the conversion to YCbCr and back, and a quantisation step of chroma at quality 92.
        using var difference = (exact - plain).Abs();
        Assert.InRange(difference.Avg(), 0, 4);
    }

    [Fact]
    public void Metadata_stand_once_and_in_front()
    {
        using var color = Drawing.LandscapeImage(64, 48);
        using var gray = color.Colourspace(Enums.Interpretation.Bw);
        using var commented = gray.Mutate(fields => fields.Set(GValue.GStrType, "jpeg-comment", "a note"));
        var source = Write(commented.JpegsaveBuffer(q: 90));

        var (_, made) = Recomposition.Of(_folder, source, new RecomposeOptions());

        var bytes = File.ReadAllBytes(made);
        Assert.Equal([0xFF, 0xD8, 0xFF, 0xE1], bytes[..4]); // libvips writes EXIF, beside which no JFIF segment is written
        Assert.Equal(0, Count(bytes, "JFIF\0"u8));
        Assert.Equal(1, Count(bytes, "http://ns.adobe.com/xap/1.0/\0"u8));
    }

    [Fact]
    public void A_toned_JPEG_is_encoded_as_a_whole()
    {
        using var color = Drawing.LandscapeImage(64, 48);
        var source = Write(color.JpegsaveBuffer(q: 60));

        var (_, made) = Recomposition.Of(_folder, source, new RecomposeOptions());

        Assert.NotEqual(Luminance(source), Luminance(made));
    }

    public void Dispose() => _folder.Dispose();

    private string Write(byte[] jpeg)
    {
        var path = _folder.At("source.jpg");
        File.WriteAllBytes(path, jpeg);
        return path;
    }

    private static void AssertUndamaged(string path)
    {
        using var file = File.OpenRead(path);
        var report = JpegIntegrity.Check(path, file);
        Assert.Null(report.Damage);
        Assert.Empty(report.Notes);
        Assert.True(report.IsComplete);
    }

    /// <summary>The entropy-coded data of each scan, as read by the rules of T.81, B.1.1.5.</summary>
    private static List<byte[]> Codes(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var scans = new List<byte[]>();
        for (var at = 2; bytes[at + 1] != 0xD9; )
        {
            Assert.Equal(0xFF, bytes[at]);
            var isScan = bytes[at + 1] == 0xDA;
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 2));
            if (!isScan)
                continue;
            var start = at;
            while (bytes[at] != 0xFF || bytes[at + 1] is 0 or (>= 0xD0 and <= 0xD7))
                at++;
            scans.Add(bytes[start..at]);
        }

        return scans;
    }

    private static int Count(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> part)
    {
        var count = 0;
        for (int at; (at = bytes.IndexOf(part)) >= 0; bytes = bytes[(at + 1)..])
            count++;
        return count;
    }

    /// <summary>Compares the luma (BT.601) with the grey original as another decoder sees both.</summary>
    private static void AssertLumaOf(string source, Image made, double within = 1.5)
    {
        using var gray = Image.NewFromFile(source);
        using var luma = (made[0] * 0.299) + (made[1] * 0.587) + (made[2] * 0.114);
        using var difference = (luma - gray[0]).Abs();
        Assert.InRange(difference.Avg(), 0, within);
    }

    /// <summary>The decoded luminance plane.</summary>
    private static byte[] Luminance(string path)
    {
        using var file = File.OpenRead(path);
        var decoder = new jpeg_decompress_struct();
        decoder.jpeg_stdio_src(file);
        decoder.jpeg_read_header(require_image: true);
        decoder.Out_color_space = J_COLOR_SPACE.JCS_GRAYSCALE;
        decoder.jpeg_start_decompress();
        var plane = new List<byte>();
        byte[][] row = [new byte[decoder.Output_width]];
        while (decoder.Output_scanline < decoder.Output_height)
        {
            decoder.jpeg_read_scanlines(row, 1);
            plane.AddRange(row[0]);
        }

        decoder.jpeg_finish_decompress();
        return [.. plane];
    }
}
