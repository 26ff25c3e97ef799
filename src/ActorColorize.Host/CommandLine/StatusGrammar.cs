using System.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.CommandLine;

/// <summary>The grammar of <c>status</c>.</summary>
internal static class StatusGrammar
{
    /// <summary>Builds the command.</summary>
    public static Command Create(Func<StatusOptions, Task<ExitCode>> run)
    {
        var daemon = new DaemonOptions();
        var command = new CommandWithExamples(
            "status",
            "Show what a daemon (see serve) is made up of and what it does: nodes, devices, jobs that are not over.",
            new("status", "of the daemon on this machine"),
            new("status --daemon 10.0.0.1:4587,10.0.0.2:4587 --json", "of a cluster, for a program")
        )
        {
            OptionValues.Json(),
        };
        daemon.AddTo(command);
        command.SetAction(async parsed => (int)await run(new StatusOptions(daemon.Of(parsed))));
        return command;
    }
}
