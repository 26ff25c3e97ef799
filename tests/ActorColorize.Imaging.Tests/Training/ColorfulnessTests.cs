using ActorColorize.Imaging.Training;

namespace ActorColorize.Imaging.Tests.Training;

public sealed class ColorfulnessTests
{
    [Fact]
    public void Grey_is_0() => Assert.Equal(0, Colorfulness.Of([10, 10, 10, 200, 200, 200]));

    /// <summary>Red and blue by halves: rg is 255 and 0, yb 127.5 and −255, so M = √(127.5² + 191.25²) + 0.3 √(127.5² + 63.75²).</summary>
    [Fact]
    public void Red_and_blue_by_halves_are_what_the_formula_gives() =>
        Assert.Equal(229.852 + (0.3 * 142.549), Colorfulness.Of([255, 0, 0, 0, 0, 255]), 1e-2);

    [Fact]
    public void Half_a_pixel_is_refused() => Assert.Throws<ArgumentException>(() => Colorfulness.Of([1, 2]));
}
