using ActorColorize.Model.Evaluation;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Evaluation;

[Collection(LibTorchSerially.Name)]
public class PictureQualityTests
{
    [Theory]
    [InlineData(0f, 151)]
    [InlineData(0.5f, 150)]
    [InlineData(1f, 150)]
    [InlineData(149.5f, 1)]
    [InlineData(150f, 1)]
    [InlineData(150.5f, 0)]
    [InlineData(400f, 0)]
    public void Counts_the_thresholds_from_0_to_150_that_an_error_is_within(float error, int met)
    {
        using var scope = NewDisposeScope();
        var truth_B2HW = zeros(1, 2, 1, 1);
        // A right triangle of sides 3, 4, 5.
        var predicted_B2HW = tensor(new[] { error * 0.6f, error * 0.8f }).view(1, 2, 1, 1);
        Assert.Equal(met / 151.0, PictureQuality.ShareOfThresholdsMet(truth_B2HW, predicted_B2HW).item<float>(), 1e-6);
    }

    [Fact]
    public void Psnr_of_a_uniform_error_is_the_textbook_value()
    {
        using var scope = NewDisposeScope();
        var picture_B3HW = full([1, 3, 8, 8], 100f);
        // 20 log10(255 / 5) = 34.1514 dB
        Assert.Equal(34.1514, PictureQuality.Psnr(picture_B3HW, picture_B3HW + 5).item<double>(), 1e-4);
    }

    [Fact]
    public void Psnr_of_an_exact_picture_is_that_of_rounding_and_finite()
    {
        using var scope = NewDisposeScope();
        var picture_B3HW = full([1, 3, 8, 8], 100f);
        // 20 log10(255) + 10 log10(12) = 48.1308 + 10.7918 dB
        Assert.Equal(58.9226, PictureQuality.Psnr(picture_B3HW, picture_B3HW).item<double>(), 1e-4);
    }

    [Fact]
    public void Colorfulness_of_grey_is_zero_and_of_pure_red_that_of_its_means()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(0, PictureQuality.Colorfulness(full([1, 3, 4, 4], 77f)).item<double>());
        var red_B3HW = zeros(1, 3, 4, 4);
        red_B3HW.select(1, 0).fill_(255);
        // rg = 255, yb = 127.5, no spread: 0.3 √(255² + 127.5²)
        Assert.Equal(0.3 * Math.Sqrt(255 * 255 + 127.5 * 127.5), PictureQuality.Colorfulness(red_B3HW).item<double>(), 1e-9);
    }
}
