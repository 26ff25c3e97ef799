using ActorColorize.Data.Sampling;
using ActorColorize.Imaging.Training;

namespace ActorColorize.Imaging.Tests.Training;

public sealed class TrainingPictureDecoderTests : IDisposable
{
    private const int Side = 64;

    private readonly TemporaryFolder _folder = new();
    private readonly TrainingPictureDecoder _decoder = new();

    [Fact]
    public void A_lossless_picture_of_the_right_size_comes_out_pixel_for_pixel() =>
        Assert.Equal(Drawing.Landscape(Side, Side), Decode(Png(Side, Side), Augmentation.None));

    [Fact]
    public void A_flip_mirrors_every_row()
    {
        var flipped = Decode(Png(Side, Side), Augmentation.None with { Flip = true });

        var drawn = Drawing.Landscape(Side, Side);
        for (var y = 0; y < Side; y++)
        for (var x = 0; x < Side; x++)
            Assert.Equal(drawn.AsSpan(((y * Side) + x) * 3, 3), flipped.AsSpan(((y * Side) + Side - 1 - x) * 3, 3));
    }

    [Fact]
    public void A_larger_picture_is_shrunk_without_a_change_of_its_mean()
    {
        var shrunk = Decode(Png(4 * Side, 4 * Side), Augmentation.None);

        Assert.Equal(Drawing.Landscape(4 * Side, 4 * Side).Average(level => level), shrunk.Average(level => level), tolerance: 0.5);
    }

    [Fact]
    public void A_text_file_and_a_truncated_picture_are_errors_that_name_the_file()
    {
        var text = _folder.At("letter.jpg");
        File.WriteAllText(text, "dear reader");
        using var image = Drawing.LandscapeImage(Side, Side);
        var jpeg = PictureFile.Encode(image, ".jpg");
        var cut = _folder.At("cut.jpg");
        File.WriteAllBytes(cut, jpeg[..(jpeg.Length / 2)]);

        Assert.Contains(
            "letter.jpg",
            Assert.Throws<PictureException>(() => Decode(text, Augmentation.None)).Message,
            StringComparison.Ordinal
        );
        var truncated = Assert.Throws<PictureException>(() => Decode(cut, Augmentation.None));
        Assert.Equal(PictureProblem.Truncated, truncated.Problem);
        Assert.Contains("cut.jpg", truncated.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _decoder.Dispose();
        _folder.Dispose();
    }

    private string Png(int width, int height)
    {
        using var image = Drawing.LandscapeImage(width, height);
        var path = _folder.At($"{width}.png");
        File.WriteAllBytes(path, PictureFile.Encode(image, ".png"));
        return path;
    }

    private byte[] Decode(string path, Augmentation augmentation)
    {
        var rgb_HWC = new byte[Side * Side * 3];
        _decoder.Decode(path, Side, augmentation, rgb_HWC);
        return rgb_HWC;
    }
}
