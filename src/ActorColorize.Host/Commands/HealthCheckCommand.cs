using System.CommandLine;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Serving;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands;

/// <summary>The options of <c>healthcheck</c>.</summary>
/// <param name="DataFolder">The daemon's data folder.</param>
internal sealed record HealthCheckOptions(string DataFolder);

/// <summary>
/// <c>healthcheck</c>: whether the daemon on this machine works. Reads one file, and so costs little more than the start of a process;
/// containers and monitoring run it every minute.
/// </summary>
internal sealed class HealthCheckCommand(CommandContext context)
    : BoundCommand<HealthCheckOptions>(
        "healthcheck",
        "Tell whether the daemon on this machine is ready and works (see serve): exit code 0, else 8 and the reason. For containers and "
            + "monitoring; also for every node of a cluster, which has no other port for it.",
        new("healthcheck", "the daemon of this account"),
        new("healthcheck --data-folder /var/lib/actorcolorize", "a daemon with another data folder")
    )
{
    /// <summary>Twelve intervals in which a daemon that works touches its file.</summary>
    private static readonly TimeSpan SilentFor = TimeSpan.FromSeconds(60);

    public readonly Option<string> Data = DaemonOptions.Data("Data folder of a daemon on this machine");
    public readonly Option<bool> Json = OptionValues.Json();

    /// <inheritdoc/>
    protected override HealthCheckOptions Bind(ParseResult parsed) =>
        new(parsed.GetValue(Data) is { } folder ? Path.GetFullPath(folder) : GatewayFile.DefaultFolder);

    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(HealthCheckOptions options)
    {
        if (DaemonState.Objection(options.DataFolder, SilentFor, context.Time.GetUtcNow()) is { } objection)
            throw new UserException(ExitCode.Daemon, objection);
        context.Screen.Line("ready");
        context.Screen.Json(new { State = "ready" });
        return Task.FromResult(ExitCode.Success);
    }
}
