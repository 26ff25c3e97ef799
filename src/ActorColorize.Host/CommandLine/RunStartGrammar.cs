using System.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.CommandLine;

/// <summary>The grammar of <c>run start</c>: that of <c>train</c>, as far as it is not the daemon's affair.</summary>
internal static class RunStartGrammar
{
    /// <summary>Builds the command.</summary>
    public static Command Create(Func<RunStartOptions, Task<ExitCode>> run)
    {
        var daemon = new DaemonOptions("--daemon-data");
        var wanted = new RunConfigurationOptions();
        var data = OptionValues.Path(
            "--data",
            "FOLDER",
            "Training pictures, as the daemon's machine sees them: a MiniPlaces kit, or any folder of colour pictures",
            required: true
        );
        var output = OptionValues.Path(
            "--out",
            "FOLDER",
            "Run folder: metrics, panels and checkpoints; an interrupted run goes on in it",
            required: true
        );
        var from = OptionValues.Path("--from", "CHECKPOINT", "A checkpoint folder of another run to begin from", required: false);
        var precision = OptionValues.OneOfOrNone(
            "--precision",
            "Arithmetic of the convolutions [default: what is faster on the daemon's device]",
            ["fp32", "bf16"]
        );
        var name = OptionValues.Path("--name", "TEXT", "What people call the run [default: the folder's name]", required: false);
        var key = OptionValues.Path(
            "--key",
            "TEXT",
            "Your own name for this piece of work: submitting it again gives the same run",
            required: false
        );
        var command = new CommandWithExamples(
            "start",
            "Have a network trained by a daemon, on its device; runs train one after the other. When this returns, the run is on the daemon's disk, prepared, and will be trained. Paths are those of the daemon's machine.",
            new("run start --data photos --out runs/first --preset quarter --steps 5000", "prints the run's id"),
            new("run start --data photos --out runs/first --key spring --json", "for a script: sent twice, it is the same run")
        )
        {
            data,
            output,
            wanted.Preset,
            wanted.Config,
            wanted.Profile,
            wanted.Steps,
            wanted.Batch,
            wanted.Seed,
            from,
            precision,
            wanted.Recovery,
            name,
            key,
            OptionValues.Json(),
        };
        daemon.AddTo(command);
        wanted.Guard(command);
        command.SetAction(async parsed =>
            (int)
                await run(
                    new RunStartOptions(
                        daemon.Of(parsed),
                        new TrainingRequest(
                            Path.GetFullPath(parsed.GetRequiredValue(data)),
                            Path.GetFullPath(parsed.GetRequiredValue(output)),
                            parsed.GetValue(name),
                            parsed.GetValue(wanted.Preset),
                            Absolute(parsed.GetValue(wanted.Config)),
                            parsed.GetValue(wanted.Profile),
                            parsed.GetValue(wanted.Steps),
                            parsed.GetValue(wanted.Batch),
                            parsed.GetValue(wanted.Seed),
                            Absolute(parsed.GetValue(from)),
                            parsed.GetValue(precision),
                            parsed.GetValue(wanted.Recovery)
                        ),
                        parsed.GetValue(key)
                    )
                )
        );
        return command;
    }

    private static string? Absolute(string? path) => path is null ? null : Path.GetFullPath(path);
}
