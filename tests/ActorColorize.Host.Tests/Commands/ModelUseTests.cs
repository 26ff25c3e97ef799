using ActorColorize.Actors.Training;
using ActorColorize.Host.Commands;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Training;

namespace ActorColorize.Host.Tests.Commands;

/// <summary>Settings that a model without its own ones is used with.</summary>
public sealed class ModelUseTests
{
    [Theory]
    [InlineData(1, 64)]
    [InlineData(10, 64)] // the checkpoint after the last step of the first stage
    [InlineData(11, 96)]
    [InlineData(15, 96)]
    public void A_checkpoint_of_a_run_with_stages_is_used_at_the_size_of_its_last_step(long step, int side)
    {
        using var scratch = new ScratchFolder();
        new RunDocument
        {
            RunId = "staged",
            CreatedAt = DateTimeOffset.UnixEpoch,
            Program = "tests",
            DataRoot = "/data",
            DataHash = "0123456789abcdef",
            Seed = 7,
            Device = "cpu",
            Precision = Precision.Fp32,
            Threads = 1,
            Configuration = new TrainingConfiguration
            {
                ImageSize = 64,
                Steps = 15,
                Stages = [new TrainingStage { Steps = 10 }, new TrainingStage { ImageSize = 96 }],
            },
        }.Save(new RunFolder(scratch.Path));
        var network = NetworkShape.ForWidth(0.25, 324);
        var manifest = new CheckpointManifest(
            1,
            "staged",
            step,
            7,
            network,
            "",
            "",
            DateTimeOffset.UnixEpoch,
            null,
            null,
            new Dictionary<string, CheckpointFile>()
        );
        var model = new ModelSource(Path.Join(scratch.Path, "checkpoints", $"step-{step:00000000}"), network, [], manifest, []);

        Assert.Equal(side, ModelUse.SideOf(model));
    }
}
