using ActorColorize.Host.Watchers;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Tests.Watchers;

public sealed class CheckpointTroubleTests
{
    private static readonly RunId Run = new("r1");

    [Fact]
    public void A_disk_that_stays_full_is_reported_once_and_so_is_its_recovery()
    {
        var trouble = new CheckpointTrouble();

        Assert.Null(trouble.Saved(Saved(100)));
        Assert.StartsWith("no room for step 200; older checkpoints are kept", trouble.Failed(Failed(200)), StringComparison.Ordinal);
        Assert.Null(trouble.Failed(Failed(300)));
        Assert.Null(trouble.Failed(Failed(400)));
        Assert.Equal(
            "checkpoints can be written again: step 500 was saved, the first since the failure at step 200",
            trouble.Saved(Saved(500))
        );
        Assert.Null(trouble.Saved(Saved(600)));
        Assert.NotNull(trouble.Failed(Failed(700)));
    }

    private static RunEvents.CheckpointFailed Failed(long step) => new(Run, new StepNumber(step), $"no room for step {step}");

    private static RunEvents.CheckpointSaved Saved(long step) => new(Run, new StepNumber(step), $"step-{step}", 0.1, 0.2);
}
