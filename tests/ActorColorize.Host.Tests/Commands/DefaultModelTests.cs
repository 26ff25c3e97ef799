using ActorColorize.Host.Commands;
using ActorColorize.Interchange;

namespace ActorColorize.Host.Tests.Commands;

public sealed class DefaultModelTests
{
    [Fact]
    public void The_given_model_is_used() => Assert.Equal(("runs/1", "runs/1"), DefaultModel.Choose("runs/1"));

    [Fact]
    public void Without_a_name_it_is_the_starter_model_whole_and_small_and_with_a_recommended_decoding()
    {
        var (path, choice) = DefaultModel.Choose(null);
        var model = ModelLocator.Resolve(path);
        Assert.Contains("starter", choice, StringComparison.Ordinal);
        Assert.True(new FileInfo(path).Length <= 12_000_000);
        Assert.NotNull(model.Colors);
        Assert.NotNull(model.Defaults.Rebalance);
    }
}
