using ActorColorize.Imaging.Archives;
using NetVips;
using SkiaSharp;

namespace ActorColorize.Imaging.Tests.Archives;

/// <summary>
/// Animations of three frames with 100, 200 and 300 ms, made by Pillow, which stores of a frame only what differs from the one before.
/// What they show is read by Skia, which the product does not use for archives.
/// </summary>
public sealed class AnimationTests : IDisposable
{
    private static readonly PictureLimits AllFrames = new() { MaximumFrames = 3 };

    private readonly TemporaryFolder _folder = new();

    /// <summary>
    /// A palette of 256 colours over 80 units of lightness and 50 of hue has cells 4 units wide, from whose middle lightness is off by 1 on
    /// average. Without loss, as other pictures: two roundings to 8 bits.
    /// </summary>
    [Theory]
    [InlineData("moving.gif", 1.0)]
    [InlineData("moving.webp", 0.6)]
    public void Each_frame_is_coloured_and_keeps_its_luminance_and_its_time(string name, double tolerance)
    {
        var source = Fixture(name);

        var (result, made) = Recompose(source);

        Assert.True(result.MeanChroma > 8, $"mean chroma is {result.MeanChroma}");
        var (before, after) = (Frames(source), Frames(made));
        Assert.Equal(before.Repeats, after.Repeats);
        Assert.Equal([100, 200, 300], after.Milliseconds);
        foreach (var (grey, colored, sign) in before.Pictures.Zip(after.Pictures, [1, -1, 1]))
        {
            Assert.InRange(Recomposition.MeanLightnessDifference(grey, colored), 0, tolerance);
            using var lab = colored.Colourspace(Enums.Interpretation.Lab);
            Assert.InRange(sign * Recomposition.Mean(lab, 0, 32, 24, 16)[1], 6, 40);
            Assert.InRange(sign * Recomposition.Mean(lab, 40, 32, 24, 16)[1], -40, -6);
        }
    }

    [Fact]
    public void What_a_frame_clears_is_transparent_in_the_result_too()
    {
        var source = Fixture("clearing.gif");

        var (_, made) = Recompose(source);

        var (before, after) = (Frames(source), Frames(made));
        Assert.Equal([100, 200, 300], after.Milliseconds);
        foreach (var (grey, colored) in before.Pictures.Zip(after.Pictures))
        {
            using var difference = (grey[3] - colored[3]).Abs();
            Assert.Equal(0, difference.Max());
            Assert.True(grey[3].Min() == 0 && grey[3].Max() == 255);
        }
    }

    [Fact]
    public void The_first_frame_alone_and_all_frames_have_their_limits()
    {
        var source = Fixture("moving.gif");
        var first = ArchivePicture.Inspect(source, AllFrames with { FirstFrameOnly = true, MaximumPixels = 64 * 48 });
        var all = ArchivePicture.Inspect(source, AllFrames);

        Assert.Equal((1, 3), (first.Pages, all.Pages));
        Assert.Contains("first one", Assert.Single(first.Notes), StringComparison.Ordinal);
        Assert.Empty(all.Notes);
        Assert.True(Recomposer.EstimateBytes(all) > Recomposer.EstimateBytes(first));
        Assert.Equal(PictureProblem.TooManyFrames, Refused(AllFrames with { MaximumFrames = 2 }));
        Assert.Equal(PictureProblem.TooLarge, Refused(AllFrames with { MaximumPixels = (3 * 64 * 48) - 1 }));

        PictureProblem Refused(PictureLimits limits) =>
            Assert.Throws<PictureException>(() => ArchivePicture.Inspect(source, limits)).Problem;
    }

    public void Dispose() => _folder.Dispose();

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", name);

    /// <summary>Colours all frames: reddish left and greenish right, and the other way round in the second one.</summary>
    private (RecomposedPicture Result, string Made) Recompose(string source)
    {
        var pages = Enumerable
            .Range(0, 3)
            .Select(page =>
            {
                var header = ArchivePicture.Verify(source, ArchivePicture.Inspect(source, AllFrames, page: page));
                var thumbnail = ArchivePicture.MakeThumbnail(source, header, ThumbnailSize.For(header.Width, header.Height, 64));
                var a = page == 1 ? -16 : 16;
                return new RecomposePage(header, thumbnail, new AbPlane(2, 2, [a, -a, a, -a, 15, 15, 15, 15]));
            })
            .ToList();
        var made = _folder.At("out", Path.GetFileName(source));
        return (Recomposer.Recompose(new PictureToRecompose(source, pages), new RecomposeOptions(), made), made);
    }

    private static (IReadOnlyList<int> Milliseconds, int Repeats, IReadOnlyList<Image> Pictures) Frames(string path)
    {
        using var codec = SKCodec.Create(path);
        var info = codec.Info.WithColorType(SKColorType.Rgba8888).WithAlphaType(SKAlphaType.Unpremul);
        List<Image> pictures = [];
        for (var i = 0; i < codec.FrameCount; i++)
        {
            using var pixels = new SKBitmap(info);
            Assert.Equal(SKCodecResult.Success, codec.GetPixels(info, pixels.GetPixels(), new SKCodecOptions(i)));
            using var raw = Image.NewFromMemoryCopy(pixels.Bytes, info.Width, info.Height, 4, Enums.BandFormat.Uchar);
            pictures.Add(raw.Copy(interpretation: Enums.Interpretation.Srgb));
        }

        return ([.. codec.FrameInfo.Select(static frame => frame.Duration)], codec.RepetitionCount, pictures);
    }
}
