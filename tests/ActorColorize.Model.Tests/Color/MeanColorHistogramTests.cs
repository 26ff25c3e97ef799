using ActorColorize.Model.Color;
using ActorColorize.Model.Tests.Evaluation;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Color;

[Collection(LibTorchSerially.Name)]
public sealed class MeanColorHistogramTests
{
    /// <summary>Expected: scikit-image's Lab and NumPy's mean over every fourth pixel of the fixture's left squares.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(1, 4)]
    public void Is_the_mean_of_every_fourth_pixel(params int[] batches)
    {
        var (side, width) = (EvaluationFixture.Height, EvaluationFixture.Width);
        byte[] squares = [.. EvaluationFixture.Rgb_BHWC.Chunk(width * 3).SelectMany(row => row.Take(side * 3))];
        var histogram = new MeanColorHistogram();
        var from = 0;
        foreach (var batch in batches)
        {
            histogram.Add(squares.AsSpan(from * side * side * 3, batch * side * side * 3), batch, side, CPU);
            from += batch;
        }

        var expected = EvaluationFixture.Figures("mean_color");
        Assert.Equal(expected[0], histogram.Mean.A, 1e-4);
        Assert.Equal(expected[1], histogram.Mean.B, 1e-4);
    }

    [Fact]
    public void Empty_input_and_wrong_lengths_are_refused()
    {
        var histogram = new MeanColorHistogram();
        Assert.Throws<InvalidOperationException>(() => histogram.Mean);
        Assert.Throws<ArgumentException>(() => histogram.Add(new byte[11], 1, 2, CPU));
    }
}
