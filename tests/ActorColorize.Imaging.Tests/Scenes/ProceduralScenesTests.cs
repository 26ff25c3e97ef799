using ActorColorize.Data.Datasets;
using ActorColorize.Imaging.Scenes;
using SkiaSharp;

namespace ActorColorize.Imaging.Tests.Scenes;

public sealed class ProceduralScenesTests
{
    private static readonly SceneSetOptions Few = new()
    {
        Seed = 5,
        Training = 12,
        Validation = 6,
        Archive = 6,
        Side = 48,
        ArchiveWidth = 96,
    };

    [Fact]
    public void The_set_opens_as_a_MiniPlaces_kit()
    {
        using var scratch = new TemporaryFolder();
        var drawn = 0;

        var set = ProceduralScenes.Write(scratch.Path, Few, _ => Interlocked.Increment(ref drawn), CancellationToken.None);

        Assert.Equal(24, drawn);
        var training = DatasetLayout.Open(set.Dataset, "train");
        Assert.Equal(12, training.Count);
        Assert.Equal(6, training.Categories.Count);
        Assert.Equal([2, 2, 2, 2, 2, 2], Enumerable.Range(0, 12).GroupBy(training.Label).Select(group => group.Count()));
        Assert.All(Enumerable.Range(0, 12), index => Assert.True(File.Exists(training.FullPath(index))));
        Assert.Equal(6, DatasetLayout.Open(set.Dataset, "val").Count);
    }

    [Fact]
    public void The_same_seed_draws_the_same_pictures_and_another_seed_does_not_seeds_5_5_6()
    {
        using var scratch = new TemporaryFolder();
        var first = Hashes(ProceduralScenes.Write(scratch.At("a"), Few, null, CancellationToken.None));
        var second = Hashes(ProceduralScenes.Write(scratch.At("b"), Few, null, CancellationToken.None));
        var other = Hashes(ProceduralScenes.Write(scratch.At("c"), Few with { Seed = 6 }, null, CancellationToken.None));

        Assert.Equal(first, second);
        Assert.Empty(first.Intersect(other));
    }

    [Fact]
    public void No_two_pictures_of_a_set_are_the_same_seed_5()
    {
        using var scratch = new TemporaryFolder();

        var hashes = Hashes(ProceduralScenes.Write(scratch.Path, Few with { Side = 96, ArchiveWidth = 128 }, null, CancellationToken.None));

        Assert.Equal(12 + 6 + 6 + 6, hashes.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void The_archive_is_grey_and_the_truth_is_not_seed_5()
    {
        using var scratch = new TemporaryFolder();
        var set = ProceduralScenes.Write(scratch.Path, Few, null, CancellationToken.None);

        foreach (var file in Directory.GetFiles(set.Archive))
        {
            using var codec = SKCodec.Create(file);
            Assert.Equal(SKColorType.Gray8, codec.Info.ColorType);
            Assert.Equal((96, 72), (codec.Info.Width, codec.Info.Height));
            using var truth = SKBitmap.Decode(Path.Combine(set.Truth, Path.GetFileName(file)));
            Assert.Contains(truth.Pixels, pixel => Math.Abs(pixel.Red - pixel.Blue) > 40);
        }
    }

    [Fact]
    public void Colours_are_typical_blue_above_green_below_in_meadows_seeds_1_to_20()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            using var meadow = SceneComposer.Draw(SceneKind.Meadow, seed, 64, 64);
            Assert.True(Mean(meadow, 0, 12, pixel => pixel.Blue - pixel.Red) > 30, $"sky of seed {seed}");
            Assert.True(Mean(meadow, 50, 64, pixel => pixel.Green - pixel.Blue) > 20, $"grass of seed {seed}");
        }
    }

    // CIE L* of sRGB red, green and blue: 53.24, 87.73, 32.30 (Lindbloom); the grey with that L* has the code 127, 220, 76.
    [Theory]
    [InlineData(255, 0, 0, 127)]
    [InlineData(0, 255, 0, 220)]
    [InlineData(0, 0, 255, 76)]
    [InlineData(128, 128, 128, 128)]
    [InlineData(255, 255, 255, 255)]
    public void Grey_keeps_the_luminance(byte red, byte green, byte blue, byte expected)
    {
        using var colour = new SKBitmap(new SKImageInfo(3, 2, SKColorType.Rgba8888, SKAlphaType.Opaque));
        colour.Erase(new SKColor(red, green, blue));

        using var grey = Grey.Of(colour);

        Assert.All(grey.Pixels, pixel => Assert.InRange(pixel.Red, expected - 1, expected + 1));
    }

    [Fact]
    public void Stops_when_asked()
    {
        using var scratch = new TemporaryFolder();
        using var stop = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() => ProceduralScenes.Write(scratch.Path, Few, _ => stop.Cancel(), stop.Token));
    }

    private static double Mean(SKBitmap picture, int top, int bottom, Func<SKColor, int> value) =>
        Enumerable
            .Range(top, bottom - top)
            .SelectMany(y => Enumerable.Range(0, picture.Width).Select(x => value(picture.GetPixel(x, y))))
            .Average();

    private static List<string> Hashes(SceneSet set) =>
        [
            .. new[] { set.Dataset, set.Archive, set.Truth }
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                .Select(ActorColorize.Data.Storage.FileHash.Sha256Hex),
        ];
}
