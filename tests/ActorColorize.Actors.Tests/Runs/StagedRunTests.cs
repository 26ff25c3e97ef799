using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Tests.Pictures;
using ActorColorize.Data.Sampling;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Training;
using ActorColorize.Protocol;
using Akka.Configuration;

namespace ActorColorize.Actors.Tests.Runs;

/// <summary>Whole runs in three stages: steps 1 to 5, 6 to 9 and 10 to 12.</summary>
[Collection(LibTorchCollection.Name)]
public sealed class StagedRunTests() : PatientTestKit(ConfigurationFactory.ParseString(AkkaHocon.Dispatchers)), IDisposable
{
    private static readonly TrainingStage[] Stages =
    [
        new()
        {
            Steps = 5,
            ImageSize = 16,
            BatchSize = 6,
            LearningRate = 0.004,
            WarmupSteps = 1,
        },
        new()
        {
            Steps = 4,
            BatchSize = 5,
            MicroBatchSize = 3,
            MinimumExtent = 0.6,
        },
        new() { LearningRate = 0.001 },
    ];

    private readonly DrawnDataset _data = new();
    private readonly string _scratch = Directory.CreateTempSubdirectory("actorcolorize-staged-runs-").FullName;

    [Fact]
    public void A_run_that_is_broken_off_in_each_stage_arrives_at_the_same_losses_and_weights()
    {
        var unbroken = Run("unbroken");
        var end = unbroken.WaitForEnd();
        Assert.True(end.Outcome == RunOutcome.Completed, end.Detail);
        var steps = MetricsLog.Read(unbroken.Folder.MetricsLog).OfType<TrainLine>().ToArray();
        Assert.Equal(Enumerable.Range(1, 12).Select(static step => (long)step), steps.Select(static line => line.Step));

        var broken = Run("broken");
        broken.WaitForStep(2);
        broken.Crash("gpu");
        broken.WaitForStep(6);
        broken.Stop();
        Assert.Equal(RunOutcome.Stopped, broken.WaitForEnd().Outcome);
        var again = Run("broken");
        again.WaitForStep(10);
        again.Crash("gpu");
        Assert.Equal(RunOutcome.Completed, again.WaitForEnd().Outcome);

        Assert.Equal(unbroken.Losses(), again.Losses());
        Assert.Equal(File.ReadAllBytes(unbroken.FinalWeights()), File.ReadAllBytes(again.FinalWeights()));
        var optimizers = new[] { unbroken, again }.Select(run =>
            File.ReadAllBytes(Path.Combine(run.Folder.Checkpoints, "step-00000012", CheckpointManifest.OptimizerFile))
        );
        Assert.Single(optimizers.DistinctBy(static bytes => Convert.ToHexString(bytes), StringComparer.Ordinal));
    }

    [Fact]
    public void Stages_follow_each_other_without_gap_or_repetition_in_the_data()
    {
        var configuration = new TrainingConfiguration
        {
            Steps = 12,
            BatchSize = 4,
            MicroBatchSize = 4,
            ImageSize = 32,
            Stages = Stages,
        };
        int[] items = [.. Enumerable.Range(100, 53)];
        var visited = new List<int>();
        for (var step = 0; step < 12; step++)
        {
            var plan = new TrainingPlan(items, configuration, 7, step);
            Assert.Equal(step < 5 ? 16 : 32, plan.Side);
            for (var slot = 0; slot < plan.BatchSize; slot++)
                visited.Add(plan.RequestFor(step, slot, 0)!.Value.Item);
        }

        Assert.Equal(5 * 6 + 4 * 5 + 3 * 4, visited.Count);
        var order = new EpochOrder(53, 7);
        Assert.Equal(Enumerable.Range(0, visited.Count).Select(sample => items[order.ItemAt(sample / 53, sample % 53)]), visited);
    }

    void IDisposable.Dispose()
    {
        Dispose();
        _data.Dispose();
        Directory.Delete(_scratch, recursive: true);
    }

    private RunHarness Run(string folder)
    {
        var run = new RunHarness(this, _data.Root, Path.Combine(_scratch, folder), change: static document =>
            document with
            {
                Configuration = document.Configuration with { Stages = Stages, EmaDecay = 0.9 },
            }
        );
        run.Start();
        return run;
    }
}
