using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Tests;
using ActorColorize.Model.Tests.Checkpoints;
using ActorColorize.Model.Training;

namespace ActorColorize.Interchange.Tests;

[Collection(LibTorchSerially.Name)]
public sealed class ModelVerificationTests : IDisposable
{
    private static readonly NetworkShape Narrow = new(324, [16, 16, 16, 16, 16, 16, 16, 16], [1, 1, 1, 1, 1, 1, 1, 1]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_whole_file_passes_every_check()
    {
        var checks = ModelVerification.Verify(InterchangeFixtures.Path("narrow-seed7.pth"));

        Assert.Equal(["weights", "forward pass"], checks.Select(check => check.What));
        Assert.All(checks, check => Assert.True(check.Passed, check.Finding));
    }

    [Fact]
    public void A_run_is_verified_checkpoint_by_checkpoint_and_the_damaged_one_is_named()
    {
        Save(100, 200);
        Assert.Equal(
            ["step-00000100", "step-00000200", "weights", "forward pass"],
            ModelVerification.Verify(_folder.Path).Where(check => check.Passed).Select(check => check.What)
        );

        var optimizer = _folder.File("checkpoints", "step-00000100", "optimizer.safetensors");
        var bytes = File.ReadAllBytes(optimizer);
        bytes[^1] ^= 1;
        File.WriteAllBytes(optimizer, bytes);

        var bad = Assert.Single(ModelVerification.Verify(_folder.Path), check => !check.Passed);
        Assert.Equal("step-00000100", bad.What);
        Assert.Contains("optimizer.safetensors was altered", bad.Finding, StringComparison.Ordinal);
        Assert.False(
            Assert
                .Single(ModelVerification.Verify(_folder.File("checkpoints", "step-00000100")), check =>
                    check.What.StartsWith("step", StringComparison.Ordinal)
                )
                .Passed
        );
    }

    [Fact]
    public void Weights_that_give_no_colours_fail_the_forward_pass()
    {
        HostTensor[] tensors =
        [
            .. FormulaNumbers
                .State(Narrow)
                .Select(tensor =>
                    tensor.Name == "model1.2.running_var"
                        ? tensor with
                        {
                            Data = [.. BitConverter.GetBytes(-1f), .. tensor.Data[4..]],
                        }
                        : tensor
                ),
        ];
        using (var stream = File.Create(_folder.File("negative.pth")))
            PyTorchFile.Write(stream, tensors);

        var checks = ModelVerification.Verify(_folder.File("negative.pth"));

        Assert.Equal([true, false], checks.Select(check => check.Passed));
        Assert.Contains("not finite", checks[1].Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void An_invalid_model_fails_in_one_line() =>
        Assert.Contains(
            "posix.system",
            Assert.Single(ModelVerification.Verify(InterchangeFixtures.Path("hostile.pth"))).Finding,
            StringComparison.Ordinal
        );

    [Fact]
    public void The_facts_of_a_checkpoint_are_those_of_its_manifest()
    {
        Save(100);
        var facts = ModelFacts.Of(ModelLocator.Resolve(_folder.Path));

        Assert.Equal(_folder.File("checkpoints", "step-00000100", "model.safetensors"), facts.File);
        Assert.Equal(new FileInfo(facts.File).Length, facts.Bytes);
        Assert.Equal((324, 100L), (facts.Bins, facts.Checkpoint!.Step));
        Assert.Equal(["F32"], facts.Types);
        Assert.Equal(FormulaNumbers.State(Narrow).Count, facts.Keys.Count);
    }

    private void Save(params long[] steps)
    {
        var store = new CheckpointStore(_folder.Path);
        foreach (var step in steps)
        {
            var state = new SessionState(
                step,
                FormulaNumbers.State(Narrow),
                [new HostTensor("moment", TensorType.Float32, [1], new byte[4])]
            );
            store.Save(new CheckpointContent("run", 1, Narrow, "configuration", "data", state, null, null));
        }
    }
}
