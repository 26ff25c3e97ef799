using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Training;

namespace ActorColorize.Model.Tests.Checkpoints;

/// <summary>
/// After a power failure between any two steps of saving, replacing or deleting, the last saved checkpoint exists, or the one being saved.
/// </summary>
public sealed class CheckpointPowerCutTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_prefix_of_a_run_loads_to_the_last_saved_checkpoint_or_the_next()
    {
        var disk = new PowerCutDisk(folder.Path);
        var saved = new List<(int Steps, SessionState? State)> { (0, null) };
        var store = new CheckpointStore(folder.File("run"), disk: disk);
        Save(200, 0);
        Save(400, 0);
        Save(400, 1);
        Save(600, 0);
        store.Retain(1, Assert.Fail);
        Save(800, 0);
        store.Retain(1, Assert.Fail);

        AssertEveryPrefix(disk, 0, steps =>
            [saved.Last(one => one.Steps <= steps).State, saved.FirstOrDefault(one => one.Steps > steps, saved[^1]).State]
        );

        void Save(long step, int variant)
        {
            store.Save(TestCheckpoints.Content(step, variant: variant));
            saved.Add((disk.Steps, TestCheckpoints.State(step, variant)));
        }
    }

    [Theory]
    [InlineData(400, "resumes")]
    [InlineData(600, "resumes")]
    [InlineData(400, "saves")]
    [InlineData(600, "saves")]
    public void A_power_failure_while_the_next_writer_cleans_up_after_a_killed_one_loses_nothing(long step, string next)
    {
        // The first writer is killed at each step of replacing or adding a checkpoint (its steps reach the disk, only not flushed); the
        // second one clears up, and the power goes.
        SessionState[] saved = [TestCheckpoints.State(400), TestCheckpoints.State(step, variant: 1), TestCheckpoints.State(800)];
        for (var killed = 1; ; killed++)
        {
            var run = folder.File($"killed-{killed}", "run");
            var disk = new PowerCutDisk(folder.File($"killed-{killed}"));
            new CheckpointStore(run, disk: disk).Save(TestCheckpoints.Content(400));
            var mortal = new MortalDisk(disk, killed);
            var survived = mortal.Run(() => new CheckpointStore(run, disk: mortal).Save(TestCheckpoints.Content(step, variant: 1)));
            var atDeath = disk.Steps;
            var store = new CheckpointStore(run, disk: disk);
            var last = next == "saves" ? 800 : store.LoadNewest(_ => Assert.Fail("Nothing is damaged."))!.State.Step;
            if (next == "saves")
                store.Save(TestCheckpoints.Content(800));

            AssertEveryPrefix(disk, atDeath, steps => steps == disk.Steps ? saved.Where(state => state.Step == last) : saved);
            if (survived)
                break;
        }
    }

    [Fact]
    public void A_power_failure_while_a_damaged_checkpoint_is_moved_aside_and_rewritten_leaves_the_previous_or_the_new_one()
    {
        var disk = new PowerCutDisk(folder.Path);
        var run = folder.File("run");
        var store = new CheckpointStore(run, disk: disk);
        store.Save(TestCheckpoints.Content(200));
        store.Save(TestCheckpoints.Content(400));
        disk.Damage(Path.Join(run, "checkpoints", "step-00000400", "model.safetensors"), bytes => [.. bytes[..^1], (byte)~bytes[^1]]);
        var damaged = disk.Steps;
        Assert.Equal(200, new CheckpointStore(run, disk: disk).LoadNewest(_ => { })!.State.Step);
        new CheckpointStore(run, disk: disk).Save(TestCheckpoints.Content(400, variant: 1));

        AssertEveryPrefix(disk, damaged, _ => [TestCheckpoints.State(200), TestCheckpoints.State(400, variant: 1)], mayReject: true);
    }

    private void AssertEveryPrefix(PowerCutDisk disk, int first, Func<int, IEnumerable<SessionState?>> allowed, bool mayReject = false)
    {
        for (var steps = first; steps <= disk.Steps; steps++)
        {
            foreach (
                var (survival, seed) in (ReadOnlySpan<(Survival, int)>)
                    [
                        (Survival.FlushedOnly, 0),
                        (Survival.NamesOnly, 0),
                        (Survival.NamesAndLengths, 0),
                        (Survival.All, 0),
                        (Survival.Random, 1),
                        (Survival.Random, 2),
                        (Survival.Random, 3),
                    ]
            )
            {
                var disaster = folder.File("disaster");
                disk.CutPower(steps, survival, seed * 100_000 + steps, disaster);
                var what = $"power cut after step {steps}, {survival} {seed}";

                var loaded = new CheckpointStore(Path.Join(disaster, "run"), disk: new FaultyDisk()).LoadNewest(rejection =>
                    Assert.True(mayReject, $"{what}: {rejection.Reason}")
                );

                Assert.True(allowed(steps).Any(state => Same(loaded?.State, state)), $"{what}: loaded step {loaded?.State.Step}");
                Directory.Delete(disaster, recursive: true);
            }
        }
    }

    private static bool Same(SessionState? left, SessionState? right) =>
        left is null || right is null
            ? left is null && right is null
            : left.Step == right.Step
                && left.Model.Concat(left.Optimizer)
                    .Zip(right.Model.Concat(right.Optimizer))
                    .All(pair => pair.First.Data.AsSpan().SequenceEqual(pair.Second.Data));

    /// <summary>
    /// A disk whose writer dies at its n-th call, before the call does anything. Nothing that the writer would still do in that case
    /// reaches the disk.
    /// </summary>
    private sealed class MortalDisk(ICheckpointDisk disk, int lastCall) : ICheckpointDisk
    {
        private int calls;

        /// <returns>Whether the writer lived to the end.</returns>
        public bool Run(Action write)
        {
            try
            {
                write();
                return true;
            }
            catch (Killed)
            {
                return false;
            }
        }

        public void CreateFolder(string path) => While(() => disk.CreateFolder(path));

        public void WriteFile(string path, Action<Stream> write) => While(() => disk.WriteFile(path, write));

        public void SyncFolder(string path) => While(() => disk.SyncFolder(path));

        public void MoveFolder(string path, string newPath) => While(() => disk.MoveFolder(path, newPath));

        public void DeleteFolder(string path) => While(() => disk.DeleteFolder(path));

        public long? FreeBytes(string path) => disk.FreeBytes(path);

        private void While(Action act)
        {
            if (++calls >= lastCall)
                throw new Killed();
            act();
        }
    }

    private sealed class Killed : Exception;
}
