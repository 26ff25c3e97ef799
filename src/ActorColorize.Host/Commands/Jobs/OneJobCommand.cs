using System.CommandLine;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary>A sub-command of <c>job</c> about one job.</summary>
internal abstract class OneJobCommand<TOptions>(
    CommandContext context,
    string name,
    string description,
    params IReadOnlyList<Example> examples
) : DaemonCommand<TOptions>(context, name, description, examples: examples)
{
    public readonly Argument<string> Job = new("ID") { Description = "The job's id, as shown by submit and list" };

    /// <summary>The job's id as given.</summary>
    protected JobId JobOf(ParseResult parsed) => new(parsed.GetRequiredValue(Job));

    /// <summary>Prints the job's new state.</summary>
    protected ExitCode Show(JobId job, JobPhase phase)
    {
        Screen.Line($"job {job}: {JobReport.Word(phase)}");
        Screen.Json(new { Job = job.Value, Phase = phase });
        return ExitCode.Success;
    }
}

/// <summary>The base of those that take only the job's id.</summary>
internal abstract class OneJobCommand(CommandContext context, string name, string description)
    : OneJobCommand<JobId>(context, name, description)
{
    /// <inheritdoc/>
    protected sealed override JobId BindOptions(ParseResult parsed) => JobOf(parsed);
}
