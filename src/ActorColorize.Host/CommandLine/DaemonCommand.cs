using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.CommandLine;

/// <summary>The options of a command that talks to a daemon.</summary>
/// <param name="Daemon">The daemon's address and the client's credentials.</param>
/// <param name="Options">The command's own options.</param>
internal sealed record DaemonRequest<TOptions>(ClientOptions Daemon, TOptions Options);

/// <summary>A command that calls a daemon through the client library.</summary>
internal abstract class DaemonCommand<TOptions>(
    CommandContext context,
    string name,
    string description,
    string earlierDataOption = DaemonOptions.EarlierDataOption,
    params IReadOnlyList<Example> examples
) : BoundCommand<DaemonRequest<TOptions>>(name, description, examples)
{
    public readonly Option<bool> Json = OptionValues.Json();
    public readonly DaemonOptions Daemon = new(earlierDataOption);

    /// <summary>The terminal.</summary>
    protected Screen Screen => context.Screen;

    /// <summary>The clock.</summary>
    protected TimeProvider Time => context.Time;

    /// <summary>Cancelled by a stop signal.</summary>
    protected CancellationToken Stop => context.Stop.Token;

    /// <summary>From now on Ctrl-C ends this command at once, with code 130, and nothing on the daemon.</summary>
    /// <param name="sentence">What goes on, as the user is told.</param>
    protected void StopOnlyEndsThis(string sentence) => context.Stop.OnlyWatches = sentence;

    /// <inheritdoc/>
    public sealed override async Task<ExitCode> RunAsync(DaemonRequest<TOptions> options)
    {
        await using var client = await context.ConnectAsync(options.Daemon);
        return await RunAsync(client, options.Options);
    }

    /// <summary>Runs the command with a connected client.</summary>
    protected abstract Task<ExitCode> RunAsync(ColorizeClient client, TOptions options);

    /// <summary>The command's own options.</summary>
    protected abstract TOptions BindOptions(ParseResult parsed);

    /// <inheritdoc/>
    protected override DaemonRequest<TOptions> Bind(ParseResult parsed) => new(Daemon.Of(parsed), BindOptions(parsed));
}
