using ActorColorize.Imaging.Tones;

namespace ActorColorize.Imaging.Tests.Tones;

public sealed class BoostedTreesTests
{
    [Theory]
    [InlineData(0.5, 9, 1 - 2 + 0.25)] // at most the threshold: the first branch
    [InlineData(0.6, 2, 1 + 3 + 0.25)]
    [InlineData(0.6, 2.5, 1 + 4 + 0.25)]
    public void The_leaves_that_the_features_lead_to_are_added(double first, double second, double sum) =>
        Assert.Equal(sum, BoostedTrees.Read(new StringReader("1\n0<0.5 -2 1<2 3 4\n0.25\n")).Sum([first, second]), 12);

    [Theory]
    [InlineData("")]
    [InlineData("1\n0<0.5 2\n")]
    [InlineData("1\n0<0.5 2 3 4\n")]
    [InlineData("1\n0<x 2 3\n")]
    public void Other_text_is_refused(string text) => Assert.Throws<FormatException>(() => BoostedTrees.Read(new StringReader(text)));
}
