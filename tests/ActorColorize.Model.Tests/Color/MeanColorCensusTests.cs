using ActorColorize.Model.Color;
using ActorColorize.Model.Tests.Evaluation;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Color;

[Collection(LibTorchSerially.Name)]
public sealed class MeanColorCensusTests
{
    /// <summary>Expected: scikit-image's Lab and NumPy's mean over every fourth pixel of the fixture's left squares.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(1, 4)]
    public void Is_the_mean_of_every_fourth_pixel(params int[] batches)
    {
        var (side, width) = (EvaluationFixture.Height, EvaluationFixture.Width);
        byte[] squares = [.. EvaluationFixture.Rgb_BHWC.Chunk(width * 3).SelectMany(row => row.Take(side * 3))];
        var census = new MeanColorCensus();
        var from = 0;
        foreach (var batch in batches)
        {
            census.Add(squares.AsSpan(from * side * side * 3, batch * side * side * 3), batch, side, CPU);
            from += batch;
        }

        var expected = EvaluationFixture.Figures("mean_color");
        Assert.Equal(expected[0], census.Mean.A, 1e-4);
        Assert.Equal(expected[1], census.Mean.B, 1e-4);
    }

    [Fact]
    public void Nothing_and_wrong_lengths_are_refused()
    {
        var census = new MeanColorCensus();
        Assert.Throws<InvalidOperationException>(() => census.Mean);
        Assert.Throws<ArgumentException>(() => census.Add(new byte[11], 1, 2, CPU));
    }
}
