using System.Text.Json;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Training;

namespace ActorColorize.Model.Tests.Checkpoints;

/// <summary>
/// A checkpoint that an earlier version of the program wrote (scripts/make_format_fixture.sh), read for ever: its bytes never change, and
/// training continues from it as it did then.
/// </summary>
[Collection(LibTorchSerially.Name)]
public sealed class CheckpointFormatTests
{
    /// <summary>
    /// Losses of the two steps after the checkpoint on drawn pictures. Processors add the same numbers in different orders: between AVX-512
    /// and SSE 4.1 the first loss agreed in all digits, and the second, behind an update by the stored moments, to 1.4e-7. Six digits of
    /// the first and five of the second leave room for processors that have not been tried.
    /// </summary>
    private const double FirstLoss = 57.025967;

    private const double SecondLoss = 54.924236;

    private static string Fixture => Path.Join(AppContext.BaseDirectory, "Checkpoints", "Fixtures", "format-1");

    private static string Checkpoint => Path.Join(Fixture, "step-00000020");

    [Fact]
    public void Format_1_is_read_with_its_manifest()
    {
        var manifest = Load().Entry.Manifest;

        Assert.Equal((1, 20L, 1UL, "20261124-084942-829fc3"), (manifest.FormatVersion, manifest.Step, manifest.Seed, manifest.RunId));
        Assert.Equal(6.499755859375, manifest.ValidationLoss);
        Assert.Equal(324, manifest.Network.Bins);
        Assert.Equal(114_152, manifest.Files["model.safetensors"].Bytes);
        var model = ModelLocator.Resolve(Checkpoint);
        Assert.NotNull(model.Colors);
        Assert.Equal(20, ModelLocator.Resolve(Checkpoint).Manifest!.Step);
    }

    [Fact]
    public void Training_continues_from_format_1_with_its_original_losses()
    {
        using var session = Session();
        session.Import(Load().State);

        var first = session.Train(SyntheticScenes.Batch(0, 8, 32), 8, 32);
        var second = session.Train(SyntheticScenes.Batch(8, 8, 32), 8, 32);

        Assert.Equal((21L, 22L), (first.Step, second.Step));
        Assert.Equal(FirstLoss, first.LossPerPixel, FirstLoss * 2 * Accuracy.Forward);
        Assert.Equal(SecondLoss, second.LossPerPixel, SecondLoss * 2 * Accuracy.Forward);
    }

    [Theory]
    [InlineData("exp_avg.")]
    [InlineData("exp_avg_sq.")]
    [InlineData("updates")]
    public void The_second_loss_depends_on_the_optimizers_state(string part)
    {
        using var session = Session();
        var state = Load().State;
        session.Import(
            state with
            {
                Optimizer =
                [
                    .. state.Optimizer.Select(tensor =>
                        tensor.Name.StartsWith(part, StringComparison.Ordinal)
                            ? tensor with
                            {
                                Data = new byte[tensor.Data.Length],
                            }
                            : tensor
                    ),
                ],
            }
        );
        session.Train(SyntheticScenes.Batch(0, 8, 32), 8, 32);

        var second = session.Train(SyntheticScenes.Batch(8, 8, 32), 8, 32);

        Assert.True(Math.Abs(second.LossPerPixel - SecondLoss) > SecondLoss * 2 * Accuracy.Forward, $"{second.LossPerPixel}");
    }

    private static LoadedCheckpoint Load() => new CheckpointStore(Fixture).Load(Checkpoint);

    private static TrainingSession Session()
    {
        using var histogram = JsonDocument.Parse(File.ReadAllBytes(Path.Join(Fixture, "census.json")));
        var counts = histogram.RootElement.GetProperty("binCounts").EnumerateArray().Select(count => count.GetInt64()).ToArray();
        return new TrainingSession(
            TrainingConfiguration.Load(Path.Join(Fixture, "configuration.json")),
            new ColorPrior(counts, "fixture"),
            seed: 99,
            new ComputeSettings(TorchSharp.torch.CPU, Precision.Fp32, ConvolutionPlan.Unchecked, LibTorchFixture.Threads)
        );
    }
}
