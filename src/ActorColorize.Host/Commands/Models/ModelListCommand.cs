using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;

namespace ActorColorize.Host.Commands.Models;

/// <summary><c>model list</c>: a daemon's models.</summary>
internal sealed class ModelListCommand(CommandContext context)
    : DaemonCommand<NoOptions>(
        context,
        "list",
        "List a daemon's named models, which 'job submit --model' accepts, each with its checkpoint.",
        examples: [new("model list", "models of the daemon on this machine")]
    )
{
    /// <inheritdoc/>
    protected override NoOptions BindOptions(ParseResult parsed) => default;

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, NoOptions options)
    {
        var models = await client.ModelsAsync(Stop);
        foreach (var model in models)
        {
            Screen.Line(RunReport.Text(model, Time.GetLocalNow()));
            Screen.Json(RunReport.Json(model));
        }

        if (models.Count == 0)
            Screen.Line("no named models");
        return ExitCode.Success;
    }
}
