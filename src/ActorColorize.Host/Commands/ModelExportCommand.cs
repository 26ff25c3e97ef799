using ActorColorize.Host.Failures;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Interchange;

namespace ActorColorize.Host.Commands;

/// <summary>Writes a model for other programs.</summary>
internal sealed class ModelExportCommand(CommandContext context)
{
    /// <summary>Reads, checks, writes.</summary>
    public Task<ExitCode> RunAsync(ModelExportOptions options)
    {
        var model = ModelLocator.Resolve(Path.GetFullPath(options.Model));
        foreach (var rejected in model.Rejections)
            context.Screen.Warn(rejected.Reason);
        var target = Path.GetFullPath(options.Out ?? NameOf(model) + ModelExport.EndingOf(options.Format));
        ModelFileWriting.RequirePlace("--out", target, model.Path, options.Force);
        var use = ModelUse.Of(model);
        use = use with
        {
            Temperature = options.Temperature ?? use.Temperature,
            Rebalance = options.Rebalance ?? use.Rebalance,
            Saturation = options.Saturation ?? use.Saturation,
            SureEntropy = options.SureEntropy ?? use.SureEntropy,
            Taper = options.Taper ?? use.Taper,
            SecondScale = options.SecondScale ?? use.SecondScale,
        };
        ModelFileWriting.Write(context.Screen, model, use, options.Format, target, options.Type);
        return Task.FromResult(ExitCode.Success);
    }

    /// <summary>RUN-step-00000400 for a checkpoint; a file's own name without its ending and without the hash of its bytes.</summary>
    private static string NameOf(ModelSource model)
    {
        if (model.Manifest is null)
            return PublishedHash.NameForNewContent(model.Path);
        var run = Path.GetFileName(Path.GetFullPath(Path.Combine(model.Path, "..", "..")));
        return run.Length == 0 ? Path.GetFileName(model.Path) : $"{run}-{Path.GetFileName(model.Path)}";
    }
}
