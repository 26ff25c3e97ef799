using System.CommandLine;
using System.CommandLine.Completions;
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
        new("demo", "an end-to-end demo: draws scenes, trains a small network for two minutes, colours grey pictures"),
        new("train --data photos --run runs/first", "train on your own colour photos; the same command resumes"),
        new("colorize old-photos --out coloured --model runs/first", "colour a folder of grey pictures at full size"),
        new("serve", "a daemon that takes jobs: job submit old-photos --out coloured"),
        new("doctor", "a report on this machine and the device that would be used"),
    ];

    /// <summary>The switch of every command: shows notices and stack traces of errors on the terminal.</summary>
    public static Option<bool> Verbose { get; } =
        new("--verbose") { Description = "Show notices and stack traces of errors on the terminal", Recursive = true };

    /// <summary>The switch of every command: shows warnings and errors only.</summary>
    public static Option<bool> Quiet { get; } = new("--quiet") { Description = "Show warnings and errors only", Recursive = true };

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
            new HealthCheckCommand(context),
            new DashboardCommand(context),
            new BackupCommand(context),
            new RestoreCommand(context),
            new DatasetCommand(context),
            new ModelCommand(context),
            new DoctorCommand(context),
            new CompletionCommand(context),
        };
        var suggest = root.Directives.OfType<SuggestDirective>().Single();
        suggest.Action = new SuggestionAction(suggest);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Description = "Show help; after a command: its options and examples";
        help.Action = new HelpWithExamples((HelpAction)help.Action!, Examples);
        root.Options.OfType<VersionOption>().Single().Description = "Show the version";
        root.Options.Add(Verbose);
        root.Options.Add(Quiet);
        return root;
    }
}
