using System.Runtime.InteropServices;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Training;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests;

/// <summary>Small sessions for tests.</summary>
internal static class Sessions
{
    /// <summary>All 22 convolutions, 16 or 32 channels wide: the network of Fixtures/network.json.</summary>
    public static readonly TrainingConfiguration Narrow = new()
    {
        Network = new NetworkConfiguration { Channels = [16, 16, 32, 32, 16, 16, 32, 16], Convolutions = [2, 2, 3, 3, 3, 3, 3, 3] },
        ImageSize = 32,
        BatchSize = 4,
        MicroBatchSize = 4,
        Steps = 100,
        LearningRate = 1e-3,
        FinalLearningRate = 1e-3,
        WarmupSteps = 0,
        Adam = new AdamConfiguration { Epsilon = 1e-3 },
    };

    public static ComputeSettings Cpu(Precision precision = Precision.Fp32) =>
        new(CPU, precision, ConvolutionPlan.Unchecked, LibTorchFixture.Threads);

    public static TrainingSession New(TrainingConfiguration configuration, ulong seed = 1, Precision precision = Precision.Fp32) =>
        new(configuration, FormulaNumbers.Prior(), seed, Cpu(precision));

    public static float[] Floats(HostTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Data).ToArray();

    public static float[] Floats(IReadOnlyList<HostTensor> tensors, string name) => Floats(tensors.Single(tensor => tensor.Name == name));

    public static void AssertSameBits(SessionState expected, SessionState actual)
    {
        Assert.Equal(expected.Step, actual.Step);
        foreach (var (a, b) in expected.Model.Concat(expected.Optimizer).Zip(actual.Model.Concat(actual.Optimizer)))
        {
            Assert.Equal(a.Name, b.Name);
            Assert.True(a.Data.AsSpan().SequenceEqual(b.Data), $"{a.Name} differs");
        }
    }
}
