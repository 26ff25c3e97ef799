using ActorColorize.Model.Evaluation;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Evaluation;

[Collection(LibTorchSerially.Name)]
public sealed class PaintedPictureTests
{
    /// <summary>
    /// What is shown is what is measured: the picture has the colorfulness that scikit-image and NumPy give for the same colours.
    /// </summary>
    [Fact]
    public void Is_the_picture_that_is_measured()
    {
        var (height, width) = (EvaluationFixture.Height, EvaluationFixture.Width);
        var ab = EvaluationFixture.Ab_B2hw.AsSpan(0, 2 * (height / 4) * (width / 4));
        var rgb = EvaluationFixture.Rgb_BHWC.AsSpan(0, height * width * 3);

        var painted = PaintedPicture.Of(rgb, height, width, ab, height / 4, width / 4, CPU);

        using var scope = NewDisposeScope();
        var codes = tensor(painted, [1, height, width, 3]).permute(0, 3, 1, 2).to(ScalarType.Float32);
        Assert.Equal(EvaluationFixture.Figures("pictures", "colorfulness")[0], PictureQuality.Colorfulness(codes).item<double>(), 2e-2);
    }

    [Fact]
    public void Grey_has_three_equal_channels_but_for_rounding()
    {
        var (height, width) = (EvaluationFixture.Height, EvaluationFixture.Width);
        var grey = PaintedPicture.Grey(EvaluationFixture.Rgb_BHWC.AsSpan(0, height * width * 3), height, width, CPU);
        Assert.Equal(height * width * 3, grey.Length);
        Assert.All(grey.Chunk(3), static pixel => Assert.InRange(pixel.Max() - pixel.Min(), 0, 1));
        Assert.True(grey.Distinct().Count() > 50);
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PaintedPicture.Of(new byte[11], 2, 2, new float[2], 1, 1, CPU));
        Assert.Throws<ArgumentException>(() => PaintedPicture.Of(new byte[12], 2, 2, new float[3], 1, 1, CPU));
    }
}
