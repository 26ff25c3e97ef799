using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Tests.Checkpoints;

namespace ActorColorize.Interchange.Tests;

public sealed class ModelLocatorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_folder_resolves_to_its_best_checkpoint()
    {
        Save((200, 2.0), (400, 1.0), (600, 1.5));

        var source = ModelLocator.Resolve(folder.Path);

        AssertStep(400, source);
        Assert.Equal(folder.File("checkpoints", "step-00000400"), source.Path);
        Assert.Equal(1.0, source.Manifest!.ValidationLoss);
        AssertStep(400, ModelLocator.Resolve(folder.File("checkpoints")));
    }

    [Fact]
    public void Without_validation_losses_the_newest_checkpoint_is_used()
    {
        Save((200, null), (400, null));

        AssertStep(400, ModelLocator.Resolve(folder.Path));
    }

    [Fact]
    public void A_damaged_best_checkpoint_is_replaced_by_the_newest_and_named_but_not_moved()
    {
        Save((200, 2.0), (400, 1.0), (600, 3.0));
        var path = folder.File("checkpoints", "step-00000400", "model.safetensors");
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);

        var source = ModelLocator.Resolve(folder.Path);

        AssertStep(600, source);
        Assert.Equal(folder.File("checkpoints", "step-00000400"), Assert.Single(source.Rejections).Folder);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void A_checkpoint_folder_and_its_model_file_resolve_to_the_same_weights()
    {
        Save((200, 2.0), (400, 1.0));

        AssertStep(200, ModelLocator.Resolve(folder.File("checkpoints", "step-00000200")));
        AssertStep(200, ModelLocator.Resolve(folder.File("checkpoints", "step-00000200") + Path.DirectorySeparatorChar));
        AssertStep(200, ModelLocator.Resolve(folder.File("checkpoints", "step-00000200", "model.safetensors")));
    }

    [Fact]
    public void A_model_file_copied_elsewhere_still_knows_its_network()
    {
        Save((200, 2.0));
        File.Copy(folder.File("checkpoints", "step-00000200", "model.safetensors"), folder.File("mine.safetensors"));

        var source = ModelLocator.Resolve(folder.File("mine.safetensors"));

        AssertStep(200, source);
        Assert.Null(source.Manifest);
    }

    [Fact]
    public void A_file_that_is_not_a_model_is_refused_with_the_reason()
    {
        Save((200, 2.0));
        File.WriteAllText(folder.File("notes.txt"), "not a model");
        Directory.CreateDirectory(folder.File("empty", "checkpoints"));
        Directory.CreateDirectory(folder.File("plain"));
        using (var stream = File.Create(folder.File("foreign.safetensors")))
            SafeTensors.Write(stream, TestCheckpoints.State(1).Model);
        using (var stream = File.Create(folder.File("odd.safetensors")))
            SafeTensors.Write(
                stream,
                TestCheckpoints.State(1).Model,
                new Dictionary<string, string> { ["network_shape"] = """{"bins":324}""" }
            );
        using (var stream = File.Create(folder.File("nan.safetensors")))
        {
            SafeTensors.Write(
                stream,
                [new HostTensor("w", TensorType.Float32, [1], BitConverter.GetBytes(float.NaN))],
                SafeTensors.Read(folder.File("checkpoints", "step-00000200", "model.safetensors")).Metadata
            );
        }

        AssertRefused("nowhere", CheckpointProblem.Missing, "does not exist");
        AssertRefused("notes.txt", CheckpointProblem.Damaged, "not a complete safetensors file");
        AssertRefused("plain", CheckpointProblem.Unfit, "is not a model");
        AssertRefused("empty", CheckpointProblem.Missing, "holds no checkpoints yet");
        AssertRefused("foreign.safetensors", CheckpointProblem.Unfit, "not a colorization network of the published layout");
        AssertRefused("odd.safetensors", CheckpointProblem.Damaged, "invalid network_shape");
        AssertRefused("nan.safetensors", CheckpointProblem.Unfit, "element 0 of 'w' is not a finite number");
        AssertRefused(
            Path.Join("checkpoints", "step-00000200", "optimizer.safetensors"),
            CheckpointProblem.Unfit,
            "not a colorization network of the published layout"
        );
        AssertRefused(
            Path.Join("checkpoints", "step-00000200", "manifest.json"),
            CheckpointProblem.Damaged,
            "not a complete safetensors file"
        );
    }

    [Fact]
    public void A_run_with_only_damaged_checkpoints_reports_the_error_of_the_newest()
    {
        Save((200, 2.0), (400, 1.0));
        File.Delete(folder.File("checkpoints", "step-00000200", "manifest.json"));
        File.Delete(folder.File("checkpoints", "step-00000400", "model.safetensors"));

        AssertRefused(
            "",
            CheckpointProblem.Damaged,
            $"holds no valid checkpoint; the newest: {folder.File("checkpoints", "step-00000400", "model.safetensors")} is missing"
        );
    }

    private static void AssertStep(long step, ModelSource source)
    {
        Assert.Equal(TestCheckpoints.Network, source.Network);
        TestCheckpoints.AssertSame(TestCheckpoints.State(step).Model, source.Tensors);
    }

    private void Save(params (long Step, double? Loss)[] history)
    {
        var store = new CheckpointStore(folder.Path);
        foreach (var (step, loss) in history)
            store.Save(TestCheckpoints.Content(step, loss));
    }

    private void AssertRefused(string name, CheckpointProblem problem, string reason)
    {
        var refusal = Assert.Throws<CheckpointException>(() => ModelLocator.Resolve(folder.File(name)));
        Assert.Equal(problem, refusal.Problem);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(refusal.Message, char.IsControl);
    }
}
