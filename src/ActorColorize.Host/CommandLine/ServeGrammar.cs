using System.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Serving;

namespace ActorColorize.Host.CommandLine;

/// <summary>The grammar of <c>serve</c>.</summary>
internal static class ServeGrammar
{
    /// <summary>Builds the command.</summary>
    public static Command Create(Func<ServeOptions, Task<ExitCode>> run)
    {
        var config = OptionValues.Path(
            "--config",
            "FILE",
            $"JSON file with settings (config/serve/single.json shows all); variables {ServeConfiguration.VariablePrefix}… go before it",
            required: false
        );
        var data = DaemonOptions.Data("Folder that holds all that the daemon remembers");
        var json = OptionValues.Json();
        var command = new CommandWithExamples(
            "serve",
            "Run a daemon that colours archives and trains networks for clients. Accepted jobs and runs survive whatever ends it. With nothing configured it listens on this machine alone, for this account alone. With 'cluster' in its configuration it is a node among others.",
            new("serve", "everything by default; then, from another terminal: job submit old-photos --out coloured"),
            new("serve --config daemon.json --data /srv/actorcolorize", "settings of a file, another data folder"),
            new(
                "serve --config node.json",
                "a node of a cluster (config/serve/cluster.json, coordinator.json and device.json show its settings)"
            )
        )
        {
            config,
            data,
            json,
        };
        command.SetAction(async parsed =>
            (int)
                await run(
                    new ServeOptions
                    {
                        Config = parsed.GetValue(config),
                        Data = parsed.GetValue(data),
                        Json = parsed.GetValue(json),
                    }
                )
        );
        return command;
    }
}
