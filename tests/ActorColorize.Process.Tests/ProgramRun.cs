using System.Diagnostics;

namespace ActorColorize.Process.Tests;

/// <summary>The result of a finished process.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">All of its standard output.</param>
/// <param name="Error">All of its standard error.</param>
internal sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The lines of standard error.</summary>
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs the built program to its end.</summary>
    public static Task<ProgramRun> OfProgramAsync(ScratchFolder scratch, params IReadOnlyList<string> arguments) =>
        OfAsync(Installation.Program, scratch, arguments);

    /// <summary>Runs any program to its end, in the scratch folder, with state and data folders of its own.</summary>
    public static Task<ProgramRun> OfAsync(string program, ScratchFolder scratch, params IReadOnlyList<string> arguments) =>
        OfAsync(program, scratch, arguments, whenRunning: (_, _) => { });

    /// <summary>
    /// Runs the built program to its end with a managed heap of at most so many bytes: exceeding it is an unexpected fault.
    /// </summary>
    public static Task<ProgramRun> WithHeapAsync(long bytes, ScratchFolder scratch, params IReadOnlyList<string> arguments) =>
        OfAsync(Installation.Program, scratch, arguments, whenRunning: (_, _) => { }, ("DOTNET_GCHeapHardLimit", $"0x{bytes:X}"));

    /// <summary>The same, with an action at its first line of output.</summary>
    /// <param name="program">The program.</param>
    /// <param name="scratch">Its working folder.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="whenRunning">Called once, with the process and its first line.</param>
    /// <param name="environment">Variables of its environment.</param>
    public static async Task<ProgramRun> OfAsync(
        string program,
        ScratchFolder scratch,
        IReadOnlyList<string> arguments,
        Action<System.Diagnostics.Process, string> whenRunning,
        params (string Name, string Value)[] environment
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = scratch.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["XDG_STATE_HOME"] = System.IO.Path.Combine(scratch.Path, "state");
        start.Environment["XDG_DATA_HOME"] = System.IO.Path.Combine(scratch.Path, "data");
        start.Environment["XDG_CACHE_HOME"] = ScratchFolder.SharedCache;
        foreach (var (name, value) in scratch.Environment.Select(pair => (pair.Key, pair.Value)).Concat(environment))
            start.Environment[name] = value;
        using var process = System.Diagnostics.Process.Start(start)!;
        process.StandardInput.Close();
        var output = ReadAsync(process, whenRunning);
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException tooLong)
        {
            var stuck = StuckProgram.Described(process.Id, scratch.Path);
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"{program} {string.Join(' ', arguments)} did not end; it wrote: {await output}{await error}\n{stuck}",
                tooLong
            );
        }

        return new ProgramRun(process.ExitCode, await output, await error);
    }

    private static async Task<string> ReadAsync(System.Diagnostics.Process process, Action<System.Diagnostics.Process, string> whenRunning)
    {
        if (await process.StandardOutput.ReadLineAsync() is not { } first)
            return string.Empty;
        whenRunning(process, first);
        return $"{first}\n{await process.StandardOutput.ReadToEndAsync()}";
    }
}
