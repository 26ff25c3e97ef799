using ActorColorize.Host.Failures;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Interchange;

namespace ActorColorize.Host.Commands;

/// <summary>Brings weights of elsewhere into a file of this program.</summary>
internal sealed class ModelImportCommand(CommandContext context)
{
    /// <summary>Reads, checks, writes.</summary>
    public Task<ExitCode> RunAsync(ModelImportOptions options)
    {
        var source = Path.GetFullPath(options.File);
        if (Directory.Exists(source))
            throw new InputException(
                $"{options.File} is a folder: import takes a .pth or .safetensors file; 'model export' writes the model of a run"
            );
        var target = Path.GetFullPath(options.To);
        ModelFileWriting.RequirePlace("--to", target, source, options.Force);
        var model = ModelLocator.Resolve(source);
        ModelFileWriting.Write(context.Screen, model, model.Defaults, ModelFormat.SafeTensors, target);
        return Task.FromResult(ExitCode.Success);
    }
}
