using System.Text.Json;
using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests;

/// <summary>
/// Commands write only to the given folders and the account's own folders; nothing to the working folder, which may be read-only, and no
/// leftovers among temporary files.
/// </summary>
public sealed class LeftoverTests(TrainedModel model) : IClassFixture<TrainedModel>, IDisposable
{
    private readonly ScratchFolder _given = new();
    private readonly ScratchFolder _home = new();
    private readonly ScratchFolder _temporary = new();
    private readonly ScratchFolder _working = new();

    public void Dispose()
    {
        foreach (var folder in new[] { _given, _home, _temporary, _working })
            folder.Dispose();
    }

    [Fact]
    public async Task The_demo_leaves_nothing_outside_its_folder()
    {
        await RunAsync("demo", "--out", Given("demo"), "--seconds", "5");
        RequireNothingLeft();
    }

    [Fact]
    public async Task Training_and_evaluating_write_nothing_outside_the_given_folders()
    {
        using var data = new DrawnDataset();
        var command = new TrainingCommand(_given, data.Root, "run");
        await RunAsync([.. command.Arguments]);
        await RunAsync("run", "show", command.Run);
        await RunAsync("evaluate", "--data", data.Root, "--model", model.Run, "--report", Given("report"));
        await RunAsync("dataset", "inspect", data.Root, "--report", Given("findings"));
        RequireNothingLeft();
    }

    [Fact]
    public async Task Colouring_leaves_nothing_outside_the_output_folder()
    {
        DrawnDataset.Draw(Given("archive/one.jpg"), 1, 120, 90, grey: true);
        foreach (var isolate in new[] { "on", "off" })
            await RunAsync("colorize", Given("archive"), "--out", Given(isolate), "--model", model.Run, "--isolate", isolate);
        await RunAsync("colorize", Given("archive"), "--out", Given("onnx"), "--model", model.Run, "--engine", "onnx");
        RequireNothingLeft();
    }

    [Fact]
    public async Task Inspecting_the_machine_and_models_writes_nothing_outside_the_given_folders()
    {
        await RunAsync("--help");
        await RunAsync("doctor");
        await RunAsync("model", "info", model.Run);
        await RunAsync("model", "verify", model.Run);
        await RunAsync("model", "export", model.Run, "--to", "pth", "--out", Given("model.pth"));
        await RunAsync("model", "import", Given("model.pth"), "--to", Given("model.safetensors"));
        RequireNothingLeft();
    }

    [Fact]
    public async Task A_daemon_and_its_clients_leave_nothing_outside_the_accounts_folders()
    {
        DrawnDataset.Draw(Given("archive/one.jpg"), 1, 120, 90, grey: true);
        using (
            var daemon = new RunningProgram(_working, ["env", .. Environment.Select(static set => $"{set.Name}={set.Value}")], ["serve"])
        )
        {
            var gateway = Path.Combine(_home.Path, ".local", "share", "actorcolorize", "gateway.json");
            await daemon.UntilAsync(() => File.Exists(gateway), "its gateway is open");
            var submitted = await RunAsync("job", "submit", Given("archive"), "--out", Given("out"), "--model", model.Run, "--json");
            await RunAsync("job", "watch", JsonElement.Parse(submitted.Output).GetProperty("job").GetString()!);
            await RunAsync("status");
            await RunAsync("job", "list");
            await RunAsync("run", "list");
            await RunAsync("model", "list");
            Assert.Equal(0, (await daemon.TerminateAsync()).ExitCode);
        }

        RequireNothingLeft();
    }

    private (string Name, string Value)[] Environment =>
        [
            ("HOME", _home.Path),
            ("TMPDIR", _temporary.Path),
            // Not set: a value that is no absolute path is ignored.
            ("XDG_STATE_HOME", ""),
            ("XDG_DATA_HOME", ""),
            ("XDG_CACHE_HOME", ""),
        ];

    private string Given(string path) => Path.Combine(_given.Path, path);

    private async Task<ProgramRun> RunAsync(params string[] arguments)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_working.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var run = await ProgramRun.OfAsync(Installation.Program, _working, arguments, whenRunning: (_, _) => { }, Environment);
        Assert.True(run.ExitCode == 0, $"{string.Join(' ', arguments)}: {run.Output}{run.Error}");
        return run;
    }

    /// <summary>Of the account: state (logs), data (of a daemon) and cache (what was checked about this machine).</summary>
    private void RequireNothingLeft()
    {
        string[] accounts = [".local/state/actorcolorize/", ".local/share/actorcolorize/", ".cache/actorcolorize/"];
        Assert.Empty(Entries(_working));
        Assert.Empty(Entries(_temporary));
        Assert.All(Directory.EnumerateFiles(_home.Path, "*", Everything).Select(path => Path.GetRelativePath(_home.Path, path)), path =>
            Assert.Contains(accounts, account => path.StartsWith(account, StringComparison.Ordinal))
        );
    }

    private static IEnumerable<string> Entries(ScratchFolder folder) =>
        Directory.EnumerateFileSystemEntries(folder.Path, "*", Everything).Select(path => Path.GetRelativePath(folder.Path, path));

    private static EnumerationOptions Everything => new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
}
