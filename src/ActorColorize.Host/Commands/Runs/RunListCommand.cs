using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;

namespace ActorColorize.Host.Commands.Runs;

/// <summary>What <c>run list</c> was asked to do.</summary>
/// <param name="Limit">Most runs shown.</param>
internal sealed record RunListOptions(int Limit);

/// <summary><c>run list</c>: a daemon's runs.</summary>
internal sealed class RunListCommand(CommandContext context)
    : DaemonCommand<RunListOptions>(
        context,
        "list",
        "List a daemon's runs, the newest first. A daemon remembers every open run and the 1,000 that ended last."
    )
{
    public readonly Option<int> Limit = OptionValues.Number("--limit", "N", "Most runs shown", 1, int.MaxValue, 50);

    /// <inheritdoc/>
    protected override RunListOptions BindOptions(ParseResult parsed) => new(parsed.GetValue(Limit));

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, RunListOptions options)
    {
        var shown = 0;
        await foreach (var run in client.ListRunsAsync(Stop))
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
