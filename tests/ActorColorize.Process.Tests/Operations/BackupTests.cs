using System.Formats.Tar;
using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests.Operations;

/// <summary>A backup that is made while the daemon works is restored elsewhere, and the job goes on there.</summary>
public sealed class BackupTests
{
    private const int Pictures = 200;

    [Fact]
    public async Task A_job_goes_on_from_a_backup_that_was_made_under_load()
    {
        using var scratch = new ScratchFolder();
        var archive = Path.Combine(scratch.Path, "archive");
        for (var i = 0; i < Pictures; i++)
            DrawnDataset.Draw(Path.Combine(archive, $"{i:D3}.jpg"), i, 200, 150, grey: true);
        var output = Path.Combine(scratch.Path, "out");
        int Finished() => Directory.Exists(output) ? Directory.GetFiles(output, "*.jpg").Length : 0;
        var (first, second) = (Path.Combine(scratch.Path, "first"), Path.Combine(scratch.Path, "second"));
        string job;
        using (var daemon = await ServedFolder.StartAsync(scratch, first))
        {
            job = (await daemon.JsonAsync("job", "submit", archive, "--out", output, "--batch", "2"))[0].GetProperty("job").GetString()!;
            await daemon.Program.UntilAsync(() => Finished() >= 8, "a few pictures");
            for (var i = 0; i < 3; i++) // while pictures are settled all the time
                await daemon.SayAsync(0, "backup", $"backup-{i}.tar");
            Assert.InRange(Finished(), 8, Pictures - 1);
            await daemon.SayAsync(5, "backup", "backup-0.tar");
            await daemon.SayAsync(0, "backup", "backup-0.tar", "--force");
            await daemon.Program.KillAsync();
        }

        Assert.Equal(0, (await ProgramRun.OfProgramAsync(scratch, "restore", "backup-1.tar", "--data-folder", second)).ExitCode);
        using var restored = await ServedFolder.StartAsync(scratch, second);
        var watched = ServedFolder.Lines(await restored.SayAsync(0, "job", "watch", job, "--json"))[^1];

        Assert.Equal((Pictures, 0), (watched.GetProperty("items").GetInt32(), watched.GetProperty("failed").GetInt32()));
        Assert.Equal(Pictures, watched.GetProperty("done").GetInt32() + watched.GetProperty("already_done").GetInt32());
        Assert.Equal(Pictures, Finished());
        var manifest = await File.ReadAllLinesAsync(Path.Combine(output, "manifest.jsonl"));
        Assert.Equal(Pictures, manifest.Length);
    }

    [Fact]
    public async Task Restored_to_another_place_named_models_and_runs_of_the_data_folder_are_found_there()
    {
        using var scratch = new ScratchFolder();
        string At(string name) => Path.Combine(scratch.Path, name);
        for (var i = 0; i < 4; i++)
        {
            DrawnDataset.Draw(At($"photos/train/a/{i}.jpg"), i, 64, 64);
            DrawnDataset.Draw(At($"photos/val/a/{i}.jpg"), 10 + i, 64, 64);
            DrawnDataset.Draw(At($"archive/{i}.jpg"), 20 + i, 64, 64, grey: true);
        }

        await File.WriteAllTextAsync(At("file"), "");
        await File.WriteAllTextAsync(
            At("small.json"),
            """
            {"network": {"channels": [16, 16, 16, 16, 16, 16, 16, 16], "convolutions": [1, 1, 1, 1, 1, 1, 1, 1]},
             "imageSize": 32, "batchSize": 2, "microBatchSize": 2, "steps": 8, "warmupSteps": 1,
             "validationPictures": 2, "panelPictures": 1}
            """
        );
        string[] Training(string folder, string steps) =>
            [
                "run",
                "start",
                "--data",
                At("photos"),
                "--run",
                Path.Combine(folder, "runs", "one"),
                "--config",
                At("small.json"),
                "--steps",
                steps,
            ];
        var (first, second) = (At("first"), At("elsewhere/second"));
        string run;
        string job;
        using (var daemon = await ServedFolder.StartAsync(scratch, first))
        {
            run = (await daemon.JsonAsync(Training(first, "8")))[^1].GetProperty("run").GetString()!;
            await daemon.SayAsync(0, "run", "watch", run);
            await daemon.SayAsync(0, "run", "promote", run, "--as", "mine");
            job = (await daemon.JsonAsync("job", "submit", At("archive"), "--out", At("file/out"), "--model", "mine"))[0]
                .GetProperty("job")
                .GetString()!;
            await daemon.SayAsync(0, "backup", "backup.tar");
            Assert.Equal(0, (await daemon.Program.TerminateAsync()).ExitCode);
        }

        var restore = await ProgramRun.OfProgramAsync(scratch, "restore", "backup.tar", "--data-folder", second);
        Assert.Equal((0, ""), (restore.ExitCode, restore.Error));
        Assert.Contains($"what was in {first} at the same place in {second}", restore.Output, StringComparison.Ordinal);
        Directory.Move(Path.Combine(first, "runs"), Path.Combine(second, "runs")); // not part of a backup
        Directory.Delete(first, recursive: true);
        File.Delete(At("file"));
        using var restored = await ServedFolder.StartAsync(scratch, second);

        var model = Assert.Single(await restored.JsonAsync("model", "list"));
        Assert.StartsWith(Path.Combine(second, "models", "mine"), model.GetProperty("file").GetString(), StringComparison.Ordinal);
        Assert.Equal(4, ServedFolder.Lines(await restored.SayAsync(0, "job", "watch", job, "--json"))[^1].GetProperty("done").GetInt32());
        var shown = Assert.Single(await restored.JsonAsync("run", "show", run));
        Assert.Equal(Path.Combine(second, "runs", "one"), shown.GetProperty("folder").GetString());
        Assert.Single(await restored.JsonAsync("run", "checkpoints", run), static kept => kept.GetProperty("step").GetInt32() == 8);
        Assert.Equal(run, (await restored.JsonAsync(Training(second, "12")))[^1].GetProperty("run").GetString());
        Assert.Equal(12, ServedFolder.Lines(await restored.SayAsync(0, "run", "watch", run, "--json"))[^1].GetProperty("step").GetInt32());
    }

    [Fact]
    public async Task A_damaged_backup_leaves_nothing_behind()
    {
        using var scratch = new ScratchFolder();
        var folder = Path.Combine(scratch.Path, "first");
        using (var daemon = await ServedFolder.StartAsync(scratch, folder))
            Assert.Equal(0, (await daemon.Program.TerminateAsync()).ExitCode);
        Assert.Equal(0, (await ProgramRun.OfProgramAsync(scratch, "backup", "whole.tar", "--data-folder", folder)).ExitCode);
        var whole = await File.ReadAllBytesAsync(Path.Combine(scratch.Path, "whole.tar"));
        var altered = (byte[])whole.Clone();
        altered[altered.Length * 2 / 3] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(scratch.Path, "altered.tar"), altered);
        await File.WriteAllBytesAsync(Path.Combine(scratch.Path, "cut.tar"), whole[..(whole.Length / 2)]);
        await File.WriteAllTextAsync(Path.Combine(scratch.Path, "letter.tar"), "dear reader");
        Outside(Path.Combine(scratch.Path, "outside.tar"));

        foreach (var name in new[] { "altered.tar", "cut.tar", "letter.tar", "outside.tar" })
        {
            var run = await ProgramRun.OfProgramAsync(scratch, "restore", name, "--data-folder", "second");
            Assert.True(run.ExitCode == 4, $"{name}: {run.ExitCode}: {run.Output}{run.Error}");
            Assert.Contains(name, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Directory.GetFileSystemEntries(scratch.Path), static path =>
            Path.GetFileName(path).StartsWith("second", StringComparison.Ordinal)
        );
        Assert.False(File.Exists(Path.Combine(scratch.Path, "escaped")));
        var onto = await ProgramRun.OfProgramAsync(scratch, "restore", "whole.tar", "--data-folder", folder);
        Assert.Equal(5, onto.ExitCode);
    }

    [Fact]
    public async Task Doctor_reports_on_a_daemon_before_it_is_started()
    {
        using var scratch = new ScratchFolder();
        var made = await ProgramRun.OfAsync(Path.Combine(Installation.Root, "scripts", "make-certs"), scratch, "certs", "127.0.0.1");
        Assert.True(made.ExitCode == 0, made.Error);
        await File.WriteAllTextAsync(
            Path.Combine(scratch.Path, "good.json"),
            """
            {"data": {"folder": "served"}, "gateway": {"certificate": "certs/gateway.pem", "authority": "certs/authority.crt"},
             "models": {"folder": "shared"}}
            """
        );
        Directory.CreateDirectory(Path.Combine(scratch.Path, "shared", ".actorcolorize-seen"));
        await File.WriteAllTextAsync(Path.Combine(scratch.Path, "shared", ".actorcolorize-seen", "other-host"), "");
        await File.WriteAllTextAsync(Path.Combine(scratch.Path, "file"), "");
        await File.WriteAllTextAsync(
            Path.Combine(scratch.Path, "bad.json"),
            """{"data": {"folder": "served"}, "models": {"folder": "file/models"}}"""
        );

        var good = await ProgramRun.OfProgramAsync(scratch, "doctor", "--daemon", "--config", "good.json");
        var bad = await ProgramRun.OfProgramAsync(scratch, "doctor", "--daemon", "--config", "bad.json");

        Assert.True(good.ExitCode == 0, good.Output + good.Error);
        Assert.Matches(@"gateway\.certificate +.*valid until 20", good.Output);
        Assert.Matches(@"models\.folder +.*also seen by other-host", good.Output);
        Assert.Equal(5, bad.ExitCode);
        Assert.Contains("models.folder", Assert.Single(bad.ErrorLines), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(scratch.Path, "served")));
    }

    /// <summary>A backup whose list names a file outside of the data folder.</summary>
    private static void Outside(string path)
    {
        const string list = """
            {"format": 1, "program": "p", "created_at": "2026-01-01T00:00:00Z", "data_format": 1, "job_tables": 4, "data_folder": "/d",
             "models_folder": "/m", "database": null, "files": [{"name": "data/../../escaped", "bytes": 0,
             "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}
            """;
        using var tar = new TarWriter(File.Create(path), TarEntryFormat.Pax);
        foreach (var (name, content) in new[] { ("backup.json", list), ("data/../../escaped", "") })
            tar.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, name)
                {
                    DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)),
                }
            );
    }
}
