using System.Diagnostics;

namespace ActorColorize.Benchmarks;

/// <summary>A build of the program, run as a user runs it.</summary>
internal static class BuiltProgram
{
    /// <summary>Runs a command to its end.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">The command.</param>
    /// <param name="home">A folder for what the program keeps for its user.</param>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static void Run(string path, IReadOnlyList<string> arguments, string home)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["XDG_STATE_HOME"] = Path.Combine(home, "state");
        start.Environment["XDG_DATA_HOME"] = Path.Combine(home, "data");
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(home, "cache");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{path} ended with {process.ExitCode}: {output.Result}{error}");
    }
}
