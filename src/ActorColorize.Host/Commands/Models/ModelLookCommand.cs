using System.CommandLine;
using ActorColorize.Host.CommandLine;

namespace ActorColorize.Host.Commands.Models;

/// <summary>A sub-command of <c>model</c> whose only option is the model's path.</summary>
internal abstract class ModelLookCommand(string name, string description, params IReadOnlyList<Example> examples)
    : BoundCommand<string>(name, description, examples)
{
    /// <summary>The help text of a model argument.</summary>
    public const string ModelDescription = "A .safetensors or .pth file, a checkpoint folder or a run folder";

    public readonly Argument<string> Model = new("MODEL") { Description = ModelDescription };
    public readonly Option<bool> Json = OptionValues.Json();

    /// <inheritdoc/>
    protected sealed override string Bind(ParseResult parsed) => parsed.GetRequiredValue(Model);
}
