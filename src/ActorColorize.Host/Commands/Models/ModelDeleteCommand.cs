using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Commands.Models;

/// <summary><c>model delete</c>: deletes a daemon's model.</summary>
internal sealed class ModelDeleteCommand(CommandContext context)
    : DaemonCommand<string>(
        context,
        "delete",
        "Delete a daemon's named model with the files of all its promotions. Refused while an open job or run needs it. "
            + "An ended job that used it cannot be retried afterwards.",
        examples: [new("model delete landscapes", "the model that 'run promote --as landscapes' published")]
    )
{
    public readonly Argument<string> Model = new("NAME") { Description = "The model's name, as shown by model list" };

    /// <inheritdoc/>
    protected override string BindOptions(ParseResult parsed) => parsed.GetRequiredValue(Model);

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, string options)
    {
        await client.DeleteModelAsync(options, Stop);
        Screen.Line($"model {options}: deleted");
        Screen.Json(new { Model = options, Deleted = true });
        return ExitCode.Success;
    }
}
