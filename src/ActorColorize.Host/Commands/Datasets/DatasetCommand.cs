using ActorColorize.Host.CommandLine;

namespace ActorColorize.Host.Commands.Datasets;

/// <summary><c>dataset</c>.</summary>
internal sealed class DatasetCommand : CommandWithExamples
{
    /// <summary>Builds the command with its sub-commands.</summary>
    public DatasetCommand(CommandContext context)
        : base(
            "dataset",
            "Inspect and clean training pictures before a run.",
            new Example("dataset inspect photos --report findings", "counts, sizes, colours, grey pictures, duplicates, as a page")
        )
    {
        Subcommands.Add(new DatasetInspectCommand(context));
        Subcommands.Add(new DatasetCleanCommand(context));
    }
}
