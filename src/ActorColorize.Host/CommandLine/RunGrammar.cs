using System.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.CommandLine;

/// <summary>The grammar of <c>run</c>: show.</summary>
internal static class RunGrammar
{
    /// <summary>Builds the command with the sub-commands that have an action.</summary>
    public static Command Create(CommandActions actions)
    {
        var command = new CommandWithExamples("run", "Look at training runs.", new Example("run show runs/first", "where a run stands, and what went wrong on the way"));
        if (actions.RunShow is { } show) command.Subcommands.Add(Show(show));
        return command;
    }

    private static CommandWithExamples Show(Func<RunShowOptions, Task<ExitCode>> run)
    {
        var folder = new Argument<string>("RUN_FOLDER") { Description = "The folder that a run was started with (--run)" };
        var json = OptionValues.Json();
        var command = new CommandWithExamples(
            "show",
            "Show a run from its folder: configuration, progress, checkpoints, and each fault with its cause, what was done, and what it cost. Works while the run goes on and changes nothing.",
            new("run show runs/first", "for people"),
            new("run show runs/first --json", "for a program"))
        {
            folder, json,
        };
        command.SetAction(async parsed => (int)await run(new RunShowOptions { Folder = parsed.GetRequiredValue(folder), Json = parsed.GetValue(json) }));
        return command;
    }
}
