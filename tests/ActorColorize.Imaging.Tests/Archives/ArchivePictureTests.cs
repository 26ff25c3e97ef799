using ActorColorize.Imaging.Archives;
using ActorColorize.Imaging.Tones;
using CsCheck;

namespace ActorColorize.Imaging.Tests.Archives;

public sealed class ArchivePictureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_picture_over_the_limit_is_refused_by_its_header_with_size_and_limit()
    {
        using var image = Drawing.LandscapeImage(64, 48);
        var path = Write("large.png", PictureFile.Encode(image, ".png"));

        var refused = Assert.Throws<PictureException>(() => ArchivePicture.Inspect(path, new PictureLimits { MaximumPixels = 1000 }));

        Assert.Equal(PictureProblem.TooLarge, refused.Problem);
        Assert.Contains("large.png", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("letter.jpg", "dear reader")]
    [InlineData("nothing.png", "")]
    public void A_file_that_is_not_a_picture_is_named(string name, string content)
    {
        var path = Write(name, System.Text.Encoding.UTF8.GetBytes(content));

        var refused = Assert.Throws<PictureException>(() => ArchivePicture.Inspect(path, new PictureLimits()));

        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_reported_as_missing() =>
        Assert.Equal(
            PictureProblem.Missing,
            Assert.Throws<PictureException>(() => ArchivePicture.Inspect(_folder.At("gone.jpg"), new PictureLimits())).Problem
        );

    [Fact]
    public void A_thumbnail_has_the_requested_size_and_distinguishes_grey_from_colour()
    {
        using var colour = Drawing.LandscapeImage(300, 200);
        using var grey = Drawing.ToImage(Drawing.Grey(Drawing.Landscape(300, 200)), 300, 200);
        var size = ThumbnailSize.For(300, 200, 64);

        var coloured = Thumbnail(Write("colour.jpg", PictureFile.Encode(colour, ".jpg")), size);
        var plain = Thumbnail(Write("grey.jpg", PictureFile.Encode(grey, ".jpg")), size);

        Assert.Equal((size.Width, size.Height, size.Width * size.Height * 3), (plain.Width, plain.Height, plain.Rgb_HWC.Length));
        Assert.Equal(ToneKind.Color, coloured.Tone().Kind);
        Assert.Equal(ToneKind.Monochrome, plain.Tone().Kind);
    }

    [Fact]
    public void Every_thumbnail_size_is_a_multiple_of_16_of_about_the_area_and_there_are_few()
    {
        var seen = new HashSet<ThumbnailSize>();
        Gen.Select(Gen.Int[1, 20_000], Gen.Int[1, 20_000])
            .Sample(
                (width, height) =>
                {
                    var size = ThumbnailSize.For(width, height, 128);
                    lock (seen)
                        seen.Add(size);
                    return size.Width % 16 == 0
                        && size.Height % 16 == 0
                        && size.Width * size.Height is > 128 * 128 * 7 / 10 and < 128 * 128 * 13 / 10
                        && (width == height || size.Width == size.Height || width > height == size.Width > size.Height);
                }
            );

        Assert.True(seen.Count <= 15, $"{seen.Count} sizes");
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string name, byte[] bytes)
    {
        var path = _folder.At(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static Thumbnail Thumbnail(string path, ThumbnailSize size) =>
        ArchivePicture.MakeThumbnail(path, ArchivePicture.Inspect(path, new PictureLimits()), size);
}
