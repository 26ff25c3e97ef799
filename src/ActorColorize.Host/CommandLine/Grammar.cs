using System.CommandLine;
using System.CommandLine.Help;

namespace ActorColorize.Host.CommandLine;

/// <summary>The whole command line: one file per command beside this one.</summary>
internal static class Grammar
{
    private static readonly IReadOnlyList<Example> Examples =
    [
        new("demo", "see it work: draws scenes, trains a small network for two minutes, colours grey pictures"),
        new("train --data photos --run runs/first", "train on your own colour photos; the same line again resumes"),
        new("colorize old-photos --out coloured --model runs/first", "colour a folder of grey pictures at full size"),
        new("serve", "a daemon that takes jobs: job submit old-photos --out coloured"),
        new("doctor", "what this machine offers, and what would be used"),
    ];

    /// <summary>Builds the grammar for the commands that have an action.</summary>
    public static RootCommand Create(CommandActions actions)
    {
        var root = new RootCommand("ActorColorize trains networks that colour grey photographs, and colours whole archives with them.");
        var help = root.Options.OfType<HelpOption>().Single();
        help.Description = "Show help; after a command: its options and examples";
        help.Action = new HelpWithExamples((HelpAction)help.Action!, Examples);
        root.Options.OfType<VersionOption>().Single().Description = "Show the version";
        root.Options.Add(Verbose);

        if (actions.Demo is { } demo)
            root.Subcommands.Add(DemoGrammar.Create(demo));
        if (actions.Train is { } train)
            root.Subcommands.Add(TrainGrammar.Create(train));
        if (actions.RunShow is not null || actions.Run is not null)
            root.Subcommands.Add(RunGrammar.Create(actions));
        if (actions.Evaluate is { } evaluate)
            root.Subcommands.Add(EvaluateGrammar.Create(evaluate));
        if (actions.Colorize is { } colorize)
            root.Subcommands.Add(ColorizeGrammar.Create(colorize));
        if (actions.Serve is { } serve)
            root.Subcommands.Add(ServeGrammar.Create(serve));
        if (actions.Job is { } job)
            root.Subcommands.Add(JobGrammar.Create(job));
        if (actions.Status is { } status)
            root.Subcommands.Add(StatusGrammar.Create(status));
        if (actions.DatasetInspect is { } inspect)
            root.Subcommands.Add(DatasetGrammar.Create(inspect));
        if (actions.HasModel)
            root.Subcommands.Add(ModelGrammar.Create(actions));
        if (actions.Doctor is { } doctor)
            root.Subcommands.Add(DoctorGrammar.Create(doctor));
        return root;
    }

    /// <summary>The switch that any command takes: notices on the terminal as well, and stack traces of errors.</summary>
    public static Option<bool> Verbose { get; } =
        new("--verbose") { Description = "More on the terminal: notices as they are logged, and stack traces of errors", Recursive = true };
}
