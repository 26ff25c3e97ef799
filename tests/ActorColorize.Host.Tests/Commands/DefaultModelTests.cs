using ActorColorize.Host.Commands;
using ActorColorize.Interchange;

namespace ActorColorize.Host.Tests.Commands;

public sealed class DefaultModelTests
{
    [Fact]
    public void The_given_model_is_used() => Assert.Equal(("runs/1", "runs/1"), DefaultModel.Choose("runs/1"));

    [Theory]
    [InlineData(null, "places")]
    [InlineData("places", "places")]
    [InlineData("landscapes", "landscapes")]
    public void A_model_in_the_box_is_whole_and_small_and_has_a_recommended_decoding(string? given, string expected)
    {
        var (path, choice) = DefaultModel.Choose(given);
        var model = ModelLocator.Resolve(path);
        Assert.Equal(expected + ".safetensors", Path.GetFileName(path));
        Assert.Contains(expected, choice, StringComparison.Ordinal);
        Assert.True(new FileInfo(path).Length <= 12_000_000);
        Assert.NotNull(model.Colors);
        Assert.NotNull(model.Defaults.Rebalance);
    }
}
