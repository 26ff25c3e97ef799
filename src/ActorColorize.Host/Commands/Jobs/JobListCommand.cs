using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary>The options of <c>job list</c>.</summary>
/// <param name="OnlyMine">Only jobs of this client.</param>
/// <param name="Limit">The maximum number of jobs.</param>
internal sealed record JobListOptions(bool OnlyMine, int Limit);

/// <summary><c>job list</c>: a daemon's jobs.</summary>
internal sealed class JobListCommand(CommandContext context) : DaemonCommand<JobListOptions>(context, "list", "List jobs, newest first.")
{
    public readonly Option<bool> Mine = OptionValues.Switch("--mine", "Only jobs submitted by this client");
    public readonly Option<int> Limit = OptionValues.Number("--limit", "N", "Maximum number of jobs", 1, int.MaxValue, 50);

    /// <inheritdoc/>
    protected override JobListOptions BindOptions(ParseResult parsed) => new(parsed.GetValue(Mine), parsed.GetValue(Limit));

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, JobListOptions options)
    {
        var shown = 0;
        await foreach (var job in client.Jobs.ListAsync(options.OnlyMine, Stop))
        {
            if (shown++ == options.Limit)
                break;
            Screen.Line(JobReport.Text(job, Time.GetLocalNow()));
            Screen.Json(JobReport.Json(job));
        }

        if (shown == 0)
            Screen.Line("no jobs");
        return ExitCode.Success;
    }
}
