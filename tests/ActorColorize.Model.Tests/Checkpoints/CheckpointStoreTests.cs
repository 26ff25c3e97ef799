using System.Collections.Concurrent;
using System.Text.Json;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Networks;

namespace ActorColorize.Model.Tests.Checkpoints;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<CheckpointRejection> rejections = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_saved_state_is_loaded_bit_exactly()
    {
        var store = new CheckpointStore(folder.File("run"));

        var saved = store.Save(TestCheckpoints.Content(400, loss: 0.1 + 0.2));
        var loaded = new CheckpointStore(folder.File("run")).LoadNewest(rejections.Add);

        Assert.NotNull(loaded);
        Assert.Empty(rejections);
        TestCheckpoints.AssertSame(TestCheckpoints.State(400), loaded.State);
        Assert.Equal(folder.File("run", "checkpoints", "step-00000400"), saved.Folder);
        Assert.Equal(saved.Folder, loaded.Entry.Folder);
        Assert.Equal(0.1 + 0.2, loaded.Entry.Manifest.ValidationLoss);
        Assert.Equal(18446744073709551557, loaded.Entry.Manifest.Seed);
        Assert.Equal(TestCheckpoints.Network, loaded.Entry.Manifest.Network);
        Assert.Equal(saved.Manifest.CreatedAt, loaded.Entry.Manifest.CreatedAt);
        Assert.Equal(saved.Manifest.Files, loaded.Entry.Manifest.Files);
    }

    [Fact]
    public void The_folder_holds_the_three_promised_files_and_a_readable_manifest()
    {
        var saved = new CheckpointStore(folder.Path).Save(TestCheckpoints.Content(400));

        Assert.Equal(
            ["manifest.json", "model.safetensors", "optimizer.safetensors"],
            Directory.EnumerateFiles(saved.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Join(saved.Folder, "manifest.json")));
        Assert.Equal(1, manifest.RootElement.GetProperty("format_version").GetInt32());
        Assert.Equal(400, manifest.RootElement.GetProperty("step").GetInt64());
        Assert.Equal(324, manifest.RootElement.GetProperty("network").GetProperty("bins").GetInt32());
    }

    [Fact]
    public void The_list_is_in_the_order_of_steps_and_omits_incomplete_checkpoints()
    {
        var store = new CheckpointStore(folder.Path);
        foreach (var step in (long[])[1_000_000_000, 3, 20, 100])
            store.Save(TestCheckpoints.Content(step));
        File.Delete(Path.Join(store.List()[1].Folder, "model.safetensors"));
        Directory.CreateDirectory(folder.File("checkpoints", "step-00000007"));
        Directory.CreateDirectory(folder.File("checkpoints", "step-5"));

        Assert.Equal([3, 100, 1_000_000_000], store.List().Select(entry => entry.Manifest.Step));
    }

    [Fact]
    public void A_run_without_checkpoints_has_none()
    {
        var store = new CheckpointStore(folder.File("nowhere"));

        Assert.Empty(store.List());
        Assert.Null(store.LoadNewest(rejections.Add));
        store.Retain(1, Assert.Fail);
        Assert.Empty(rejections);
        Assert.False(Directory.Exists(folder.File("nowhere")));
    }

    [Fact]
    public void Saving_a_step_again_replaces_it()
    {
        var store = new CheckpointStore(folder.Path);
        store.Save(TestCheckpoints.Content(400));
        store.Save(TestCheckpoints.Content(400, loss: 2, variant: 1));

        TestCheckpoints.AssertSame(TestCheckpoints.State(400, variant: 1), store.LoadNewest(rejections.Add)!.State);
        Assert.Equal(["step-00000400"], TestCheckpoints.Names(folder.Path));
    }

    [Fact]
    public void Another_runs_checkpoint_of_the_same_step_is_kept()
    {
        new CheckpointStore(folder.Path).Save(TestCheckpoints.Content(400, run: "other"));
        var store = new CheckpointStore(folder.Path, TestCheckpoints.Run);
        store.Save(TestCheckpoints.Content(400));

        Assert.Equal(TestCheckpoints.Run, store.LoadNewest(rejections.Add)!.Entry.Manifest.RunId);
        Assert.Equal(["step-00000400", "step-00000400.rejected-1"], TestCheckpoints.Names(folder.Path));
        Assert.Equal("other", store.Load(folder.File("checkpoints", "step-00000400.rejected-1")).Entry.Manifest.RunId);
    }

    [Fact]
    public void Checkpoints_of_another_run_are_not_loaded()
    {
        new CheckpointStore(folder.Path).Save(TestCheckpoints.Content(500, run: "other"));
        var store = new CheckpointStore(folder.Path, TestCheckpoints.Run);
        store.Save(TestCheckpoints.Content(400));

        Assert.Equal(400, store.LoadNewest(rejections.Add)!.State.Step);
        Assert.Contains("another run, 'other'", Assert.Single(rejections).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("partial")]
    [InlineData("deleted")]
    [InlineData("replaced")]
    public void Only_unfinished_files_of_an_earlier_writer_are_removed_by_the_next_one(string kind)
    {
        var store = new CheckpointStore(folder.Path);
        store.Save(TestCheckpoints.Content(400));
        TestCheckpoints.CopyFolder(
            folder.File("checkpoints", "step-00000400"),
            folder.File("checkpoints", $".step-00000400.{kind}-0123abcd")
        );
        string[] others = [".step-00000400.partial", ".step-400.partial-0123abcd", "notes", "step-00000300.rejected-1"];
        foreach (var name in others)
            Directory.CreateDirectory(folder.File("checkpoints", name));
        var leftover = folder.File("checkpoints", $".step-00000400.{kind}-0123abcd");

        Assert.Equal([400], store.List().Select(entry => entry.Manifest.Step));
        Assert.True(Directory.Exists(leftover));
        Assert.Equal(400, store.LoadNewest(rejections.Add)!.State.Step);

        Assert.False(Directory.Exists(leftover));
        Assert.All(others, name => Assert.True(Directory.Exists(folder.File("checkpoints", name))));
        Assert.Empty(rejections);
    }

    [Fact]
    public void A_checkpoint_moved_away_for_a_replacement_that_was_not_written_is_restored()
    {
        var store = new CheckpointStore(folder.Path);
        store.Save(TestCheckpoints.Content(400));
        Directory.Move(folder.File("checkpoints", "step-00000400"), folder.File("checkpoints", ".step-00000400.replaced-0123abcd"));

        Assert.Equal(400, store.LoadNewest(rejections.Add)!.State.Step);
        Assert.Equal(["step-00000400"], TestCheckpoints.Names(folder.Path));
    }

    [Fact]
    public void Retention_keeps_the_last_ones_and_the_best()
    {
        var store = new CheckpointStore(folder.Path);
        (long Step, double? Loss)[] history = [(100, 3.0), (200, 1.5), (300, null), (400, 1.5), (500, 2.0), (600, double.NaN), (700, null)];
        foreach (var (step, loss) in history)
            store.Save(TestCheckpoints.Content(step, loss));
        Directory.CreateDirectory(folder.File("checkpoints", "step-00000050"));
        File.WriteAllText(folder.File("checkpoints", "notes.txt"), "mine");

        store.Retain(2, Assert.Fail);

        Assert.Equal([400, 600, 700], store.List().Select(entry => entry.Manifest.Step));
        Assert.Equal(["notes.txt", "step-00000050", "step-00000400", "step-00000600", "step-00000700"], TestCheckpoints.Names(folder.Path));
    }

    [Fact]
    public void Retention_never_touches_another_runs_checkpoints()
    {
        new CheckpointStore(folder.Path).Save(TestCheckpoints.Content(50, run: "other"));
        var store = new CheckpointStore(folder.Path, TestCheckpoints.Run);
        foreach (var step in (long[])[100, 200])
            store.Save(TestCheckpoints.Content(step));

        store.Retain(1, Assert.Fail);

        Assert.Equal([50, 200], store.List().Select(entry => entry.Manifest.Step));
    }

    [Fact]
    public void A_failed_deletion_is_reported_and_the_others_are_done()
    {
        var disk = new FaultyDisk { FailDeletionOf = "step-00000200" };
        var store = new CheckpointStore(folder.Path, disk: disk);
        foreach (var step in (long[])[100, 200, 300, 400])
            store.Save(TestCheckpoints.Content(step));

        var failures = new List<string>();
        store.Retain(1, failures.Add);

        Assert.Contains("step-00000200 cannot be deleted: device busy", Assert.Single(failures), StringComparison.Ordinal);
        Assert.Equal([400], store.List().Select(entry => entry.Manifest.Step));
        disk.FailDeletionOf = null;
        store.Save(TestCheckpoints.Content(500));
        Assert.Equal(["step-00000400", "step-00000500"], TestCheckpoints.Names(folder.Path));
    }

    [Fact]
    public void A_checkpoint_can_be_named_by_its_step_or_by_its_path()
    {
        var store = new CheckpointStore(folder.Path);
        store.Save(TestCheckpoints.Content(300));
        store.Save(TestCheckpoints.Content(400));

        Assert.Equal(300, store.Load("step-00000300").State.Step);
        Assert.Equal(300, store.Load(folder.File("checkpoints", "step-00000300") + "/").State.Step);
        Assert.Equal(CheckpointProblem.Missing, Assert.Throws<CheckpointException>(() => store.Load("step-00000200")).Problem);
    }

    [Theory]
    [InlineData(0.5, 324, 7UL, "data", "belongs to a different network (324 bins, channels 16")]
    [InlineData(0.25, 313, 7UL, "data", "belongs to a different network (324 bins, channels 16")]
    [InlineData(0.25, 324, 8UL, "data", "was made with seed 7, but the run has seed 8")]
    [InlineData(0.25, 324, 7UL, "other", "was made with different pictures than the run's")]
    public void A_checkpoint_that_a_run_cannot_resume_from_is_refused_with_the_difference(
        double width,
        int bins,
        ulong seed,
        string data,
        string says
    )
    {
        var saved = new CheckpointStore(folder.Path).Save(TestCheckpoints.Content(400) with { Seed = 7, DataHash = "data" });
        saved.RequireSameRun(TestCheckpoints.Network, 7, "data");

        var refusal = Assert.Throws<CheckpointException>(() => saved.RequireSameRun(NetworkShape.ForWidth(width, bins), seed, data));

        Assert.Equal(CheckpointProblem.Unfit, refusal.Problem);
        Assert.StartsWith($"{saved.Folder} {says}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_of_the_newest_checkpoint_waits_for_the_one_being_written()
    {
        // Looking for the newest clears away unfinished ones: without waiting, the one being written.
        var deeds = new ConcurrentQueue<string>();
        LoadedCheckpoint? loaded = null;
        var reader = new Thread(() =>
            loaded = new CheckpointStore(folder.Path, disk: new WatchedDisk("reader", deeds)).LoadNewest(rejections.Add)
        );
        var writer = new CheckpointStore(
            folder.Path,
            disk: new WatchedDisk("writer", deeds)
            {
                BeforeFirstFile = () =>
                {
                    reader.Start();
                    SpinWait.SpinUntil(() => deeds.Contains("reader") || reader.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
                },
            }
        );

        writer.Save(TestCheckpoints.Content(400));
        reader.Join();

        TestCheckpoints.AssertSame(TestCheckpoints.State(400), loaded!.State);
        Assert.Empty(rejections);
        Assert.Equal(deeds.Order(StringComparer.Ordinal).Reverse(), deeds);
    }

    [Fact]
    public void A_state_that_cannot_be_stored_changes_nothing()
    {
        var store = new CheckpointStore(folder.Path);
        store.Save(TestCheckpoints.Content(400));
        var bad = TestCheckpoints.Content(400) with { State = new(400, [new HostTensor("w", TensorType.Float32, [2], [1])], []) };

        Assert.Throws<ArgumentException>(() => store.Save(bad));
        Assert.Throws<ArgumentException>(() => store.Save(TestCheckpoints.Content(400, run: "")));

        TestCheckpoints.AssertSame(TestCheckpoints.State(400), store.LoadNewest(rejections.Add)!.State);
        Assert.Equal(["step-00000400"], TestCheckpoints.Names(folder.Path));
    }
}
