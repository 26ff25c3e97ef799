using System.Security.Cryptography;
using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests;

/// <summary>
/// The built program on small disks: a tmpfs with a limit on bytes or files, mounted in its own namespace (which requires root or
/// unprivileged user namespaces).
/// </summary>
public sealed class FullDiskTests(TrainedModel unbroken) : IClassFixture<TrainedModel>
{
    /// <summary>
    /// disk, mount options, results, then the program and its arguments: trains until the disk is full, lists the files, frees space, and
    /// continues training.
    /// </summary>
    private const string TrainUntilFullThenOn = """
        disk=$1 options=$2 results=$3; shift 3
        mount -t tmpfs -o "$options" none "$disk" || exit 99
        "$@" >"$results/full.out" 2>"$results/full.err"; echo $? >"$results/full.code"
        ls -A "$disk/run/checkpoints" >"$results/full.checkpoints" 2>/dev/null
        "$1" model verify "$disk/run" >"$results/verify.out" 2>&1; echo $? >"$results/verify.code"
        mount -o remount,size=64m,nr_inodes=10000 "$disk" || exit 98
        "$@" >"$results/room.out" 2>"$results/room.err"; echo $? >"$results/room.code"
        cp "$disk"/run/checkpoints/step-00000040/model.safetensors "$results"
        """;

    /// <summary>The same arguments: frees space during training, and ends the program when it has reported the recovery.</summary>
    private const string MakeRoomMeanwhile = """
        disk=$1 options=$2 results=$3; shift 3
        mount -t tmpfs -o "$options" none "$disk" || exit 99
        "$@" >"$results/full.out" 2>"$results/full.err" & program=$!
        until grep -q 'cannot be written' "$results/full.err"; do kill -0 $program || exit 97; sleep 0.02; done
        mount -o remount,size=64m,nr_inodes=10000 "$disk" || exit 98
        until grep -q 'written again' "$results/full.err"; do kill -0 $program || exit 96; sleep 0.02; done
        kill -TERM $program
        wait $program; echo $? >"$results/full.code"
        ls -A "$disk/run/checkpoints" >"$results/full.checkpoints"
        """;

    [Theory]
    [InlineData("size=720k", 1, "bytes are needed, ")]
    [InlineData("size=1100k", 2, "bytes are needed, ")]
    [InlineData("size=64m,nr_inodes=17", 0, "bytes are needed (possibly a quota, or no free inodes)")]
    [InlineData("size=64m,nr_inodes=26", 1, "bytes are needed (possibly a quota, or no free inodes)")]
    public async Task A_run_on_a_disk_that_fills_up_keeps_its_checkpoints_trains_on_warns_once_and_with_space_reaches_the_same_weights(
        string disk,
        int checkpoints,
        string says
    )
    {
        using var scratch = new ScratchFolder();

        await RunAsync(scratch, TrainUntilFullThenOn, disk);

        Assert.Equal("5", Result(scratch, "full.code"));
        var error = Result(scratch, "full.err").Split('\n');
        var refusal = Assert.Single(error, line => line.StartsWith("warning: the checkpoint of step ", StringComparison.Ordinal));
        Assert.Contains(says, refusal, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(scratch.Path, "disk", "run", "checkpoints"), refusal, StringComparison.Ordinal);
        Assert.Contains(error, static line =>
            line.StartsWith("error: ", StringComparison.Ordinal) // the run's journal may be on the full disk as well, and is written last
            && (
                line.Contains("could not be saved at step 40", StringComparison.Ordinal)
                || line.Contains("the run's journal in", StringComparison.Ordinal)
            )
        );
        Assert.Equal(error.Length, error.Distinct().Count());

        var kept = Result(scratch, "full.checkpoints").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(checkpoints, kept.Length);
        Assert.All(kept, name => Assert.StartsWith("step-", name, StringComparison.Ordinal));
        Assert.Equal(checkpoints > 0 ? "0" : "4", Result(scratch, "verify.code"));

        Assert.Equal("0", Result(scratch, "room.code"));
        if (checkpoints > 0)
            Assert.Contains("resumed from step", Result(scratch, "room.out"), StringComparison.Ordinal);
        Assert.Equal(
            Hash(Path.Combine(unbroken.Run, "checkpoints", "step-00000040", "model.safetensors")),
            Hash(Path.Combine(scratch.Path, "results", "model.safetensors"))
        );
    }

    [Fact]
    public async Task A_disk_without_space_for_one_checkpoint_is_refused_before_training()
    {
        using var scratch = new ScratchFolder();

        await RunAsync(scratch, TrainUntilFullThenOn, "size=64k");

        Assert.Equal("5", Result(scratch, "full.code"));
        Assert.Matches(
            @"\Aerror: not enough disk space for a checkpoint in .*/disk/run: [0-9,]+ bytes are needed, 65,536 are free; free some space, "
                + @"or choose another --run folder\z",
            Result(scratch, "full.err")
        );
        Assert.Equal("0", Result(scratch, "room.code"));
    }

    [Fact]
    public async Task A_disk_that_is_full_before_the_first_step_ends_the_run_and_with_space_the_same_command_trains()
    {
        using var scratch = new ScratchFolder();

        await RunAsync(scratch, TrainUntilFullThenOn, "size=64m,nr_inodes=11"); // no room for color-histogram.json

        Assert.Equal("5", Result(scratch, "full.code"));
        Assert.Matches(
            @"could not be saved at step 0: Cannot write .*/color-histogram\.json: no space left on the disk; .* the same command resumes",
            Assert.Single(Result(scratch, "full.err").Split('\n'))
        );
        Assert.Equal("0", Result(scratch, "room.code"));
        Assert.Equal(
            Hash(Path.Combine(unbroken.Run, "checkpoints", "step-00000040", "model.safetensors")),
            Hash(Path.Combine(scratch.Path, "results", "model.safetensors"))
        );
    }

    [Fact]
    public async Task Space_freed_during_a_run_is_used_and_reported_once()
    {
        using var scratch = new ScratchFolder();

        await RunAsync(scratch, MakeRoomMeanwhile, "size=700k", "--steps", "20000");

        Assert.Equal("0", Result(scratch, "full.code"));
        var error = Result(scratch, "full.err").Split('\n');
        Assert.Single(error, line => line.Contains("cannot be written", StringComparison.Ordinal));
        Assert.Single(error, line => line.StartsWith("warning: checkpoints can be written again: step ", StringComparison.Ordinal));
        Assert.InRange(Result(scratch, "full.checkpoints").Split('\n').Length, 2, 3);
    }

    private static async Task RunAsync(ScratchFolder scratch, string script, string options, params string[] more)
    {
        using var data = new DrawnDataset();
        var disk = Directory.CreateDirectory(Path.Combine(scratch.Path, "disk")).FullName;
        var results = Directory.CreateDirectory(Path.Combine(scratch.Path, "results")).FullName;
        var command = new TrainingCommand(scratch, data.Root, Path.Combine("disk", "run"));

        var run = await ProgramRun.OfAsync(
            "unshare",
            scratch,
            [
                "--user",
                "--map-root-user",
                "--mount",
                "bash",
                "-c",
                script,
                "disk",
                disk,
                options,
                results,
                Installation.Program,
                .. command.Arguments,
                .. more,
            ]
        );

        Assert.True(
            run.ExitCode == 0,
            $"the script ended with {run.ExitCode} (99: a tmpfs cannot be mounted here): {run.Output}{run.Error}"
        );
    }

    private static string Result(ScratchFolder scratch, string name) =>
        File.ReadAllText(Path.Combine(scratch.Path, "results", name)).TrimEnd('\n');

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
