using ActorColorize.Actors.Tests.Pictures;
using ActorColorize.Data.Sampling;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Training;
using ActorColorize.Protocol;
using Akka.Configuration;

namespace ActorColorize.Actors.Tests.Runs;

/// <summary>Whole runs with averaged weights, a context path and old-film augmentation.</summary>
[Collection(LibTorchCollection.Name)]
public sealed class AveragedRunTests() : PatientTestKit(ConfigurationFactory.ParseString(AkkaHocon.Dispatchers)), IDisposable
{
    /// <summary>So many that a run is not over before it can be stopped.</summary>
    private const int LongSteps = 60;

    private readonly DrawnDataset _data = new();
    private readonly string _scratch = Directory.CreateTempSubdirectory("actorcolorize-averaged-runs-").FullName;

    [Fact]
    public void A_run_that_crashed_and_was_stopped_arrives_at_the_same_average_weights_and_moments()
    {
        var unbroken = Run("unbroken", steps: LongSteps);
        Assert.Equal(RunOutcome.Completed, unbroken.WaitForEnd().Outcome);

        var crashed = Run("broken", steps: LongSteps);
        crashed.WaitForStep(6);
        crashed.Crash("gpu");
        crashed.WaitForStep(9);
        crashed.Stop();
        Assert.Equal(RunOutcome.Stopped, crashed.WaitForEnd().Outcome);
        var again = Run("broken", steps: LongSteps);
        Assert.Equal(RunOutcome.Completed, again.WaitForEnd().Outcome);

        Assert.Equal(unbroken.Losses(), again.Losses());
        var (expected, actual) = (Final(unbroken, LongSteps), Final(again, LongSteps));
        AssertSame(expected.State.Model, actual.State.Model);
        AssertSame(expected.State.Optimizer, actual.State.Optimizer);
        Assert.All(ModelVerification.Verify(again.Folder.Path), static check => Assert.True(check.Passed, check.Finding));
    }

    [Fact]
    public void A_run_begins_at_another_run_s_checkpoint_that_has_neither_average_nor_context_path()
    {
        var first = new RunHarness(this, _data.Root, Path.Combine(_scratch, "first"));
        first.Start();
        Assert.Equal(RunOutcome.Completed, first.WaitForEnd().Outcome);
        var start = Path.Combine(first.Folder.Checkpoints, "step-00000008");

        var second = Run("second", start);
        Assert.EndsWith("step-00000008", second.WaitFor<RunEvents.Opened>().ResumedFrom, StringComparison.Ordinal);
        Assert.Equal(RunOutcome.Completed, second.WaitForEnd().Outcome);

        Assert.Equal(9, second.Losses()[0].Step);
        Assert.Equal(8, Final(second).Entry.Manifest.Network.Context);
        Assert.Contains(Final(second).State.Optimizer, static tensor => tensor.Name == "weights.context.output.weight");
    }

    [Fact]
    public void A_run_does_not_begin_at_a_checkpoint_of_another_network()
    {
        var first = new RunHarness(this, _data.Root, Path.Combine(_scratch, "first"));
        first.Start();
        Assert.Equal(RunOutcome.Completed, first.WaitForEnd().Outcome);
        var second = Run("second", Path.Combine(first.Folder.Checkpoints, "step-00000008"), static network =>
            network with
            {
                Channels = [16, 16, 16, 16, 16, 16, 32, 16],
            }
        );

        var end = second.WaitForEnd();

        Assert.Equal(RunOutcome.Failed, end.Outcome);
        Assert.Contains("belongs to a different network", end.Detail, StringComparison.Ordinal);
    }

    void IDisposable.Dispose()
    {
        Dispose();
        _data.Dispose();
        Directory.Delete(_scratch, recursive: true);
    }

    private RunHarness Run(
        string folder,
        string? start = null,
        Func<NetworkConfiguration, NetworkConfiguration>? change = null,
        int steps = 12
    )
    {
        var run = new RunHarness(this, _data.Root, Path.Combine(_scratch, folder), change: document =>
            document with
            {
                InitialCheckpoint = start,
                Configuration = document.Configuration with
                {
                    Steps = steps,
                    Network = (change ?? (static network => network))(document.Configuration.Network with { Context = 8 }),
                    EmaDecay = 0.9,
                    Augmentation = new AugmentationOptions
                    {
                        Film = new FilmOptions
                        {
                            Spectrum = 0.7,
                            Grain = 0.7,
                            Blur = 0.5,
                            Jpeg = 0.5,
                        },
                    },
                },
            }
        );
        run.Start();
        return run;
    }

    private static LoadedCheckpoint Final(RunHarness run, int steps = 12) => new CheckpointStore(run.Folder.Path).Load($"step-{steps:D8}");

    private static void AssertSame(IReadOnlyList<HostTensor> expected, IReadOnlyList<HostTensor> actual)
    {
        Assert.Equal(expected.Select(static tensor => tensor.Name), actual.Select(static tensor => tensor.Name));
        foreach (var (a, b) in expected.Zip(actual))
            Assert.True(a.Data.AsSpan().SequenceEqual(b.Data), $"{a.Name} differs");
    }
}
