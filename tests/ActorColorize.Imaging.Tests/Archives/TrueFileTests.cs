using System.Buffers.Binary;
using ActorColorize.Data.Storage;
using ActorColorize.Imaging.Archives;
using ActorColorize.Imaging.Integrity;
using NetVips;

namespace ActorColorize.Imaging.Tests.Archives;

/// <summary>The result states what the original states, no more, and is no coarser.</summary>
public sealed class TrueFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(75)]
    [InlineData(97)]
    [InlineData(100)]
    public void A_JPEG_is_written_with_tables_nowhere_coarser_than_the_originals(int quality)
    {
        using var image = Drawing.LandscapeImage(64, 48);
        var source = Write("source.jpg", image.JpegsaveBuffer(q: quality));

        var (_, made) = Recomposition.Of(_folder, source, new RecomposeOptions());

        var (before, after) = (Tables(source), Tables(made));
        Assert.All(before.Keys, number => Assert.All(before[number].Zip(after[number]), pair => Assert.True(pair.Second <= pair.First)));
    }

    [Fact]
    public void A_quality_that_is_asked_for_is_used()
    {
        using var image = Drawing.LandscapeImage(64, 48);
        var source = Write("source.jpg", image.JpegsaveBuffer(q: 100));

        var (_, made) = Recomposition.Of(_folder, source, new RecomposeOptions { JpegQuality = 50 });

        Assert.Equal(16, Tables(made)[0][0]); // ITU T.81, table K.1, as it stands
    }

    [Fact]
    public void A_PNG_without_a_resolution_is_given_none()
    {
        using var image = Drawing.LandscapeImage(64, 48);
        var bytes = PictureFile.Encode(image, ".png");
        var at = bytes.AsSpan().IndexOf("pHYs"u8) - 4;
        var source = Write("none.png", [.. bytes[..at], .. bytes[(at + 21)..]]);

        var (_, made) = Recomposition.Of(_folder, source, new RecomposeOptions());

        Assert.DoesNotContain(PictureFile.Chunks(File.ReadAllBytes(made)), chunk => chunk.Type == "pHYs");
    }

    [Theory]
    [InlineData(100_000, 1.0)]
    [InlineData(55_556, 1.8)]
    public void The_gamma_of_a_PNG_without_a_profile_is_applied(uint stated, double exponent)
    {
        var ramp = new byte[256 * 16 * 3];
        for (var i = 0; i < 256 * 16; i++)
            Drawing.Set(ramp, i, i % 256, i % 256, i % 256);
        using var image = Drawing.ToImage(ramp, 256, 16);
        var gamma = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(gamma, stated);
        var source = Write("gamma.png", PictureFile.WithChunks(PictureFile.Encode(image, ".png"), ("gAMA", gamma)));
        var header = ArchivePicture.Inspect(source, PictureLimits.Default);

        Recomposer.Recompose(
            source,
            header,
            ArchivePicture.MakeThumbnail(source, header, new ThumbnailSize(64, 16)),
            new AbPlane(1, 1, [0, 0]),
            new RecomposeOptions(),
            _folder.At("made.png")
        );

        using var made = Image.NewFromBuffer(File.ReadAllBytes(_folder.At("made.png")));
        for (var level = 8; level < 256; level += 31)
        {
            var light = Math.Pow(level / 255.0, exponent);
            var srgb = light <= 0.0031308 ? light * 12.92 : (1.055 * Math.Pow(light, 1 / 2.4)) - 0.055; // IEC 61966-2-1
            Assert.InRange(made[level, 8][0], (255 * srgb) - 1.01, (255 * srgb) + 1.01);
        }
    }

    [Fact]
    public void The_result_has_the_date_of_the_original_and_copies_of_its_sidecars()
    {
        var date = new DateTime(1998, 7, 14, 12, 30, 15, DateTimeKind.Utc);
        var (picture, source) = ToRecompose("a.jpg");
        string[] sidecars = ["a.xmp", "a.jpg.xmp"];
        foreach (var name in sidecars)
            File.SetLastWriteTimeUtc(Write(name, [1, 2, 3]), date.AddDays(1));
        File.SetLastWriteTimeUtc(source, date);

        Recomposer.Recompose(picture, new RecomposeOptions(), _folder.At("out/a.jpg"));
        Recomposer.Recompose(picture, new RecomposeOptions(), _folder.At("out/a.jpg")); // a second run replaces it

        Assert.Equal(date, File.GetLastWriteTimeUtc(_folder.At("out/a.jpg")));
        Assert.Equal(["a.jpg", "a.jpg.xmp", "a.xmp"], Directory.GetFiles(_folder.At("out")).Select(Path.GetFileName).Order());
        Assert.All(sidecars, name =>
        {
            Assert.Equal([1, 2, 3], File.ReadAllBytes(_folder.At("out/" + name)));
            Assert.Equal(date.AddDays(1), File.GetLastWriteTimeUtc(_folder.At("out/" + name)));
        });
    }

    [Fact]
    public void Nothing_is_written_of_an_original_that_changed_meanwhile()
    {
        var (picture, source) = ToRecompose("a.jpg");
        picture = picture with { Version = FileVersion.Of(source) };
        Recomposer.Recompose(picture, new RecomposeOptions(), _folder.At("made.jpg"));
        var changed = File.ReadAllBytes(source);
        File.Delete(_folder.At("made.jpg"));
        Write("a.jpg", changed);

        var fault = Assert.Throws<PictureException>(() => Recomposer.Recompose(picture, new RecomposeOptions(), _folder.At("made.jpg")));

        Assert.Equal(PictureProblem.Changed, fault.Problem);
        Assert.False(File.Exists(_folder.At("made.jpg")));
    }

    [Theory]
    [InlineData("bilevel.tif")]
    [InlineData("bilevel.png")]
    public void Black_and_white_of_one_bit_is_recognised(string name)
    {
        using var image = Drawing.LandscapeImage(64, 48);
        using var grey = image.Colourspace(Enums.Interpretation.Bw);
        using var black = grey > 128;
        var bytes = name.EndsWith(".tif", StringComparison.Ordinal)
            ? black.TiffsaveBuffer(bitdepth: 1, compression: Enums.ForeignTiffCompression.Ccittfax4)
            : black.PngsaveBuffer(bitdepth: 1);

        Assert.True(ArchivePicture.Inspect(Write(name, bytes), PictureLimits.Default).IsBilevel);
    }

    public void Dispose() => _folder.Dispose();

    private (PictureToRecompose Picture, string Source) ToRecompose(string name)
    {
        using var image = Drawing.LandscapeImage(64, 48);
        var source = Write(name, image.JpegsaveBuffer());
        var header = ArchivePicture.Inspect(source, PictureLimits.Default);
        var thumbnail = ArchivePicture.MakeThumbnail(source, header, new ThumbnailSize(64, 48));
        return (new PictureToRecompose(source, [new RecomposePage(header, thumbnail, new AbPlane(1, 1, [10, 20]))]), source);
    }

    private string Write(string name, byte[] bytes)
    {
        var path = _folder.At(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static IReadOnlyDictionary<int, int[]> Tables(string path)
    {
        using var file = File.OpenRead(path);
        return JpegStructure.Read(file).QuantizationTables;
    }
}
