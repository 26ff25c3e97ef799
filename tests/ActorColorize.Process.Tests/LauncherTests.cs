namespace ActorColorize.Process.Tests;

/// <summary><c>scripts/actorcolorize</c>, as started by a new user.</summary>
public sealed class LauncherTests
{
    private static readonly string Launcher = Path.Combine(Installation.Root, "scripts", "actorcolorize");

    [Fact]
    public async Task Runs_from_any_folder_and_forwards_arguments_and_exit_code()
    {
        using var scratch = new ScratchFolder();

        var run = await ProgramRun.OfAsync(Launcher, scratch, "no such command");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("error: unknown command 'no such command'; see 'actorcolorize --help'", run.ErrorLines);
    }

    [Fact]
    public async Task Runs_through_absolute_and_relative_symbolic_links()
    {
        using var scratch = new ScratchFolder();
        var absolute = Path.Combine(scratch.Path, "absolute");
        var relative = Path.Combine(scratch.Path, "relative");
        File.CreateSymbolicLink(absolute, Launcher);
        File.CreateSymbolicLink(relative, "absolute");

        Assert.Equal(0, (await ProgramRun.OfAsync(absolute, scratch, "--version")).ExitCode);
        Assert.Equal(0, (await ProgramRun.OfAsync(relative, scratch, "--version")).ExitCode);
    }

    [Fact]
    public async Task Runs_through_a_linked_folder()
    {
        using var scratch = new ScratchFolder();
        var linked = Path.Combine(scratch.Path, "linked");
        Directory.CreateSymbolicLink(linked, Path.GetDirectoryName(Launcher)!);

        Assert.Equal(0, (await ProgramRun.OfAsync(Path.Combine(linked, "actorcolorize"), scratch, "--version")).ExitCode);
    }

    [Fact]
    public async Task Without_the_sdk_it_says_so_in_one_line()
    {
        using var scratch = new ScratchFolder();
        var tools = Path.Combine(scratch.Path, "tools");
        Directory.CreateDirectory(tools);
        foreach (var tool in new[] { "sh", "readlink", "dirname" })
            File.CreateSymbolicLink(Path.Combine(tools, tool), WhereIs(tool));

        var run = await ProgramRun.OfAsync("/usr/bin/env", scratch, $"PATH={tools}", $"HOME={scratch.Path}", "sh", Launcher, "--version");

        Assert.Equal(6, run.ExitCode);
        Assert.Contains(".NET 10 SDK", Assert.Single(run.ErrorLines));
    }

    private static string WhereIs(string tool) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, tool)).First(File.Exists);
}
