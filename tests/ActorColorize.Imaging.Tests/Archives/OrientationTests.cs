using ActorColorize.Imaging.Archives;
using NetVips;

namespace ActorColorize.Imaging.Tests.Archives;

/// <summary>The eight EXIF orientations of one picture of four quarters; which pixels they turn where was settled by Pillow.</summary>
public sealed class OrientationTests : IDisposable
{
    private const int Width = 48;
    private const int Height = 32;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Pictures { get; } =
    [
        .. Enumerable.Range(1, 8).Select(orientation => $"orientation-{orientation}.jpg"),
        "orientation-6.png",
        "orientation-6.webp",
        "orientation-6.tif",
    ];

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Is_applied_once_to_the_coloured_picture_and_says_upright_then(string name)
    {
        var (_, made) = Recomposition.Of(_folder, Fixture.At(name), new RecomposeOptions());

        var bytes = File.ReadAllBytes(made);
        using var picture = Image.NewFromBuffer(bytes);
        Assert.Equal((Width, Height), (picture.Width, picture.Height));
        using var lab = picture.Colourspace(Enums.Interpretation.Lab);
        // An upright grey JPEG keeps its Y, which changes the lightness of these colours by up to 1.75 (BT.601).
        var tolerance = name == "orientation-1.jpg" ? 2.75 : 1.0;
        for (var down = 0; down < 2; down++)
        {
            for (var across = 0; across < 2; across++)
            {
                var mean = Recomposition.Mean(lab, across * Width / 2, down * Height / 2, Width / 2, Height / 2);
                Assert.Equal(Fixture.QuadrantLightness[down][across], mean[0], tolerance);
                Assert.True(across == 0 ? mean[1] > 5 : mean[1] < -5, $"{name}: a is {mean[1]} in quarter {down}, {across}");
            }
        }

        var exif = FileMetadata.Exif(bytes);
        Assert.True(!exif.Has(TiffTags.Orientation) || exif.Number(TiffTags.Orientation) == 1);
        using var again = picture.Autorot();
        Assert.Equal((Width, Height), (again.Width, again.Height));
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Is_applied_once_to_what_the_network_sees(string name)
    {
        var header = ArchivePicture.Inspect(Fixture.At(name), new PictureLimits());
        var size = new ThumbnailSize(Width, Height);

        var thumbnail = ArchivePicture.MakeThumbnail(Fixture.At(name), header, size);

        Assert.Equal((Width, Height), (header.Width, header.Height));
        using var seen = Drawing.ToImage(thumbnail.Rgb_HWC, Width, Height);
        using var lab = seen.Colourspace(Enums.Interpretation.Lab);
        for (var down = 0; down < 2; down++)
        for (var across = 0; across < 2; across++)
            Assert.Equal(
                Fixture.QuadrantLightness[down][across],
                Recomposition.Mean(lab, across * Width / 2, down * Height / 2, Width / 2, Height / 2)[0],
                tolerance: 1.0
            );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    public void Dimensions_and_preview_in_the_metadata_are_those_of_the_upright_picture_in_colour(int orientation)
    {
        var (_, made) = Recomposition.Of(_folder, Fixture.At($"orientation-{orientation}.jpg"), new RecomposeOptions());

        var exif = FileMetadata.Exif(File.ReadAllBytes(made));
        Assert.Equal((Width, Height), (exif.Number(TiffTags.PixelWidth), exif.Number(TiffTags.PixelHeight)));
        using var preview = Image.NewFromBuffer(exif.Preview());
        Assert.Equal(Width / (double)Height, preview.Width / (double)preview.Height, tolerance: 0.05);
        using var lab = preview.Colourspace(Enums.Interpretation.Lab);
        Assert.True(Recomposition.Mean(lab, 0, 0, preview.Width / 2, preview.Height)[1] > 4);
        Assert.True(Recomposition.Mean(lab, preview.Width / 2, 0, preview.Width / 2, preview.Height)[1] < -4);
    }

    public void Dispose() => _folder.Dispose();
}
