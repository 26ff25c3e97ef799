using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Training;
using TorchSharp;

namespace ActorColorize.Benchmarks;

/// <summary>bf16 against fp32: training steps of the same network on the same batch.</summary>
internal static class PrecisionBenchmark
{
    private const int Steps = 4;

    internal static void Run(TrainingConfiguration configuration, ColorPrior prior, byte[] rgb_BHWC, int threads, int rounds)
    {
        using var bf16 = Session(configuration, prior, Precision.Bf16, threads);
        using var fp32 = Session(configuration, prior, Precision.Fp32, threads);
        new PairedComparison(
            $"precision: training, {configuration.Network.Width?.ToString() ?? "given"} width, batch {configuration.BatchSize}, "
                + $"{configuration.ImageSize}²",
            "images/s",
            rounds
        ).Run("bf16", () => Train(bf16, configuration, rgb_BHWC), "fp32", () => Train(fp32, configuration, rgb_BHWC), goal: 1.8);
    }

    internal static TrainingSession Session(TrainingConfiguration configuration, ColorPrior prior, Precision precision, int threads) =>
        new(
            configuration,
            prior,
            seed: 1,
            new ComputeSettings(
                torch.CPU,
                precision,
                new ConvolutionSelfTest(torch.CPU, threads, ConvolutionSelfTest.DefaultCacheFolder).NewPlan(),
                threads
            )
        );

    private static double Train(TrainingSession session, TrainingConfiguration configuration, byte[] rgb_BHWC)
    {
        for (var step = 0; step < Steps; step++)
            session.Train(rgb_BHWC, configuration.BatchSize, configuration.ImageSize);
        return Steps * configuration.BatchSize;
    }
}
