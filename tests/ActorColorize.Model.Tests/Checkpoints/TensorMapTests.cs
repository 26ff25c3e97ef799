using System.Runtime.InteropServices;
using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Model.Tests.Checkpoints;

public sealed class TensorMapTests
{
    private static readonly Dictionary<string, long[]> Expected = new()
    {
        ["model1.0.weight"] = [64, 1, 3, 3],
        ["model1.0.bias"] = [64],
        ["model1.4.num_batches_tracked"] = [],
    };

    [Fact]
    public void Tensors_that_fit_pass_in_any_order()
    {
        TensorMap.Check(
            Expected,
            [Empty("model1.4.num_batches_tracked"), Empty("model1.0.bias", 64), Empty("model1.0.weight", 64, 1, 3, 3)],
            "m.safetensors"
        );
        TensorMap.Check(Expected, [Empty("model1.0.bias", 64), Empty("model1.0.weight", 64, 1, 3, 3)], "m.safetensors", name =>
            name.EndsWith("num_batches_tracked", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Each_difference_is_named()
    {
        var differences = TensorMap.Differences(Expected, [Empty("model1.0.weight", 32, 1, 3, 3), Empty("model9.0.bias", 1)]);

        Assert.Equal(
            [
                "'model1.0.weight' is [32,1,3,3] instead of [64,1,3,3]",
                "'model1.0.bias' is missing",
                "'model1.4.num_batches_tracked' is missing",
                "'model9.0.bias' is unexpected",
            ],
            differences
        );
    }

    [Fact]
    public void The_error_names_three_differences_and_counts_the_rest()
    {
        var refusal = Assert.Throws<CheckpointException>(() =>
            TensorMap.Check(Expected, [Empty("x", 1), Empty("x", 1), Empty("y", 1)], "m.safetensors")
        );

        Assert.Equal(
            "m.safetensors belongs to a different network: 'x' occurs twice; 'model1.0.weight' is missing; 'model1.0.bias' is missing; and "
                + "4 more",
            refusal.Message
        );
        Assert.Equal(CheckpointProblem.Unfit, refusal.Problem);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_non_finite_number_is_found_at_any_position(float bad)
    {
        for (var index = 0; index < 70; index++)
        {
            var elements = new float[70];
            Array.Fill(elements, float.MaxValue);
            elements[index] = bad;
            Assert.Equal(new NonFiniteElement("w", index), TensorMap.FindNonFinite([Empty("v", 3), Of(TensorType.Float32, elements)]));

            var halves = new Half[70];
            Array.Fill(halves, Half.MinValue);
            halves[index] = (Half)bad;
            Assert.Equal(new NonFiniteElement("w", index), TensorMap.FindNonFinite([Of(TensorType.Float16, halves)]));

            var brains = new ushort[70];
            Array.Fill(brains, (ushort)0x7F7F); // the largest bfloat16
            brains[index] = (ushort)(BitConverter.SingleToUInt32Bits(bad) >> 16);
            Assert.Equal(new NonFiniteElement("w", index), TensorMap.FindNonFinite([Of(TensorType.BFloat16, brains)]));
        }
    }

    [Fact]
    public void Finite_numbers_and_integers_pass()
    {
        Assert.Null(
            TensorMap.FindNonFinite([
                Of(TensorType.Float32, [float.MaxValue, float.MinValue, float.Epsilon, 0f, -0f]),
                Of(TensorType.Int64, [-1L, long.MaxValue]),
                Of(TensorType.UInt8, [(byte)255, (byte)255, (byte)255, (byte)255]),
            ])
        );
    }

    private static HostTensor Empty(string name, params long[] shape) =>
        new(name, TensorType.Float32, shape, new byte[4 * shape.Aggregate(1L, (count, size) => count * size)]);

    private static HostTensor Of<T>(TensorType type, T[] elements)
        where T : struct => new("w", type, [elements.Length], MemoryMarshal.AsBytes(elements.AsSpan()).ToArray());
}
