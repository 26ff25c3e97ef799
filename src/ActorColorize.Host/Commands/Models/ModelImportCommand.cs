using System.CommandLine;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Interchange;

namespace ActorColorize.Host.Commands.Models;

/// <summary>The options of <c>model import</c>.</summary>
/// <param name="File">A .pth or .safetensors file.</param>
/// <param name="Out">The .safetensors file to write.</param>
/// <param name="Force">Replace an existing file.</param>
internal sealed record ModelImportOptions(string File, string Out, bool Force);

/// <summary><c>model import</c>: imports weights from a file of another program.</summary>
internal sealed class ModelImportCommand(CommandContext context)
    : BoundCommand<ModelImportOptions>(
        "import",
        "Import weights from another program. No code in the file is executed; names, shapes and values are checked.",
        new Example(
            "model import colorization_release_v2-9b330a0b.pth --out eccv16.safetensors",
            "the published weights, verified by the hash in their name"
        )
    )
{
    public readonly Argument<string> File = new("FILE")
    {
        Description = "A .pth file of PyTorch (1.6 or newer) or a .safetensors file, in the layout of the published network",
    };
    public readonly Option<string> Out = OptionValues
        .Path("--out", "FILE", "The .safetensors file to write", required: true)
        .Formerly("--to");
    public readonly Option<bool> Force = ModelFileWriting.Force();
    public readonly Option<bool> Json = OptionValues.Json();

    /// <inheritdoc/>
    protected override ModelImportOptions Bind(ParseResult parsed) =>
        new(parsed.GetRequiredValue(File), parsed.GetRequiredValue(Out), parsed.GetValue(Force));

    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(ModelImportOptions options)
    {
        var source = Path.GetFullPath(options.File);
        if (Directory.Exists(source))
            throw new InputException(
                $"{options.File} is a folder: import takes a .pth or .safetensors file; 'model export' writes the model of a run"
            );
        var target = Path.GetFullPath(options.Out);
        ModelFileWriting.RequirePlace("--out", target, source, options.Force);
        var model = ModelLocator.Resolve(source);
        ModelFileWriting.Write(context.Screen, model, model.Defaults, ModelFormat.SafeTensors, target);
        return Task.FromResult(ExitCode.Success);
    }
}
