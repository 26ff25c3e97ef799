using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Tests.Pictures;
using ActorColorize.Imaging.Archives;
using ActorColorize.Model.Inference;
using ActorColorize.Protocol;
using Akka.Configuration;
using Akka.TestKit;

namespace ActorColorize.Actors.Tests.Runs;

/// <summary>A device that trains and colours at the same time.</summary>
[Collection(LibTorchCollection.Name)]
public sealed class SharedDeviceTests() : PatientTestKit(ConfigurationFactory.ParseString(AkkaHocon.Dispatchers)), IDisposable
{
    private const int Batches = 6;

    private readonly DrawnDataset _data = new();
    private readonly string _scratch = Directory.CreateTempSubdirectory("actorcolorize-shared-").FullName;

    [Fact]
    public void Batches_that_are_coloured_between_steps_change_no_weight()
    {
        var alone = Train("alone", 0.5);
        var shared = new RunHarness(this, _data.Root, Path.Combine(_scratch, "shared"), colouringShare: 0.5);
        shared.Start();
        shared.WaitForStep(1);
        var worker = CreateTestProbe();
        Ask(shared, worker, alone);

        for (var batch = 0; batch < Batches; batch++)
            Assert.Equal(batch, worker.ExpectMsg<GpuEvents.Colorized>(TimeSpan.FromMinutes(1)).Batch);

        Assert.Equal(RunOutcome.Completed, shared.WaitForEnd().Outcome);
        Assert.Equal(alone.Losses(), shared.Losses());
        Assert.Equal(File.ReadAllBytes(alone.FinalWeights()), File.ReadAllBytes(shared.FinalWeights()));
    }

    [Fact]
    public void With_a_share_of_none_batches_wait_until_the_run_is_over_and_are_all_coloured_then()
    {
        var alone = Train("alone", 0.5);
        var shared = new RunHarness(this, _data.Root, Path.Combine(_scratch, "shared"), colouringShare: 0);
        shared.Start();
        shared.WaitForStep(1);
        var worker = CreateTestProbe();
        Ask(shared, worker, alone);

        for (var batch = 0; batch < Batches; batch++)
        {
            Assert.Equal(batch, worker.ExpectMsg<GpuEvents.Colorized>(TimeSpan.FromMinutes(1)).Batch);
            Assert.True(File.Exists(shared.FinalWeights()));
        }
    }

    void IDisposable.Dispose()
    {
        Dispose();
        _data.Dispose();
        Directory.Delete(_scratch, recursive: true);
    }

    private static void Ask(RunHarness harness, TestProbe worker, RunHarness model)
    {
        harness.AskGpu(new GpuCommands.OpenModel(model.Folder.Path), worker.Ref);
        for (var batch = 0; batch < Batches; batch++)
            harness.AskGpu(new GpuCommands.Colorize(batch, [new Thumbnail(32, 32, new byte[32 * 32 * 3])], 2, new Decoding(1)), worker.Ref);
        worker.ExpectMsg<GpuEvents.ModelOpened>(TimeSpan.FromMinutes(1));
    }

    private RunHarness Train(string name, double share)
    {
        var run = new RunHarness(this, _data.Root, Path.Combine(_scratch, name), colouringShare: share);
        run.Start();
        Assert.Equal(RunOutcome.Completed, run.WaitForEnd().Outcome);
        return run;
    }
}
