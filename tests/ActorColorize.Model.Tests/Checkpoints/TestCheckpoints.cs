using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Training;

namespace ActorColorize.Model.Tests.Checkpoints;

/// <summary>Small checkpoints whose content is derived from the step, so that a loaded one can be identified.</summary>
internal static class TestCheckpoints
{
    public const string Run = "run-7";

    public static NetworkShape Network { get; } = NetworkShape.ForWidth(0.25, 324);

    public static CheckpointContent Content(long step, double? loss = null, string run = Run, int variant = 0) =>
        new(run, 18446744073709551557, Network, "configuration-hash", "data-hash", State(step, variant), loss, 3.25);

    public static SessionState State(long step, int variant = 0)
    {
        var random = new Random((int)(step * 31 + variant));
        return new SessionState(
            step,
            [
                Floats("model1.0.weight", random, 16, 1, 3, 3),
                Floats("model1.0.bias", random, 16),
                new HostTensor("model1.4.num_batches_tracked", TensorType.Int64, [], BitConverter.GetBytes(step)),
            ],
            [
                Floats("model1.0.weight.exp_avg", random, 16, 1, 3, 3),
                new HostTensor("updates", TensorType.Int64, [], BitConverter.GetBytes(step)),
            ]
        );
    }

    public static void AssertSame(SessionState expected, SessionState actual)
    {
        Assert.Equal(expected.Step, actual.Step);
        AssertSame(expected.Model, actual.Model);
        AssertSame(expected.Optimizer, actual.Optimizer);
    }

    public static void AssertSame(IReadOnlyList<HostTensor> expected, IReadOnlyList<HostTensor> actual)
    {
        Assert.Equal(expected.Select(tensor => tensor.Name), actual.Select(tensor => tensor.Name));
        foreach (var (left, right) in expected.Zip(actual))
        {
            Assert.Equal(left.Type, right.Type);
            Assert.Equal(left.Shape, right.Shape);
            Assert.Equal(left.Data, right.Data);
        }
    }

    /// <summary>Names in the folder of checkpoints, sorted.</summary>
    public static string[] Names(string runFolder) =>
        [
            .. Directory
                .EnumerateFileSystemEntries(Path.Join(runFolder, "checkpoints"))
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal),
        ];

    public static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Join(to, Path.GetFileName(file)));
        foreach (var folder in Directory.EnumerateDirectories(from))
            CopyFolder(folder, Path.Join(to, Path.GetFileName(folder)));
    }

    private static HostTensor Floats(string name, Random random, params long[] shape)
    {
        var data = new byte[4 * shape.Aggregate(1L, (count, size) => count * size)];
        for (var index = 0; index < data.Length; index += 4)
            BitConverter.TryWriteBytes(data.AsSpan(index), random.NextSingle() - 0.5f);
        return new HostTensor(name, TensorType.Float32, shape, data);
    }
}
