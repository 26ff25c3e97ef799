using System.Globalization;
using System.Text;
using ActorColorize.Data.Storage;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Model.Tests.Checkpoints;

/// <summary>Whatever happens to the newest checkpoint, the one before it is found, and the damage is named.</summary>
public sealed class CheckpointDamageTests : IDisposable
{
    private static readonly string[] Files = ["manifest.json", "model.safetensors", "optimizer.safetensors"];

    private readonly TemporaryFolder folder = new();
    private readonly string pristine;

    public CheckpointDamageTests()
    {
        pristine = folder.File("pristine");
        var store = new CheckpointStore(pristine);
        store.Save(TestCheckpoints.Content(200));
        store.Save(TestCheckpoints.Content(400));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_file_truncated_at_each_percent()
    {
        foreach (var file in Files)
        {
            for (var percent = 0; percent < 100; percent++)
                AssertFallsBack(run => Change(run, file, bytes => bytes[..(bytes.Length * percent / 100)]), $"{file} at {percent} %");
        }
    }

    [Fact]
    public void Three_hundred_random_bit_flips_seed_20240917()
    {
        var random = new Random(20240917);
        for (var flip = 0; flip < 300; flip++)
        {
            var file = Files[flip % Files.Length];
            AssertFallsBack(run => Change(run, file, bytes => Flipped(bytes, random.Next(bytes.Length * 8))), $"flip {flip} in {file}");
        }
    }

    [Fact]
    public void A_bit_of_each_byte_of_the_manifest()
    {
        var path = Path.Join(pristine, "checkpoints", "step-00000400", "manifest.json");
        var whole = File.ReadAllBytes(path);
        var store = new CheckpointStore(pristine);
        for (var index = 0; index < whole.Length; index++)
        {
            File.WriteAllBytes(path, Flipped([.. whole], index * 8 + index % 8));
            Assert.Equal(CheckpointProblem.Damaged, Assert.Throws<CheckpointException>(() => store.Load("step-00000400")).Problem);
        }
    }

    [Fact]
    public void Files_filled_with_zeros_or_longer_or_empty()
    {
        foreach (var file in Files)
        {
            AssertFallsBack(run => Change(run, file, bytes => new byte[bytes.Length]), $"{file} zeroed");
            AssertFallsBack(
                run => Change(run, file, bytes => [.. bytes[..(bytes.Length / 2)], .. new byte[bytes.Length - bytes.Length / 2]]),
                $"{file} half zeroed"
            );
            AssertFallsBack(run => Change(run, file, bytes => [.. bytes, 0]), $"{file} padded");
            AssertFallsBack(run => Change(run, file, _ => []), $"{file} empty");
        }
    }

    [Fact]
    public void Missing_files_and_folders_in_place_of_files()
    {
        foreach (var file in Files)
        {
            AssertFallsBack(run => File.Delete(In(run, 400, file)), $"{file} missing");
            AssertFallsBack(
                run =>
                {
                    File.Delete(In(run, 400, file));
                    Directory.CreateDirectory(In(run, 400, file));
                },
                $"{file} is a folder"
            );
        }
    }

    [Fact]
    public void Files_swapped_with_those_of_another_step_or_run()
    {
        new CheckpointStore(folder.File("other")).Save(TestCheckpoints.Content(400, run: "other", variant: 9));
        foreach (var file in Files)
        {
            AssertFallsBack(run => File.Copy(In(run, 200, file), In(run, 400, file), overwrite: true), $"{file} of step 200");
            AssertFallsBack(
                run => File.Copy(In(folder.File("other"), 400, file), In(run, 400, file), overwrite: true),
                $"{file} of another run"
            );
        }

        AssertFallsBack(
            run => File.Copy(In(run, 400, "model.safetensors"), In(run, 400, "optimizer.safetensors"), overwrite: true),
            "the model in the place of the optimizer"
        );
        AssertFallsBack(
            run =>
            {
                Directory.Delete(In(run, 400), recursive: true);
                TestCheckpoints.CopyFolder(In(run, 200), In(run, 400));
            },
            "a whole checkpoint under another step's name"
        );
        AssertFallsBack(
            run =>
            {
                Directory.Delete(In(run, 400), recursive: true);
                TestCheckpoints.CopyFolder(In(folder.File("other"), 400), In(run, 400));
            },
            "a whole checkpoint of another run",
            newestWhole: 400
        );
    }

    [Fact]
    public void The_damaged_one_is_named_moved_aside_and_not_tried_again()
    {
        var run = Copy();
        for (var round = 1; round <= 2; round++)
        {
            new CheckpointStore(run).Save(TestCheckpoints.Content(400));
            Change(run, "model.safetensors", bytes => Flipped(bytes, bytes.Length * 8 - 1));
            var rejections = new List<CheckpointRejection>();

            Assert.Equal(200, new CheckpointStore(run).LoadNewest(rejections.Add)!.State.Step);

            var rejection = Assert.Single(rejections);
            Assert.Equal(In(run, 400), rejection.Folder);
            Assert.Equal(
                $"{In(run, 400, "model.safetensors")} was altered: its SHA-256 differs from its manifest; kept as "
                    + $"step-00000400.rejected-{round}",
                rejection.Reason
            );
        }

        new CheckpointStore(run).Save(TestCheckpoints.Content(600));
        new CheckpointStore(run).Retain(1, Assert.Fail);
        Assert.Equal(["step-00000400.rejected-1", "step-00000400.rejected-2", "step-00000600"], TestCheckpoints.Names(run));
    }

    [Fact]
    public void When_all_are_damaged_each_is_named_and_none_is_loaded()
    {
        var run = Copy();
        File.Delete(In(run, 200, "manifest.json"));
        File.Delete(In(run, 400, "optimizer.safetensors"));
        var rejections = new List<CheckpointRejection>();

        Assert.Null(new CheckpointStore(run).LoadNewest(rejections.Add));
        Assert.Equal([In(run, 400), In(run, 200)], rejections.Select(rejection => rejection.Folder));

        // The next start finds nothing to reject any more, but can still tell that there was something.
        Assert.Null(new CheckpointStore(run).LoadNewest(_ => Assert.Fail("They have been rejected.")));
        Assert.Equal(2, new CheckpointStore(run).CountRejected());
        Assert.Equal(0, new CheckpointStore(pristine).CountRejected());
    }

    [Fact]
    public void A_newer_format_is_refused_and_left_where_it_is()
    {
        var run = Copy();
        var path = In(run, 400, "manifest.json");
        File.WriteAllBytes(
            path,
            Resealed(
                File.ReadAllText(path)
                    .Replace("\"format_version\": 1,", "\"format_version\": 2,\n  \"novelty\": true,", StringComparison.Ordinal)
            )
        );

        var refusal = Assert.Throws<CheckpointException>(() => new CheckpointStore(run).LoadNewest(_ => Assert.Fail("It is not damaged.")));

        Assert.Equal(CheckpointProblem.NewerFormat, refusal.Problem);
        Assert.Contains("has format 2, and this version of the program reads up to format 1", refusal.Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(In(run, 400)));
    }

    [Theory]
    [InlineData("\"format_version\": 1,", "\"format_version\": 0,")]
    [InlineData("\"format_version\": 1,", "\"format_version\": \"1\",")]
    [InlineData("\"format_version\": 1,", "")]
    [InlineData("\"step\": 400,", "\"step\": -400,")]
    [InlineData("\"step\": 400,", "\"step\": 400,\n  \"step\": 400,")]
    [InlineData("\"step\": 400,", "\"step\": 400,\n  \"extra\": 1,")]
    [InlineData("\"run_id\": \"run-7\",", "\"run_id\": null,")]
    [InlineData("\"bins\": 324,", "\"bins\": 1,")]
    [InlineData("model.safetensors", "../model.safetensors")]
    [InlineData("\"optimizer.safetensors\"", "\"other.safetensors\"")]
    [InlineData("\"sha256\": \"", "\"sha256\": \"A")]
    [InlineData("\"bytes\": ", "\"bytes\": -")]
    public void An_invalid_manifest_with_a_valid_checksum_is_refused(string find, string replacement)
    {
        AssertFallsBack(
            run =>
            {
                var path = In(run, 400, "manifest.json");
                var text = File.ReadAllText(path);
                Assert.Contains(find, text, StringComparison.Ordinal);
                File.WriteAllBytes(path, Resealed(text.Replace(find, replacement, StringComparison.Ordinal)));
            },
            replacement
        );
    }

    [Fact]
    public void Nothing_is_written_when_the_disk_fills_up_at_any_byte()
    {
        var run = Copy();
        var written = Files.Sum(file => new FileInfo(In(run, 400, file)).Length);
        for (long room = 0; room < written; room += 13)
        {
            var store = new CheckpointStore(run, disk: new FaultyDisk { Room = room });

            var failure = Assert.Throws<CheckpointException>(() => store.Save(TestCheckpoints.Content(600)));

            Assert.Equal(CheckpointProblem.Unwritable, failure.Problem);
            Assert.True(StorageFault.IsDiskFull(failure));
            Assert.Contains("the checkpoint of step 600 cannot be written", failure.Message, StringComparison.Ordinal);
            Assert.Equal(["step-00000200", "step-00000400"], TestCheckpoints.Names(run));
        }

        TestCheckpoints.AssertSame(
            TestCheckpoints.State(400),
            new CheckpointStore(run).LoadNewest(_ => Assert.Fail("They are unchanged."))!.State
        );
    }

    [Fact]
    public void A_disk_that_reports_too_little_space_is_not_written_to_and_the_message_names_bytes_and_folder()
    {
        var run = Copy();
        var written = Files.Sum(file => new FileInfo(In(run, 400, file)).Length);
        var disk = new FaultyDisk { Free = 4_096 };

        var failure = Assert.Throws<CheckpointException>(() => new CheckpointStore(run, disk: disk).Save(TestCheckpoints.Content(600)));

        Assert.Equal(CheckpointProblem.Unwritable, failure.Problem);
        Assert.True(StorageFault.IsDiskFull(failure));
        var begin = $"the checkpoint of step 600 cannot be written to {Path.Join(run, "checkpoints")}: no space left on the disk: ";
        const string end = " bytes are needed, 4,096 are free";
        Assert.StartsWith(begin, failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(end, failure.Message, StringComparison.Ordinal);
        Assert.InRange(
            long.Parse(failure.Message[begin.Length..^end.Length], NumberStyles.AllowThousands, CultureInfo.InvariantCulture),
            written,
            written + 8 * 1024
        );
        Assert.Equal(0, disk.Calls);
        Assert.Equal(["step-00000200", "step-00000400"], TestCheckpoints.Names(run));

        disk.Free = written + 8 * 1024;
        Assert.Equal(600, new CheckpointStore(run, disk: disk).Save(TestCheckpoints.Content(600)).Manifest.Step);
    }

    [Theory]
    [InlineData(600)]
    [InlineData(400)]
    public void A_disk_that_fails_at_any_call_leaves_the_old_or_the_new_checkpoint(long step)
    {
        for (var call = 1; ; call++)
        {
            var run = Copy();
            var disk = new FaultyDisk { FailingCall = call };
            var failed = false;
            try
            {
                new CheckpointStore(run, disk: disk).Save(TestCheckpoints.Content(step, variant: 1));
            }
            catch (CheckpointException fault)
            {
                Assert.Equal(CheckpointProblem.Unwritable, fault.Problem);
                failed = true;
            }

            var newest = new CheckpointStore(run).LoadNewest(_ => Assert.Fail("Nothing is damaged."))!.State;
            if (newest.Step == 400 && step == 600)
                TestCheckpoints.AssertSame(TestCheckpoints.State(400), newest);
            else if (failed && newest.Model[0].Data.AsSpan().SequenceEqual(TestCheckpoints.State(400).Model[0].Data))
                TestCheckpoints.AssertSame(TestCheckpoints.State(400), newest);
            else
                TestCheckpoints.AssertSame(TestCheckpoints.State(step, variant: 1), newest);
            Assert.DoesNotContain(TestCheckpoints.Names(run), name => name.StartsWith('.'));
            if (disk.Calls < call)
                break;
        }
    }

    private static string In(string run, long step, string file = "") =>
        Path.TrimEndingDirectorySeparator(Path.Join(run, "checkpoints", $"step-{step:D8}", file));

    private static void Change(string run, string file, Func<byte[], byte[]> change)
    {
        var path = In(run, 400, file);
        File.WriteAllBytes(path, change(File.ReadAllBytes(path)));
    }

    private static byte[] Flipped(byte[] bytes, int bit)
    {
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return bytes;
    }

    /// <summary>The manifest with the checksum that its writer would have given it.</summary>
    private static byte[] Resealed(string manifest)
    {
        var body = manifest[..manifest.LastIndexOf(",\n  \"checksum\"", StringComparison.Ordinal)];
        var checksum = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        return Encoding.UTF8.GetBytes($"{body},\n  \"checksum\": \"{checksum}\"\n}}\n");
    }

    private string Copy()
    {
        var run = folder.File(Guid.NewGuid().ToString("N"));
        TestCheckpoints.CopyFolder(pristine, run);
        return run;
    }

    /// <param name="damage">What is done to the newest of two checkpoints.</param>
    /// <param name="what">The same in words.</param>
    /// <param name="newestWhole">The newest one whose weights can be used, whichever run they belong to.</param>
    private void AssertFallsBack(Action<string> damage, string what, long newestWhole = 200)
    {
        var run = Copy();
        damage(run);
        var rejections = new List<CheckpointRejection>();
        if (newestWhole == 200)
        {
            // Whoever only wants the weights changes nothing; an optimizer's file does not concern them as long as it is there.
            var model = ModelLocator.Resolve(run);
            var expected = model.Manifest!.Step;
            Assert.True(
                expected == 200 ? model.Rejections.Count == 1 : expected == 400 && what.Contains("optimizer", StringComparison.Ordinal),
                what
            );
            TestCheckpoints.AssertSame(TestCheckpoints.State(expected).Model, model.Tensors);
        }

        var loaded = new CheckpointStore(run, TestCheckpoints.Run, new FaultyDisk()).LoadNewest(rejections.Add);

        Assert.True(loaded?.State.Step == 200 && rejections.Count == 1, what);
        TestCheckpoints.AssertSame(TestCheckpoints.State(200), loaded.State);
        Assert.Equal(In(run, 400), rejections[0].Folder);
        Assert.DoesNotContain(rejections[0].Reason, char.IsControl);
        Assert.True(Directory.Exists(In(run, 400) + ".rejected-1"), what);
        Directory.Delete(run, recursive: true);
    }
}
