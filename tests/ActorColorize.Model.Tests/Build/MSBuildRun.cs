using System.Diagnostics;

namespace ActorColorize.Model.Tests.Build;

/// <summary>MSBuild in a process of its own.</summary>
internal static class MSBuildRun
{
    /// <summary>Builds a project file's first target.</summary>
    /// <returns>Exit code and everything printed.</returns>
    public static (int ExitCode, string Output) Of(string project)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", project, "-nologo", "-nodeReuse:false", "-verbosity:minimal"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(project),
        };
        // Set by the test host for itself; MSBuild would look for its parts there.
        foreach (
            var name in start.Environment.Keys.Where(static name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList()
        )
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.GetAwaiter().GetResult());
    }
}
