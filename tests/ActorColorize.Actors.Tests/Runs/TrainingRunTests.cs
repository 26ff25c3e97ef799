using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Tests.Pictures;
using ActorColorize.Imaging.Training;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Protocol;
using Akka.Configuration;

namespace ActorColorize.Actors.Tests.Runs;

/// <summary>Complete runs with seed 7: what a crash may cost, and that it never changes the result.</summary>
[Collection(LibTorchCollection.Name)]
public sealed class TrainingRunTests() : PatientTestKit(ConfigurationFactory.ParseString(AkkaHocon.Dispatchers)), IDisposable
{
    private readonly DrawnDataset _data = new();
    private readonly string _scratch = Directory.CreateTempSubdirectory("actorcolorize-runs-").FullName;

    [Fact]
    public void A_run_trains_validates_paints_a_panel_and_ends_with_its_last_checkpoint_on_disk()
    {
        var run = Unbroken();

        Assert.Equal(12, run.Losses()[^1].Step);
        Assert.Equal(Enumerable.Range(1, 12).Select(step => (long)step), run.Losses().Select(line => line.Step));
        Assert.True(File.Exists(run.FinalWeights()));
        Assert.True(File.Exists(run.Folder.Panel(12)));
        Assert.Equal(3, MetricsLog.Read(run.Folder.MetricsLog).OfType<ValidationLine>().Count());
        Assert.Single(Directory.GetFiles(run.Folder.TensorBoard));
    }

    [Fact]
    public void A_loader_that_crashes_costs_no_step_and_changes_no_weight()
    {
        var unbroken = Unbroken();
        var decoders = 0;
        var loader = new LoaderSettings
        {
            Parallelism = 2,
            NewDecoder = () =>
                Interlocked.Increment(ref decoders) == 4
                    ? throw new InvalidOperationException("crash of the fourth decoder")
                    : new TrainingPictureDecoder(),
        };
        var crashed = new RunHarness(this, _data.Root, Path.Combine(_scratch, "crashed"), loader);

        crashed.Start();
        crashed.WaitForStep(3);
        crashed.Crash("loader");
        var end = crashed.WaitForEnd();

        Assert.Equal(RunOutcome.Completed, end.Outcome);
        AssertSameResult(unbroken, crashed);
    }

    [Fact]
    public void A_device_that_crashes_goes_back_to_the_newest_checkpoint_and_arrives_at_the_same_weights()
    {
        var unbroken = Unbroken();
        var crashed = new RunHarness(this, _data.Root, Path.Combine(_scratch, "crashed"));

        crashed.Start();
        crashed.WaitForStep(6);
        crashed.Crash("gpu");
        Assert.Equal(2, crashed.WaitFor<RunEvents.Recovering>().Attempt.Number);
        var end = crashed.WaitForEnd();

        Assert.Equal(RunOutcome.Completed, end.Outcome);
        AssertSameResult(unbroken, crashed);
    }

    [Fact]
    public void An_output_actor_that_crashes_does_not_disturb_the_run()
    {
        var unbroken = Unbroken();
        var crashed = new RunHarness(this, _data.Root, Path.Combine(_scratch, "crashed"));

        crashed.Start();
        crashed.WaitForStep(4);
        crashed.Crash("output");
        var end = crashed.WaitForEnd();

        Assert.Equal(RunOutcome.Completed, end.Outcome);
        AssertSameResult(unbroken, crashed);
    }

    [Fact]
    public void A_stopped_run_that_is_started_again_arrives_at_the_same_losses_and_weights()
    {
        var unbroken = Unbroken();
        var path = Path.Combine(_scratch, "stopped");
        var first = new RunHarness(this, _data.Root, path);
        first.Start();
        first.WaitForStep(5);
        first.Stop();
        Assert.Equal(RunOutcome.Stopped, first.WaitForEnd().Outcome);

        var second = new RunHarness(this, _data.Root, path);
        second.Start();
        Assert.NotNull(second.WaitFor<RunEvents.Opened>().ResumedFrom);
        var end = second.WaitForEnd();

        Assert.Equal(RunOutcome.Completed, end.Outcome);
        AssertSameResult(unbroken, second);
    }

    [Fact]
    public void A_run_whose_checkpoints_the_disk_refuses_trains_on_ends_unsaved_and_completes_when_there_is_room()
    {
        var unbroken = Unbroken();
        var path = Path.Combine(_scratch, "refused");
        var first = new RunHarness(this, _data.Root, path);
        File.WriteAllText(first.Folder.Checkpoints, "in the way of the folder");
        first.Start();
        Assert.Contains(first.Folder.Checkpoints, first.WaitFor<RunEvents.CheckpointFailed>().Reason, StringComparison.Ordinal);
        var end = first.WaitForEnd();
        Assert.Equal((RunOutcome.Unsaved, 12L), (end.Outcome, end.Step.Value));
        File.Delete(first.Folder.Checkpoints);

        var second = new RunHarness(this, _data.Root, path);
        second.Start();

        Assert.Equal(RunOutcome.Completed, second.WaitForEnd().Outcome);
        AssertSameResult(unbroken, second);
    }

    [Fact]
    public void A_run_goes_on_from_the_checkpoint_before_a_damaged_one_and_arrives_at_the_same_weights()
    {
        var unbroken = Unbroken();
        var path = Path.Combine(_scratch, "damaged");
        var first = new RunHarness(this, _data.Root, path);
        first.Start();
        Assert.Equal(RunOutcome.Completed, first.WaitForEnd().Outcome);
        var optimizer = Path.Combine(first.Folder.Checkpoints, "step-00000012", CheckpointManifest.OptimizerFile);
        File.WriteAllBytes(optimizer, File.ReadAllBytes(optimizer)[..^1]);

        var second = new RunHarness(this, _data.Root, path);
        second.Start();
        var rejected = second.WaitFor<RunEvents.CheckpointRejected>();
        Assert.EndsWith("step-00000012", rejected.Folder, StringComparison.Ordinal);
        Assert.EndsWith("kept as step-00000012.rejected-1", rejected.Reason, StringComparison.Ordinal);
        Assert.EndsWith("step-00000008", second.WaitFor<RunEvents.Opened>().ResumedFrom, StringComparison.Ordinal);

        Assert.Equal(RunOutcome.Completed, second.WaitForEnd().Outcome);
        AssertSameResult(unbroken, second);
    }

    [Fact]
    public void A_run_whose_checkpoints_are_all_damaged_does_not_begin_again_by_itself_however_often_it_is_started()
    {
        var path = Path.Combine(_scratch, "all-damaged");
        var first = new RunHarness(this, _data.Root, path);
        first.Start();
        Assert.Equal(RunOutcome.Completed, first.WaitForEnd().Outcome);
        foreach (var folder in Directory.GetDirectories(first.Folder.Checkpoints))
            File.Delete(Path.Combine(folder, CheckpointManifest.FileName));

        for (var start = 0; start < 2; start++)
        {
            var again = new RunHarness(this, _data.Root, path);
            again.Start();
            var end = again.WaitForEnd();

            Assert.Equal(RunOutcome.Failed, end.Outcome);
            Assert.Contains("none of the run's 3 checkpoints can be used", end.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_run_does_not_resume_from_a_checkpoint_of_another_seed()
    {
        var path = Path.Combine(_scratch, "edited");
        var first = new RunHarness(this, _data.Root, path);
        first.Start();
        Assert.Equal(RunOutcome.Completed, first.WaitForEnd().Outcome);

        var second = new RunHarness(this, _data.Root, path, seed: 8);
        second.Start();
        var end = second.WaitForEnd();

        Assert.Equal(RunOutcome.Failed, end.Outcome);
        Assert.Contains("was made with seed 7, but the run has seed 8", end.Detail, StringComparison.Ordinal);
        Assert.Equal(3, Directory.GetDirectories(second.Folder.Checkpoints, "step-????????").Length);
    }

    [Fact]
    public void An_unreadable_picture_and_one_without_colour_are_left_out_and_named()
    {
        File.WriteAllText(_data.TrainingPicture(3), "this is not a picture");
        DrawnDataset.Draw(_data.TrainingPicture(5), 5, 32, 32, grey: true);
        var run = new RunHarness(this, _data.Root, Path.Combine(_scratch, "run"));

        run.Start();
        var unreadable = run.WaitFor<RunEvents.PictureUnreadable>();
        var histogram = run.WaitFor<RunEvents.ColorCountCompleted>();

        Assert.EndsWith("0003.jpg", unreadable.Path, StringComparison.Ordinal);
        Assert.Equal((38, 1, 1), (histogram.Used, histogram.Unreadable, histogram.Monochrome));
        Assert.Equal(RunOutcome.Completed, run.WaitForEnd().Outcome);
    }

    [Fact]
    public void A_dataset_without_a_picture_to_learn_from_fails_the_run_with_the_reason()
    {
        foreach (var picture in Directory.GetFiles(Path.Combine(_data.Root, "train"), "*.jpg", SearchOption.AllDirectories))
            File.WriteAllText(picture, "no picture");
        var run = new RunHarness(this, _data.Root, Path.Combine(_scratch, "run"));

        run.Start();
        var end = run.WaitForEnd();

        Assert.Equal(RunOutcome.Failed, end.Outcome);
        Assert.Contains("40 cannot be read", end.Detail, StringComparison.Ordinal);
    }

    void IDisposable.Dispose()
    {
        Dispose();
        _data.Dispose();
        Directory.Delete(_scratch, recursive: true);
    }

    private RunHarness Unbroken()
    {
        var run = new RunHarness(this, _data.Root, Path.Combine(_scratch, "unbroken"));
        run.Start();
        var end = run.WaitForEnd();
        Assert.True(end.Outcome == RunOutcome.Completed, end.Detail);
        return run;
    }

    private static void AssertSameResult(RunHarness expected, RunHarness actual)
    {
        Assert.Equal(expected.Losses(), actual.Losses());
        Assert.Equal(File.ReadAllBytes(expected.FinalWeights()), File.ReadAllBytes(actual.FinalWeights()));
    }
}
