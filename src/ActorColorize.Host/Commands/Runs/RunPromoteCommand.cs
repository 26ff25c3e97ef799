using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Runs;

/// <summary>The options of <c>run promote</c>.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Checkpoint">Step of the checkpoint; null: the best.</param>
/// <param name="Model">The model's name.</param>
internal sealed record RunPromoteOptions(RunId Run, StepNumber? Checkpoint, string Model);

/// <summary><c>run promote</c>: publishes a checkpoint as a named model.</summary>
internal sealed class RunPromoteCommand(CommandContext context)
    : OneRunCommand<RunPromoteOptions>(
        context,
        "promote",
        "Publish a checkpoint as a named model for new jobs. The checkpoint is read, checked and run once "
            + "first; if that fails, the name keeps its current model.",
        new("run promote 20260101-120000-abcdef --as landscapes", "the best checkpoint"),
        new("run promote 20260101-120000-abcdef --checkpoint 400 --as landscapes", "a specific checkpoint ('run checkpoints' lists them)")
    )
{
    public readonly Option<string> As = OptionValues.Path(
        "--as",
        "NAME",
        "The model's name: letters, digits, dots, dashes and underscores",
        required: true
    );
    public readonly Option<long?> Checkpoint = OptionValues.Number<long>(
        "--checkpoint",
        "STEP",
        "Step of the checkpoint [default: the best by validation loss]",
        0,
        long.MaxValue
    );

    /// <inheritdoc/>
    protected override RunPromoteOptions BindOptions(ParseResult parsed) =>
        new(RunOf(parsed), parsed.GetValue(Checkpoint) is { } step ? new StepNumber(step) : null, parsed.GetRequiredValue(As));

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, RunPromoteOptions options)
    {
        var model = await client.Runs.PromoteAsync(options.Run, options.Model, options.Checkpoint, Stop);
        Screen.Line(RunReport.Text(model, Time.GetLocalNow()));
        Screen.Line(
            $"  'actorcolorize job submit IN --out OUT --model {model.Name}' uses it from now on; jobs in progress keep " + "their model"
        );
        Screen.Json(RunReport.Json(model));
        return ExitCode.Success;
    }
}
