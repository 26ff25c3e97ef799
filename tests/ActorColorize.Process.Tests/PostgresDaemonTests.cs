using System.Text.Json;
using ActorColorize.Actors.Tests.Pictures;
using ActorColorize.Actors.Tests.Postgres;

namespace ActorColorize.Process.Tests;

/// <summary>A daemon with PostgreSQL, each a process, and the recovery of a job when either dies.</summary>
public sealed class PostgresDaemonTests(TrainedModel model) : IClassFixture<TrainedModel>, IDisposable
{
    private readonly PostgresServer _server = new();

    [Fact]
    public async Task A_job_survives_the_death_of_its_database_and_the_loss_of_its_daemon_and_data_folder()
    {
        using var scratch = new ScratchFolder();
        var archive = Path.Combine(scratch.Path, "archive");
        const int pictures = 120;
        for (var i = 0; i < pictures; i++)
            DrawnDataset.Draw(Path.Combine(archive, $"{i:D3}.jpg"), i, 500, 400, grey: true);
        var output = Path.Combine(scratch.Path, "out");
        int Finished() => Directory.Exists(output) ? Directory.GetFiles(output, "*.jpg").Length : 0;
        var configuration = await ConfigureAsync(scratch, _server.CreateDatabase());
        string job;
        using (var first = await StartAsync(scratch, configuration))
        {
            job = Json(await ClientAsync(scratch, "submit", archive, "--out", output, "--model", model.Run, "--batch", "2", "--json"))
                .GetProperty("job")
                .GetString()!;
            await first.UntilAsync(() => Finished() >= 10, "there are pictures");
            _server.Kill();
            _server.StartAgain();
            var before = Finished();
            // More than were leased when the database died.
            await first.UntilAsync(() => Finished() > before + 20, "more pictures are finished");
            await first.KillAsync();
        }

        Directory.Delete(Path.Combine(scratch.Path, "data"), recursive: true);
        using var second = await StartAsync(scratch, configuration);
        var watched = await ClientAsync(scratch, "watch", job, "--json");

        Assert.Equal((pictures, pictures), (Json(watched).GetProperty("items").GetInt32(), Json(watched).GetProperty("done").GetInt32()));
        Assert.Equal(pictures, Finished());
        var recorded = File.ReadAllLines(Path.Combine(output, "manifest.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("path").GetString());
        Assert.Equal(Enumerable.Range(0, pictures).Select(i => $"{i:D3}.jpg"), recorded.Order(StringComparer.Ordinal));
        Assert.Equal(0, (await second.TerminateAsync()).ExitCode);
    }

    [Fact]
    public async Task A_daemon_that_starts_before_its_database_warns_and_waits_for_it()
    {
        using var scratch = new ScratchFolder();
        var configuration = await ConfigureAsync(scratch, _server.CreateDatabase());
        _server.Kill();
        using var daemon = await StartAsync(scratch, configuration);
        _server.StartAgain();

        var listed = await ClientAsync(scratch, "list");

        Assert.Equal("no jobs", listed.Output.Trim());
        var end = await daemon.TerminateAsync();
        Assert.Equal(0, end.ExitCode);
        Assert.Contains(end.ErrorLines, line =>
            line.StartsWith("warning: Cannot reach the job database 127.0.0.1:", StringComparison.Ordinal)
            && line.EndsWith("connection refused; retrying until it succeeds", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_database_that_rejects_the_daemon_ends_it_with_one_line()
    {
        using var scratch = new ScratchFolder();
        var configuration = await ConfigureAsync(scratch, _server.CreateDatabase(), password: "guess");

        var run = await ProgramRun.OfProgramAsync(scratch, "serve", "--config", configuration);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(
            "access denied for postgres: password authentication failed",
            Assert.Single(run.ErrorLines),
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _server.Dispose();

    private static async Task<string> ConfigureAsync(ScratchFolder scratch, string connection, string password = PostgresServer.Password)
    {
        var (file, secret) = (Path.Combine(scratch.Path, "daemon.json"), Path.Combine(scratch.Path, "password"));
        await File.WriteAllTextAsync(secret, password + "\n");
        var bare = connection.Replace($"Password={PostgresServer.Password};", "", StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            file,
            JsonSerializer.Serialize(
                new
                {
                    store = new
                    {
                        kind = "postgresql",
                        connection = bare,
                        password_file = secret,
                    },
                }
            )
        );
        return file;
    }

    private static async Task<RunningProgram> StartAsync(ScratchFolder scratch, string configuration)
    {
        var gateway = Path.Combine(scratch.Path, "data", "actorcolorize", "gateway.json");
        var daemon = new RunningProgram(scratch, "serve", "--config", configuration);
        await daemon.UntilAsync(() => File.Exists(gateway), "its gateway is open");
        return daemon;
    }

    private static async Task<ProgramRun> ClientAsync(ScratchFolder scratch, params string[] arguments)
    {
        var run = await ProgramRun.OfProgramAsync(scratch, ["job", .. arguments]);
        Assert.True(run.ExitCode == 0, $"exit code {run.ExitCode}: {run.Output}{run.Error}");
        return run;
    }

    private static JsonElement Json(ProgramRun run) =>
        JsonDocument.Parse(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement;
}
