using System.CommandLine;
using System.CommandLine.Help;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Commands.Datasets;
using ActorColorize.Host.Commands.Jobs;
using ActorColorize.Host.Commands.Models;
using ActorColorize.Host.Commands.Runs;

namespace ActorColorize.Host.CommandLine;

/// <summary>The whole command line; each command is one file in <c>Commands</c>.</summary>
internal static class ProgramCommand
{
    private static readonly IReadOnlyList<Example> Examples =
    [
        new("demo", "see it work: draws scenes, trains a small network for two minutes, colours grey pictures"),
        new("train --data photos --run runs/first", "train on your own colour photos; the same line again resumes"),
        new("colorize old-photos --out coloured --model runs/first", "colour a folder of grey pictures at full size"),
        new("serve", "a daemon that takes jobs: job submit old-photos --out coloured"),
        new("doctor", "what this machine offers, and what would be used"),
    ];

    /// <summary>The switch that any command takes: notices on the terminal as well, and stack traces of errors.</summary>
    public static Option<bool> Verbose { get; } =
        new("--verbose") { Description = "More on the terminal: notices as they are logged, and stack traces of errors", Recursive = true };

    /// <summary>Builds the command line; help lists the commands in this order.</summary>
    public static RootCommand Create(CommandContext context)
    {
        var root = new RootCommand("ActorColorize trains networks that colour grey photographs, and colours whole archives with them.")
        {
            new DemoCommand(context),
            new TrainCommand(context),
            new RunCommand(context),
            new EvaluateCommand(context),
            new ColorizeCommand(context),
            new ServeCommand(context),
            new JobCommand(context),
            new StatusCommand(context),
            new DatasetCommand(context),
            new ModelCommand(context),
            new DoctorCommand(context),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Description = "Show help; after a command: its options and examples";
        help.Action = new HelpWithExamples((HelpAction)help.Action!, Examples);
        root.Options.OfType<VersionOption>().Single().Description = "Show the version";
        root.Options.Add(Verbose);
        return root;
    }
}
