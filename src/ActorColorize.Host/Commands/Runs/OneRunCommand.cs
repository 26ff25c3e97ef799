using System.CommandLine;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Runs;

/// <summary>A sub-command of <c>run</c> about one run of a daemon.</summary>
internal abstract class OneRunCommand<TOptions>(
    CommandContext context,
    string name,
    string description,
    params IReadOnlyList<Example> examples
) : DaemonCommand<TOptions>(context, name, description, examples: examples)
{
    public readonly Argument<string> Run = new("ID") { Description = "The run's id, as shown by start and list" };

    /// <summary>The run's id as given.</summary>
    protected RunId RunOf(ParseResult parsed) => new(parsed.GetRequiredValue(Run));

    /// <summary>Prints the run's new state.</summary>
    protected ExitCode Show(RunId run, TrainingPhase phase)
    {
        Screen.Line($"run {run}: {RunReport.Word(phase)}");
        Screen.Json(new { Run = run.Value, Phase = phase });
        return ExitCode.Success;
    }
}

/// <summary>The base of those that take only the run's id.</summary>
internal abstract class OneRunCommand(CommandContext context, string name, string description)
    : OneRunCommand<RunId>(context, name, description)
{
    /// <inheritdoc/>
    protected sealed override RunId BindOptions(ParseResult parsed) => RunOf(parsed);
}
