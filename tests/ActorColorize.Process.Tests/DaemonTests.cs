using System.Net.Sockets;
using System.Text.Json;
using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests;

/// <summary>A daemon and its clients, each a process, as a new user starts them.</summary>
public sealed class DaemonTests(TrainedModel model) : IClassFixture<TrainedModel>
{
    [Fact]
    public async Task Ctrl_C_ends_the_watcher_and_not_the_job()
    {
        using var scratch = new ScratchFolder();
        var archive = Path.Combine(scratch.Path, "old");
        for (var i = 0; i < 300; i++)
            DrawnDataset.Draw(Path.Combine(archive, $"{i}.jpg"), i, 120, 90, grey: true);
        using var daemon = await Daemon.StartAsync(scratch);
        var submitted = await ClientAsync(scratch, 0, "submit", archive, "--out", "coloured", "--priority", "lowest", "--json");
        var job = Json(submitted).GetProperty("job").GetString()!;
        await ClientAsync(scratch, 0, "pause", job, "--reason", "lunch");

        var watched = await ProgramRun.OfAsync(Installation.Program, scratch, ["job", "watch", job], (watcher, line) =>
        {
            Assert.StartsWith("waiting: paused by", line, StringComparison.Ordinal);
            SignalTests.Interrupt(watcher.Id);
        });
        var shown = Json(await ClientAsync(scratch, 0, "show", job, "--json"));
        var quiet = await ClientAsync(scratch, 0, "show", job, "--quiet");
        await ClientAsync(scratch, 0, "cancel", job);
        var cancelled = await ClientAsync(scratch, 7, "watch", job);

        Assert.Equal(130, watched.ExitCode);
        Assert.Equal($"job {job} goes on; 'actorcolorize job watch {job}' shows it again", Assert.Single(watched.ErrorLines));
        Assert.Equal("paused", shown.GetProperty("phase").GetString());
        Assert.Equal(("", ""), (quiet.Output, quiet.Error));
        Assert.Matches("(^|\n)cancelled: [0-9]+ of 300\n", cancelled.Output); // after progress, if it was still being cancelled
        Assert.Matches($"^error: job {job} was cancelled: [0-9]+ of 300; a second run", Assert.Single(cancelled.ErrorLines));
    }

    [Fact]
    public async Task With_default_settings_an_archive_is_submitted_watched_and_listed()
    {
        using var scratch = new ScratchFolder();
        var archive = Path.Combine(scratch.Path, "old photos");
        for (var i = 0; i < 5; i++)
            DrawnDataset.Draw(Path.Combine(archive, $"{i}.jpg"), i, 120, 90, grey: true);
        await File.WriteAllTextAsync(Path.Combine(archive, "broken.jpg"), "no picture");
        using var daemon = await Daemon.StartAsync(scratch);

        var submitted = await ClientAsync(
            scratch,
            0,
            "submit",
            archive,
            "--out",
            "coloured",
            "--model",
            model.Run,
            "--key",
            "album",
            "--json"
        );
        var job = Json(submitted).GetProperty("job").GetString()!;
        var again = await ClientAsync(scratch, 0, "submit", archive, "--out", "coloured", "--model", model.Run, "--key", "album", "--json");
        var watched = await ClientAsync(scratch, 3, "watch", job, "--json");
        var errors = await ClientAsync(scratch, 0, "errors", job, "--json");
        var shown = await ClientAsync(scratch, 0, "show", job);
        var listed = await ClientAsync(scratch, 0, "list", "--json");

        Assert.Equal(job, Json(again).GetProperty("job").GetString());
        Assert.False(Json(again).GetProperty("is_new").GetBoolean());
        var end = Json(watched);
        Assert.Equal("completed_with_errors", end.GetProperty("phase").GetString());
        Assert.Equal(
            (6, 5, 1),
            (end.GetProperty("items").GetInt32(), end.GetProperty("done").GetInt32(), end.GetProperty("failed").GetInt32())
        );
        Assert.Equal("broken.jpg", Json(errors).GetProperty("item").GetString());
        Assert.Contains("completed with errors", shown.Output, StringComparison.Ordinal);
        Assert.Equal(job, Json(listed).GetProperty("job").GetString());
        Assert.Equal(5, Directory.GetFiles(Path.Combine(scratch.Path, "coloured"), "*.jpg").Length);

        var stopped = await daemon.Program.TerminateAsync();
        Assert.Equal(0, stopped.ExitCode);
        Assert.False(File.Exists(daemon.GatewayFile));
        var nobody = await ClientAsync(scratch, 8, "list");
        Assert.Contains("no daemon is running", Assert.Single(nobody.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_whose_output_cannot_be_written_tells_its_watchers_and_resumes_by_itself()
    {
        using var scratch = new ScratchFolder();
        var archive = Path.Combine(scratch.Path, "archive");
        const int pictures = 3;
        for (var i = 0; i < pictures; i++)
            DrawnDataset.Draw(Path.Combine(archive, $"{i}.jpg"), i, 120, 90, grey: true);
        var disk = Path.Combine(scratch.Path, "disk");
        await File.WriteAllTextAsync(disk, "a file where a folder should be");
        var output = Path.Combine(disk, "out");
        using var daemon = await Daemon.StartAsync(scratch);

        var job = Json(await ClientAsync(scratch, 0, "submit", archive, "--out", output, "--model", model.Run, "--json"))
            .GetProperty("job")
            .GetString()!;
        var (people, programs) = (Path.Combine(scratch.Path, "people"), Path.Combine(scratch.Path, "programs"));
        using var watcher = new RunningProgram(scratch, ["/bin/sh", "-c", "exec \"$@\" >people", "sh"], ["job", "watch", job]);
        using var program = new RunningProgram(scratch, ["/bin/sh", "-c", "exec \"$@\" >programs", "sh"], ["job", "watch", job, "--json"]);
        await watcher.UntilAsync(() => Says(people, "waiting: "), "the job's blocker");
        await program.UntilAsync(() => Says(programs, "waits_for"), "the job's blocker");
        var shown = await ClientAsync(scratch, 0, "show", job);
        File.Delete(disk);
        var ends = await Task.WhenAll(watcher.EndAsync(), program.EndAsync());

        Assert.Equal([0, 0], ends.Select(static end => end.ExitCode));
        Assert.Single(shown.Output.Split('\n'), static line => line.Contains("paused by the service (Output): ", StringComparison.Ordinal));
        Assert.Matches(
            @"waiting: paused by the service \(Output\): (.*\n)+resumed\n(.*\n)*done: 3 coloured",
            await File.ReadAllTextAsync(people)
        );
        var lines = (await File.ReadAllLinesAsync(programs)).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        var numbers = lines
            .Where(static line => line.TryGetProperty("sequence", out _))
            .Select(static line => line.GetProperty("sequence").GetInt64())
            .ToList();
        Assert.Equal(Enumerable.Range(0, numbers.Count).Select(i => numbers[0] + i), numbers);
        Assert.Equal(lines[^1].GetProperty("last_sequence").GetInt64(), numbers[^1]);
        Assert.Equal(
            pictures,
            lines.Count(static line =>
                line.TryGetProperty("event", out var what)
                && what.GetString() == "item_settled"
                && line.GetProperty("outcome").GetString() == "done"
            )
        );
    }

    [Fact]
    public async Task A_daemon_killed_under_a_watcher_resumes_and_so_does_the_watcher()
    {
        using var scratch = new ScratchFolder();
        var archive = Path.Combine(scratch.Path, "archive");
        const int pictures = 300; // more than are done until the pause has come
        for (var i = 0; i < pictures; i++)
            DrawnDataset.Draw(Path.Combine(archive, $"{i:D3}.jpg"), i, 500, 400, grey: true);
        var output = Path.Combine(scratch.Path, "out");
        int Finished() => Directory.Exists(output) ? Directory.GetFiles(output, "*.jpg").Length : 0;
        Task<ProgramRun> watcher;
        using (var first = await Daemon.StartAsync(scratch))
        {
            var job = Json(
                    await ClientAsync(scratch, 0, "submit", archive, "--out", output, "--model", model.Run, "--batch", "2", "--json")
                )
                .GetProperty("job")
                .GetString()!;
            await ClientAsync(scratch, 0, "pause", job);
            var connections = first.Connections();
            watcher = ProgramRun.OfProgramAsync(scratch, "job", "watch", job, "--json");
            await first.Program.UntilAsync(() => first.Connections() > connections, "the watcher is connected");
            var paused = Finished();
            await ClientAsync(scratch, 0, "resume", job);
            await first.Program.UntilAsync(() => Finished() >= paused + 4, "four more pictures");
            await first.Program.KillAsync();
        }

        using var second = await Daemon.StartAsync(scratch);
        var watched = await watcher;

        Assert.True(watched.ExitCode == 0, watched.Output + watched.Error);
        Assert.Equal((pictures, pictures), (Json(watched).GetProperty("items").GetInt32(), Json(watched).GetProperty("done").GetInt32()));
        Assert.Equal(pictures, Finished());
        var recorded = File.ReadAllLines(Path.Combine(output, "manifest.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("path").GetString());
        Assert.Equal(Enumerable.Range(0, pictures).Select(i => $"{i:D3}.jpg"), recorded.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Clients_with_certificates_of_the_private_authority_are_accepted_and_others_rejected()
    {
        using var scratch = new ScratchFolder();
        var made = await ProgramRun.OfAsync(
            Path.Combine(Installation.Root, "scripts", "make-certs"),
            scratch,
            "certs",
            "127.0.0.1",
            "alice"
        );
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Equal(
            0,
            (
                await ProgramRun.OfAsync(
                    Path.Combine(Installation.Root, "scripts", "make-certs"),
                    scratch,
                    "others",
                    "127.0.0.1",
                    "mallory"
                )
            ).ExitCode
        );
        var configuration = Path.Combine(scratch.Path, "daemon.json");
        await File.WriteAllTextAsync(
            configuration,
            """{"gateway": {"certificate": "certs/gateway.pem", "authority": "certs/authority.crt"}}"""
        );
        using var daemon = await Daemon.StartAsync(scratch, "--config", configuration);
        string[] to = ["--daemon", $"127.0.0.1:{daemon.Port}"];

        var alice = await ClientAsync(
            scratch,
            0,
            ["list", .. to, "--certificate", "certs/clients/alice.pem", "--authority", "certs/authority.crt"]
        );
        var mallory = await ClientAsync(
            scratch,
            8,
            ["list", .. to, "--certificate", "others/clients/mallory.pem", "--authority", "certs/authority.crt"]
        );
        var fooled = await ClientAsync(
            scratch,
            8,
            ["list", .. to, "--certificate", "certs/clients/alice.pem", "--authority", "others/authority.crt"]
        );
        var bare = await ClientAsync(scratch, 2, ["list", .. to]);
        using (var plain = new TcpClient("127.0.0.1", daemon.Port))
            await plain.GetStream().WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        var afterwards = await ClientAsync(
            scratch,
            0,
            ["list", .. to, "--certificate", "certs/clients/alice.pem", "--authority", "certs/authority.crt"]
        );

        Assert.Equal(("no jobs", "no jobs"), (alice.Output.Trim(), afterwards.Output.Trim()));
        Assert.Contains("does not accept this client's certificate", Assert.Single(mallory.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("the gateway's certificate is not accepted", Assert.Single(fooled.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("requires certificates", Assert.Single(bare.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(0, (await daemon.Program.TerminateAsync()).ExitCode);
    }

    [Fact]
    public async Task Only_one_daemon_at_a_time_uses_a_data_folder()
    {
        using var scratch = new ScratchFolder();
        using var daemon = await Daemon.StartAsync(scratch);

        var second = await ProgramRun.OfProgramAsync(scratch, "serve");

        Assert.Equal(2, second.ExitCode);
        Assert.StartsWith("error: another daemon is using the data folder", Assert.Single(second.ErrorLines), StringComparison.Ordinal);
    }

    private static async Task<ProgramRun> ClientAsync(ScratchFolder scratch, int code, params string[] arguments)
    {
        var run = await ProgramRun.OfProgramAsync(scratch, ["job", .. arguments]);
        Assert.True(run.ExitCode == code, $"exit code {run.ExitCode}: {run.Output}{run.Error}");
        return run;
    }

    private static bool Says(string file, string what) =>
        File.Exists(file) && File.ReadAllText(file).Contains(what, StringComparison.Ordinal);

    private static JsonElement Json(ProgramRun run) =>
        JsonDocument.Parse(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement;

    /// <summary>A running daemon whose gateway is open.</summary>
    private sealed class Daemon : IDisposable
    {
        private Daemon(RunningProgram program, string gatewayFile)
        {
            Program = program;
            GatewayFile = gatewayFile;
        }

        public RunningProgram Program { get; }

        public string GatewayFile { get; }

        public int Port => JsonDocument.Parse(File.ReadAllText(GatewayFile)).RootElement.GetProperty("port").GetInt32();

        /// <summary>The number of accepted clients, from the log.</summary>
        public int Connections()
        {
            using var log = new StreamReader(
                new FileStream(
                    Path.Combine(Path.GetDirectoryName(GatewayFile)!, "logs", "actorcolorize.log"),
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite
                )
            );
            return log.ReadToEnd().Split("is connected from").Length;
        }

        public static async Task<Daemon> StartAsync(ScratchFolder scratch, params string[] arguments)
        {
            var file = Path.Combine(scratch.Path, "data", "actorcolorize", "gateway.json");
            if (File.Exists(file))
                File.Delete(file); // of one that was killed
            var daemon = new Daemon(new RunningProgram(scratch, ["serve", .. arguments]), file);
            await daemon.Program.UntilAsync(() => File.Exists(file), "its gateway is open");
            return daemon;
        }

        public void Dispose() => Program.Dispose();
    }
}
