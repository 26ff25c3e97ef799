using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;

namespace ActorColorize.Host.Commands.Runs;

/// <summary>The options of <c>run list</c>.</summary>
/// <param name="Limit">The maximum number of runs.</param>
internal sealed record RunListOptions(int Limit);

/// <summary><c>run list</c>: a daemon's runs.</summary>
internal sealed class RunListCommand(CommandContext context)
    : DaemonCommand<RunListOptions>(context, "list", "List a daemon's runs, newest first: every open run and the last 1,000 that ended.")
{
    public readonly Option<int> Limit = OptionValues.Number("--limit", "N", "Maximum number of runs", 1, int.MaxValue, 50);

    /// <inheritdoc/>
    protected override RunListOptions BindOptions(ParseResult parsed) => new(parsed.GetValue(Limit));

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, RunListOptions options)
    {
        var shown = 0;
        await foreach (var run in client.Runs.ListAsync(Stop))
        {
            if (shown++ == options.Limit)
                break;
            Screen.Line(RunReport.Text(run, Time.GetLocalNow()));
            Screen.Json(RunReport.Json(run));
        }

        if (shown == 0)
            Screen.Line("no runs");
        return ExitCode.Success;
    }
}
