using System.Buffers.Binary;
using ActorColorize.Imaging.Archives;
using NetVips;

namespace ActorColorize.Imaging.Tests.Archives;

/// <summary>PNGs that state their colours by cHRM or cICP, against the matrix that ITU-R BT.2087 publishes for BT.2020 to BT.709.</summary>
public sealed class PngColorSpaceTests : IDisposable
{
    private static readonly double[] Bt2087 = [1.6605, -0.5876, -0.0728, -0.1246, 1.1329, -0.0083, -0.0182, -0.1006, 1.1187];
    private static readonly byte[] Stored = [170, 150, 130];

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("cHRM")]
    [InlineData("cICP")]
    [InlineData("cHRM gAMA")]
    public void Colours_of_other_primaries_become_those_of_sRGB(string chunks)
    {
        var path = Write(chunks);
        var light = Stored.Select(level =>
            chunks.EndsWith("gAMA", StringComparison.Ordinal) ? Math.Pow(level / 255.0, 2) : Decode(level / 255.0)
        );
        var expected = Times(Bt2087, [.. light]).Select(value => 255 * Encode(value)).ToArray();

        var header = ArchivePicture.Inspect(path, PictureLimits.Default);
        var seen = ArchivePicture.MakeThumbnail(path, header, new ThumbnailSize(16, 16)).Rgb_HWC;
        var (_, made) = Recomposition.Of(_folder, path, new RecomposeOptions { Strength = 0 });

        using var result = Image.NewFromFile(made);
        for (var channel = 0; channel < 3; channel++)
        {
            Assert.Equal(expected[channel], seen[channel], 1.0);
            Assert.Equal(expected[channel], result[channel].Avg(), 1.5); // Little CMS rounds to 8 bits
        }
    }

    [Theory]
    [InlineData("sRGB cHRM")]
    [InlineData("")]
    public void Where_the_file_says_sRGB_or_nothing_its_values_stay(string chunks)
    {
        var path = Write(chunks);

        var header = ArchivePicture.Inspect(path, PictureLimits.Default);

        Assert.Null(header.Primaries);
        Assert.Equal(Stored, ArchivePicture.MakeThumbnail(path, header, new ThumbnailSize(16, 16)).Rgb_HWC[..3]);
    }

    [Theory]
    [InlineData(new byte[] { 9, 16, 0, 1 }, "high dynamic range")]
    [InlineData(new byte[] { 9, 13, 6, 0 }, "not one of full-range RGB")]
    public void What_cannot_be_followed_is_noted(byte[] codes, string note)
    {
        using var image = Drawing.LandscapeImage(32, 32);
        File.WriteAllBytes(_folder.At("codes.png"), PictureFile.WithChunks(PictureFile.Encode(image, ".png"), ("cICP", codes)));

        var header = ArchivePicture.Inspect(_folder.At("codes.png"), PictureLimits.Default);

        Assert.Contains(note, Assert.Single(header.Notes), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string chunks)
    {
        var rgb = new byte[32 * 32 * 3];
        for (var i = 0; i < rgb.Length; i++)
            rgb[i] = Stored[i % 3];
        using var image = Drawing.ToImage(rgb, 32, 32);
        // White, red, green, blue of BT.2020, times 100,000.
        int[] places = [31270, 32900, 70800, 29200, 17000, 79700, 13100, 4600];
        var chromaticities = new byte[32];
        for (var i = 0; i < 8; i++)
            BinaryPrimitives.WriteInt32BigEndian(chromaticities.AsSpan(4 * i), places[i]);
        var said = chunks
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(type =>
                type switch
                {
                    "cHRM" => (type, chromaticities),
                    "cICP" => (type, new byte[] { 9, 13, 0, 1 }),
                    "gAMA" => (type, new byte[] { 0, 0, 0xC3, 0x50 }), // 0.5
                    _ => (type, new byte[] { 0 }),
                }
            );
        var path = _folder.At("colours.png");
        File.WriteAllBytes(path, PictureFile.WithChunks(PictureFile.Encode(image, ".png"), [.. said]));
        return path;
    }

    private static double[] Times(double[] m, double[] v) =>
        [.. Enumerable.Range(0, 3).Select(row => (m[3 * row] * v[0]) + (m[(3 * row) + 1] * v[1]) + (m[(3 * row) + 2] * v[2]))];

    // IEC 61966-2-1.
    private static double Decode(double value) => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);

    private static double Encode(double value) => value <= 0.0031308 ? 12.92 * value : (1.055 * Math.Pow(value, 1 / 2.4)) - 0.055;
}
