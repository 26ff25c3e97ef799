using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Tests.CommandLine;

/// <summary>What the shells' scripts are told.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("actorcolorize co", "colorize completion")]
    [InlineData("scripts/actorcolorize co", "colorize completion")]
    [InlineData("actorcolorize job p", "pause")]
    [InlineData("actorcolorize job delete 20260101-000000-abcdef --da", "--daemon --data-folder")]
    [InlineData("actorcolorize run start --r", "--recovery --resume --run")]
    [InlineData("actorcolorize colorize in --toned ", "colorize list skip")]
    [InlineData("actorcolorize train --precision b", "bf16")]
    [InlineData("actorcolorize completion ", "bash fish zsh")]
    [InlineData("actorcolorize colorize in --out ", "")] // a file name: for the shell
    [InlineData("actorcolorize colorize ", "")]
    public async Task Words_are_suggested_for_what_was_typed(string line, string expected)
    {
        var trial = await new CommandLineTrial().RunAsync($"[suggest:{line.Length}]", line);

        Assert.Equal(ExitCode.Success, trial.Code);
        Assert.Equal(
            expected.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            trial.Output.Where(static word => word.Length > 0).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task What_follows_the_position_is_ignored()
    {
        var trial = await new CommandLineTrial().RunAsync("[suggest:18]", "actorcolorize job s --json");

        Assert.Equal(["list", "watch"], trial.Output.Intersect(["list", "watch"]));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _actorcolorize actorcolorize")]
    [InlineData("zsh", "#compdef actorcolorize")]
    [InlineData("fish", "complete -c actorcolorize -f -a '(__actorcolorize_complete)'")]
    public async Task There_is_a_script_for_each_shell(string shell, string line)
    {
        using var screen = new RecordedScreen(OutputStyle.Plain);
        using var context = new ActorColorize.Host.Commands.CommandContext(
            screen.Screen,
            new ActorColorize.Host.Commands.StopSignals(screen.Screen, _ => { }),
            TimeProvider.System,
            verbose: false
        );

        Assert.Equal(ExitCode.Success, await new ActorColorize.Host.Commands.CompletionCommand(context).RunAsync(shell));

        Assert.Contains(line, screen.Output);
    }

    [Fact]
    public async Task Another_shell_is_refused_in_one_line()
    {
        var trial = await new CommandLineTrial().RunAsync("completion", "tcsh");

        Assert.Equal(ExitCode.Usage, trial.Code);
        Assert.StartsWith("error: SHELL is bash, zsh or fish, not 'tcsh'", Assert.Single(trial.Error));
    }
}
