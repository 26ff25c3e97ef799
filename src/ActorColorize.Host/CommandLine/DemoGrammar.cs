using System.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.CommandLine;

/// <summary>The grammar of <c>demo</c>.</summary>
internal static class DemoGrammar
{
    /// <summary>Builds the command.</summary>
    public static Command Create(Func<DemoOptions, Task<ExitCode>> run)
    {
        var output = OptionValues.Path(
            "--out",
            "FOLDER",
            "Folder for scenes, run, results and the before/after page [default: demo]",
            required: false
        );
        var seconds = OptionValues.Number("--seconds", "N", "How long to train", 5, 86_400, 120);
        var command = new CommandWithExamples(
            "demo",
            "See it work: draw scenes, train the tiny network on them, colour grey pictures that it never saw, and show before and after.",
            new("demo", "about four minutes on two cores"),
            new("demo --out /tmp/colours --seconds 300", "train longer, for better colours")
        )
        {
            output,
            seconds,
        };
        command.SetAction(async parsed =>
            (int)await run(new DemoOptions { Out = parsed.GetValue(output) ?? "demo", Seconds = parsed.GetValue(seconds) })
        );
        return command;
    }
}
