using System.Text.Json;
using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests.Operations;

/// <summary>
/// A data folder that an earlier version of the program has left, committed as it was: its jobs, runs and models are intact after an
/// upgrade. Data of a later version is refused.
/// </summary>
public sealed class UpgradeTests
{
    private const string Completed = "20261129-152756-01186a";
    private const string WithErrors = "20261129-152744-d488d6";
    private const string Paused = "20261129-153115-b3d0c0";
    private const string Run = "20261129-152933-35e01f";

    [Fact]
    public async Task A_data_folder_of_format_1_keeps_its_jobs_runs_and_models()
    {
        using var scratch = new ScratchFolder();
        var folder = Copied(scratch, "data-format-1");

        using (var daemon = await ServedFolder.StartAsync(scratch, folder))
        {
            var jobs = (await daemon.JsonAsync("job", "list")).ToDictionary(
                static job => job.GetProperty("job").GetString()!,
                static job => job.GetProperty("phase").GetString()
            );
            Assert.Equal(
                [(WithErrors, "completed_with_errors"), (Completed, "completed"), (Paused, "paused")],
                jobs.OrderBy(static job => job.Key, StringComparer.Ordinal).Select(static job => (job.Key, job.Value))
            );
            var shown = Assert.Single(await daemon.JsonAsync("job", "show", WithErrors));
            Assert.Equal(
                (7, 6, 1, "first"),
                (
                    shown.GetProperty("items").GetInt32(),
                    shown.GetProperty("done").GetInt32(),
                    shown.GetProperty("failed").GetInt32(),
                    shown.GetProperty("key").GetString()
                )
            );
            Assert.Equal("broken.jpg", Assert.Single(await daemon.JsonAsync("job", "errors", WithErrors)).GetProperty("item").GetString());
            Assert.InRange(shown.GetProperty("last_sequence").GetInt64(), 7, long.MaxValue); // the history, with an event for each picture
            await daemon.SayAsync(3, "job", "watch", WithErrors);

            var paused = Assert.Single(await daemon.JsonAsync("job", "show", Paused));
            Assert.Equal((150, 0), (paused.GetProperty("items").GetInt32(), paused.GetProperty("done").GetInt32()));
            Assert.Contains("until the upgrade", paused.GetProperty("pauses").ToString(), StringComparison.Ordinal);
            await daemon.SayAsync(0, "job", "cancel", Paused);
            await daemon.SayAsync(7, "job", "watch", Paused);

            var run = Assert.Single(await daemon.JsonAsync("run", "list"));
            Assert.Equal(
                (Run, "completed", 20L),
                (run.GetProperty("run").GetString(), run.GetProperty("phase").GetString(), run.GetProperty("step").GetInt64())
            );
            var model = Assert.Single(await daemon.JsonAsync("model", "list"));
            Assert.Equal(("scenes", Run), (model.GetProperty("model").GetString(), model.GetProperty("run").GetString()));
            Assert.Equal(0, (await daemon.Program.TerminateAsync()).ExitCode);
        }

        using var format = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "format.json")));
        Assert.Equal(2, format.RootElement.GetProperty("format").GetInt32());

        // The second start finds what the first one has left
        using var again = await ServedFolder.StartAsync(scratch, folder);
        Assert.Equal("cancelled", Assert.Single(await again.JsonAsync("job", "show", Paused)).GetProperty("phase").GetString());
        await again.SayAsync(0, "job", "delete", Paused);
        await again.SayAsync(4, "job", "show", Paused);
        // A model is kept while an open job needs it
        DrawnDataset.Draw(Path.Combine(scratch.Path, "archive", "1.jpg"), 1, 64, 64, grey: true);
        await File.WriteAllTextAsync(Path.Combine(scratch.Path, "blocked"), "");
        var user = (await again.JsonAsync("job", "submit", "archive", "--out", "blocked/out", "--model", "scenes"))[0]
            .GetProperty("job")
            .GetString()!;
        var refused = await again.SayAsync(2, "model", "delete", "scenes");
        Assert.Contains($"is needed by job {user}", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
        await again.SayAsync(2, "job", "delete", user);
        File.Delete(Path.Combine(scratch.Path, "blocked"));
        await again.SayAsync(0, "job", "resume", user);
        await again.SayAsync(0, "job", "watch", user);
        await again.SayAsync(0, "model", "delete", "scenes");
        await again.SayAsync(4, "model", "delete", "scenes");
    }

    [Fact]
    public async Task A_data_folder_of_a_later_version_is_refused_unchanged()
    {
        using var scratch = new ScratchFolder();
        var folder = Copied(scratch, "data-format-1");
        const string later = """{"format": 1000, "program": "actorcolorize 99.0"}""";
        await File.WriteAllTextAsync(Path.Combine(folder, "format.json"), later);
        var before = await File.ReadAllBytesAsync(Path.Combine(folder, "jobs.db"));

        var run = await ProgramRun.OfProgramAsync(scratch, "serve", "--data-folder", folder);

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("has format 1000, written by actorcolorize 99.0", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(later, await File.ReadAllTextAsync(Path.Combine(folder, "format.json")));
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(folder, "jobs.db")));
    }

    private static string Copied(ScratchFolder scratch, string name)
    {
        var source = Path.Combine(Installation.Root, "tests", "ActorColorize.Process.Tests", "Operations", "Fixtures", name);
        var target = Path.Combine(scratch.Path, "served");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var place = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Copy(file, place);
        }

        return target;
    }
}
