using System.Text.Json;

namespace ActorColorize.Process.Tests;

/// <summary>The command line as a shell sees it: streams and exit codes of the built program.</summary>
public sealed class CommandLineProcessTests
{
    [Fact]
    public async Task Help_goes_to_standard_output_with_examples_and_exit_codes()
    {
        using var scratch = new ScratchFolder();

        var run = await ProgramRun.OfProgramAsync(scratch, "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Error);
        Assert.Contains("Examples:", run.Output);
        Assert.Contains("Exit codes:", run.Output);
    }

    [Fact]
    public async Task No_command_shows_the_help_and_is_a_usage_error()
    {
        using var scratch = new ScratchFolder();

        var run = await ProgramRun.OfProgramAsync(scratch);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Usage:", run.Output);
    }

    [Fact]
    public async Task An_unknown_command_is_one_line_on_standard_error()
    {
        using var scratch = new ScratchFolder();

        var run = await ProgramRun.OfProgramAsync(scratch, "paint");

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Equal("error: unknown command 'paint'; see 'actorcolorize --help'", Assert.Single(run.ErrorLines));
    }

    [Theory]
    [InlineData("exec \"$0\" --version >&-", 0, "")]
    [InlineData("exec \"$0\" --version >&- 2>&-", 0, "")]
    [InlineData("ulimit -n 100; exec \"$0\" --version", 2, "error: only 100 files may be open at a time, and 256 are needed")]
    [InlineData("mkdir gone; cd gone; rmdir ../gone; exec \"$0\" --version", 2, "error: the current folder does not exist any more")]
    public async Task Closed_streams_are_no_error_and_poor_surroundings_are_one_line(string script, int code, string error)
    {
        using var scratch = new ScratchFolder();

        var run = await ProgramRun.OfAsync("/bin/sh", scratch, "-c", script, Installation.Program);

        Assert.Equal((code, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(error, run.Error, StringComparison.Ordinal);
        Assert.Equal(error.Length == 0 ? 0 : 1, run.ErrorLines.Length);
    }

    [Fact]
    public async Task With_json_an_error_is_also_an_object_on_standard_output()
    {
        using var scratch = new ScratchFolder();

        var run = await ProgramRun.OfProgramAsync(scratch, "paint", "--json");

        Assert.Equal(2, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        var error = json.RootElement.GetProperty("error");
        Assert.Equal(2, error.GetProperty("code").GetInt32());
        Assert.StartsWith("unknown command 'paint'", error.GetProperty("message").GetString());
        Assert.Single(run.ErrorLines);
    }

    [Fact]
    public async Task The_version_is_the_products()
    {
        using var scratch = new ScratchFolder();

        var run = await ProgramRun.OfProgramAsync(scratch, "--version");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^0\.\d+\.\d+", run.Output);
    }
}
