using ActorColorize.Imaging.Archives;
using NetVips;

namespace ActorColorize.Imaging.Tests;

/// <summary>Pictures coloured with a plane that is reddish on the left and greenish on the right.</summary>
internal static class Recomposition
{
    public const float LeftA = 18;
    public const float RightA = -12;

    /// <summary>Colours a file into the folder "out" under its own name.</summary>
    public static (RecomposedPicture Result, string Made) Of(
        TemporaryFolder folder,
        string source,
        RecomposeOptions options,
        PictureCodec codec = PictureCodec.Auto,
        CancellationToken cancellation = default
    )
    {
        Directory.CreateDirectory(folder.At("out"));
        var header = ArchivePicture.Inspect(source, new PictureLimits(), codec);
        var thumbnail = ArchivePicture.MakeThumbnail(source, header, ThumbnailSize.For(header.Width, header.Height, 64), cancellation);
        var (width, height) = (thumbnail.Width / 4, thumbnail.Height / 4);
        var ab_2HW = new float[2 * width * height];
        for (var i = 0; i < width * height; i++)
            (ab_2HW[i], ab_2HW[width * height + i]) = (i % width < width / 2 ? LeftA : RightA, 15);
        var made = folder.At("out", Path.GetFileName(source));
        return (
            Recomposer.Recompose(source, header, thumbnail, new AbPlane(width, height, ab_2HW), options, made, cancellation: cancellation),
            made
        );
    }

    /// <summary>The mean |ΔL| of two pictures, by libvips' own Lab conversion, which the product does not use.</summary>
    public static double MeanLightnessDifference(Image first, Image second)
    {
        using var one = first.Colourspace(Enums.Interpretation.Lab)[0];
        using var two = second.Colourspace(Enums.Interpretation.Lab)[0];
        using var difference = (one - two).Abs();
        return difference.Avg();
    }

    /// <summary>The mean of each channel over the inner half of a rectangle.</summary>
    public static double[] Mean(Image image, int left, int top, int width, int height)
    {
        using var inner = image.ExtractArea(left + width / 4, top + height / 4, Math.Max(1, width / 2), Math.Max(1, height / 2));
        return [.. Enumerable.Range(0, inner.Bands).Select(band => inner[band].Avg())];
    }
}
