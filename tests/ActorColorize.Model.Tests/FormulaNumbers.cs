using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using ActorColorize.Model.Networks;

namespace ActorColorize.Model.Tests;

/// <summary>
/// Weights, pictures and priors by an integer formula, the same as in scripts/make_fixtures.py, so that fixtures hold results only.
/// </summary>
public static class FormulaNumbers
{
    /// <summary>Numbers in [−1, 1): FNV-1a of the name, plus the index, through the finalizer of MurmurHash3.</summary>
    public static double[] Of(string name, long count)
    {
        var seed = 2166136261u;
        foreach (var letter in name)
            seed = (seed ^ letter) * 16777619u;
        var numbers = new double[count];
        for (var i = 0; i < count; i++)
        {
            var x = (uint)i * 2654435761u + seed;
            x = (x ^ (x >> 16)) * 0x85EBCA6Bu;
            x = (x ^ (x >> 13)) * 0xC2B2AE35u;
            x ^= x >> 16;
            numbers[i] = x / 2147483648.0 - 1;
        }

        return numbers;
    }

    public static byte[] Pictures(int batch, int side, string name = "pictures") =>
        [.. Of(name, (long)batch * side * side * 3).Select(static number => (byte)Math.Floor((number + 1) * 128))];

    public static ColorPrior Prior()
    {
        var counts = Of("prior", ColorBins.Grid18.Count).Select(static number => (long)Math.Floor((number + 1) * 5000)).ToArray();
        for (var bin = 0; bin < counts.Length; bin += 5)
            counts[bin] = 0;
        return new ColorPrior(counts, "formula");
    }

    /// <summary>A whole network: numbers of about the size that training would give them.</summary>
    public static IReadOnlyList<HostTensor> State(NetworkShape shape) =>
        [.. ColorizationNetwork.StateSlots(shape).Select(slot => Tensor(slot.Name, slot.Shape))];

    private static HostTensor Tensor(string name, long[] shape)
    {
        var count = shape.Aggregate(1L, static (product, size) => product * size);
        if (name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            return new HostTensor(name, TensorType.Int64, shape, new byte[sizeof(long)]);
        double scale = 0.25,
            shift = 0;
        if (
            name.EndsWith("running_var", StringComparison.Ordinal)
            || (name.EndsWith("weight", StringComparison.Ordinal) && shape.Length == 1)
        )
            shift = 1;
        else if (name.EndsWith("bias", StringComparison.Ordinal))
            shift = 0.25; // no channel is dead behind its ReLU
        else if (shape.Length == 4)
            scale = Math.Sqrt(6.0 / (name == "model8.0.weight" ? shape[0] * 4 : shape[1] * shape[2] * shape[3]));
        var values = Of(name, count).Select(number => (float)(number * scale + shift)).ToArray();
        var bytes = new byte[count * sizeof(float)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return new HostTensor(name, TensorType.Float32, shape, bytes);
    }
}
