using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Runs;

/// <summary>What <c>run promote</c> was asked to do.</summary>
/// <param name="Run">Which run.</param>
/// <param name="Checkpoint">Step of the checkpoint; null: the best.</param>
/// <param name="Model">The name that it gets.</param>
internal sealed record RunPromoteOptions(RunId Run, StepNumber? Checkpoint, string Model);

/// <summary><c>run promote</c>: makes a checkpoint the model of a name.</summary>
internal sealed class RunPromoteCommand(CommandContext context)
    : OneRunCommand<RunPromoteOptions>(
        context,
        "promote",
        "Make a checkpoint the model of a name, for jobs that are submitted from now on. It is read, checked and run once "
            + "before; where that fails, the name keeps the model that it has.",
        new("run promote 20260101-120000-abcdef --as landscapes", "the best checkpoint"),
        new("run promote 20260101-120000-abcdef --checkpoint 400 --as landscapes", "a certain one: 'run checkpoints' lists them")
    )
{
    public readonly Option<string> As = OptionValues.Path(
        "--as",
        "NAME",
        "The name that jobs are submitted with: letters, digits, dots, dashes and underscores",
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
        var model = await client.PromoteAsync(options.Run, options.Model, options.Checkpoint, Stop);
        Screen.Line(RunReport.Text(model, Time.GetLocalNow()));
        Screen.Line(
            $"  'actorcolorize job submit IN --out OUT --model {model.Name}' colours with it from now on; jobs under way keep "
                + "the model that they have"
        );
        Screen.Json(RunReport.Json(model));
        return ExitCode.Success;
    }
}
