using System.Text.Json;

namespace ActorColorize.Process.Tests.Operations;

/// <summary>A daemon on a data folder, and its clients.</summary>
internal sealed class ServedFolder : IDisposable
{
    private readonly ScratchFolder _scratch;
    private readonly string _folder;

    private ServedFolder(ScratchFolder scratch, string folder)
    {
        (_scratch, _folder) = (scratch, folder);
        Program = new RunningProgram(scratch, "serve", "--data-folder", folder, "--json");
    }

    /// <summary>The daemon's process.</summary>
    public RunningProgram Program { get; }

    /// <summary>Starts a daemon and waits until it accepts clients.</summary>
    public static async Task<ServedFolder> StartAsync(ScratchFolder scratch, string folder)
    {
        var file = Path.Combine(folder, "gateway.json");
        if (File.Exists(file))
            File.Delete(file); // of a daemon that was killed
        var served = new ServedFolder(scratch, folder);
        await served.Program.UntilAsync(() => File.Exists(file), "the gateway is open");
        return served;
    }

    /// <summary>Runs a client's command, which must end with an exit code.</summary>
    public async Task<ProgramRun> SayAsync(int exitCode, params string[] arguments)
    {
        var run = await ProgramRun.OfProgramAsync(_scratch, [.. arguments, "--data-folder", _folder]);
        Assert.True(run.ExitCode == exitCode, $"{string.Join(' ', arguments)}: exit code {run.ExitCode}: {run.Output}{run.Error}");
        return run;
    }

    /// <summary>Runs a client's command that succeeds.</summary>
    /// <returns>Its lines of JSON.</returns>
    public async Task<IReadOnlyList<JsonElement>> JsonAsync(params string[] arguments) =>
        Lines(await SayAsync(0, [.. arguments, "--json"]));

    /// <summary>The lines of JSON of a command's output.</summary>
    public static IReadOnlyList<JsonElement> Lines(ProgramRun run) =>
        [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement)];

    public void Dispose() => Program.Dispose();
}
