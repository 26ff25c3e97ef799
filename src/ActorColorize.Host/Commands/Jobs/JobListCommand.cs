using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary>What <c>job list</c> was asked to do.</summary>
/// <param name="OnlyMine">Only this client's.</param>
/// <param name="Limit">Most jobs shown.</param>
internal sealed record JobListOptions(bool OnlyMine, int Limit);

/// <summary><c>job list</c>: a daemon's jobs.</summary>
internal sealed class JobListCommand(CommandContext context)
    : DaemonCommand<JobListOptions>(context, "list", "List jobs, the newest first.")
{
    public readonly Option<bool> Mine = OptionValues.Switch("--mine", "Only jobs that this client has submitted");
    public readonly Option<int> Limit = OptionValues.Number("--limit", "N", "Most jobs shown", 1, int.MaxValue, 50);

    /// <inheritdoc/>
    protected override JobListOptions BindOptions(ParseResult parsed) => new(parsed.GetValue(Mine), parsed.GetValue(Limit));

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, JobListOptions options)
    {
        var shown = 0;
        await foreach (var job in client.ListAsync(options.OnlyMine, Stop))
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
