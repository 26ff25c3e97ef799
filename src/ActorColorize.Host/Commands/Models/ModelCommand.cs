using ActorColorize.Host.CommandLine;

namespace ActorColorize.Host.Commands.Models;

/// <summary><c>model</c>: import, export, info, verify, list, delete.</summary>
internal sealed class ModelCommand : CommandWithExamples
{
    /// <summary>Builds the command with its sub-commands.</summary>
    public ModelCommand(CommandContext context)
        : base(
            "model",
            "Import and export weights, and inspect model files.",
            new(
                "model import colorization_release_v2-9b330a0b.pth --out eccv16.safetensors",
                "the published weights, verified by the hash in their name"
            ),
            new("model export runs/first --format pth", "the best checkpoint of a run, for PyTorch"),
            new("model verify runs/first", "check every byte and run it once")
        )
    {
        Subcommands.Add(new ModelImportCommand(context));
        Subcommands.Add(new ModelExportCommand(context));
        Subcommands.Add(new ModelInfoCommand(context));
        Subcommands.Add(new ModelVerifyCommand(context));
        Subcommands.Add(new ModelListCommand(context));
        Subcommands.Add(new ModelDeleteCommand(context));
    }
}
