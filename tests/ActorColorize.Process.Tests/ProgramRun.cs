using System.Diagnostics;

namespace ActorColorize.Process.Tests;

/// <summary>What a finished process left behind.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">All of its standard output.</param>
/// <param name="Error">All of its standard error.</param>
internal sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The lines of standard error.</summary>
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs the built program to its end.</summary>
    public static Task<ProgramRun> OfProgramAsync(ScratchFolder scratch, params IReadOnlyList<string> arguments) => OfAsync(Installation.Program, scratch, arguments);

    /// <summary>Runs any program to its end, in the scratch folder, with a state folder of its own.</summary>
    public static async Task<ProgramRun> OfAsync(string program, ScratchFolder scratch, params IReadOnlyList<string> arguments)
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
        using var process = System.Diagnostics.Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException tooLong)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end; it wrote: {await output}{await error}", tooLong);
        }

        return new ProgramRun(process.ExitCode, await output, await error);
    }
}
