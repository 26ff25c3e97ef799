using ActorColorize.Imaging.Archives;
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
