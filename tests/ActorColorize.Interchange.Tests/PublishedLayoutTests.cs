using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Tests;

namespace ActorColorize.Interchange.Tests;

public sealed class PublishedLayoutTests
{
    private static readonly NetworkShape Narrow = new(313, [16, 16, 16, 16, 16, 16, 16, 16], [2, 2, 3, 3, 3, 3, 3, 3]);

    private static IReadOnlyList<HostTensor> State => PyTorchFile.Read(InterchangeFixtures.Path("narrow-seed7.pth")).Tensors;

    [Fact]
    public void The_published_network_has_82_keys_75_without_counters_and_its_known_number_of_parameters()
    {
        var slots = ColorizationNetwork.StateSlots(PublishedLayout.Shape);

        Assert.Equal(82, slots.Count);
        Assert.Equal(75, slots.Count(slot => !slot.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)));
        Assert.Equal(
            32_236_011,
            slots
                .Where(slot =>
                    !slot.Name.Contains("running", StringComparison.Ordinal) && !slot.Name.Contains("num_", StringComparison.Ordinal)
                )
                .Sum(slot => slot.Shape.Aggregate(1L, (product, size) => product * size))
        );
        Assert.Equal(PublishedLayout.Shape, PublishedLayout.ShapeOf([.. slots.Select(Empty)], "x"));
    }

    [Fact]
    public void Sizes_are_derived_from_the_tensors_with_and_without_counters()
    {
        Assert.Equal(Narrow, PublishedLayout.ShapeOf(State, "x"));
        Assert.Equal(
            Narrow,
            PublishedLayout.ShapeOf([.. State.Where(tensor => !tensor.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal))], "x")
        );
        var other = new NetworkShape(324, [16, 32, 48, 64, 80, 96, 112, 128], [1, 2, 3, 1, 2, 3, 1, 2]);
        Assert.Equal(other, PublishedLayout.ShapeOf(FormulaNumbers.State(other), "x"));
    }

    [Fact]
    public void A_wrong_tensor_is_named_and_not_all_the_others()
    {
        AssertRefused(
            Replaced("model3.2.weight", tensor => tensor with { Shape = [16, 8, 3, 3] }),
            "'model3.2.weight' is [16,8,3,3] instead of [16,16,3,3]",
            differences: 1
        );
        AssertRefused(
            Replaced("model3.2.bias", tensor => tensor with { Shape = [17] }),
            "'model3.2.bias' is [17] instead of [16]",
            differences: 1
        );
        AssertRefused(
            Replaced("model3.2.bias", tensor => tensor with { Type = TensorType.Int64 }),
            "'model3.2.bias' is Int64 instead of a float type",
            differences: 1
        );
        AssertRefused(
            Replaced("model3.6.num_batches_tracked", tensor => tensor with { Type = TensorType.Float32 }),
            "'model3.6.num_batches_tracked' is Float32 instead of Int64",
            differences: 1
        );
        AssertRefused(Replaced("model5.0.bias", _ => null), "'model5.0.bias' is missing", differences: 1);
        AssertRefused(
            [.. State, new HostTensor("extra.weight", TensorType.Float32, [1], new byte[4])],
            "'extra.weight' is unexpected",
            differences: 1
        );
    }

    [Fact]
    public void Another_network_is_reported_by_eight_differences_and_a_count()
    {
        HostTensor[] foreign =
        [
            .. Enumerable.Range(0, 40).Select(i => new HostTensor($"features.{i}.weight", TensorType.Float32, [1], new byte[4])),
        ];

        AssertRefused(foreign, "'model1.0.weight' is missing", differences: 8);
        AssertRefused(foreign, "; and 107 more", differences: 8); // 75 are missing, 40 are unknown
        AssertRefused([], "'model1.0.weight' is missing", differences: 8);
    }

    private static HostTensor[] Replaced(string name, Func<HostTensor, HostTensor?> change) =>
        [.. State.Select(tensor => tensor.Name == name ? change(tensor) : tensor).OfType<HostTensor>()];

    private static void AssertRefused(IReadOnlyList<HostTensor> tensors, string says, int differences)
    {
        var refusal = Assert.Throws<CheckpointException>(() => PublishedLayout.ShapeOf(tensors, "file.pth"));
        Assert.StartsWith("file.pth is not a colorization network", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(differences, refusal.Message.Split("; ").Count(part => !part.StartsWith("and ", StringComparison.Ordinal)));
    }

    private static HostTensor Empty((string Name, long[] Shape) slot) =>
        new(
            slot.Name,
            slot.Shape.Length == 0 && slot.Name.Contains("num_", StringComparison.Ordinal) ? TensorType.Int64 : TensorType.Float32,
            slot.Shape,
            []
        );
}
