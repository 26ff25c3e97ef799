using System.CommandLine;
using ActorColorize.Actors.Faults;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;
using ActorColorize.Model.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Host.CommandLine;

/// <summary>The grammar of <c>run start</c>: that of <c>train</c>, as far as it is not the daemon's affair.</summary>
internal static class RunStartGrammar
{
    /// <summary>Builds the command.</summary>
    public static Command Create(Func<RunStartOptions, Task<ExitCode>> run)
    {
        var daemon = new DaemonOptions("--daemon-data");
        var data = OptionValues.Path("--data", "FOLDER", "Training pictures, as the daemon's machine sees them: a MiniPlaces kit, or any folder of colour pictures", required: true);
        var output = OptionValues.Path("--out", "FOLDER", "Run folder: metrics, panels and checkpoints; an interrupted run goes on in it", required: true);
        var preset = OptionValues.Path("--preset", "NAME", "Network and schedule from config/training: full, half, quarter or tiny [default: quarter; of a run that is gone on with: its own]", required: false);
        var config = OptionValues.Path("--config", "FILE", "Configuration file of your own, instead of a preset", required: false);
        var profile = OptionValues.OneOfOrNone("--profile", "Colour bins, targets and weights, in place of the preset's: seed (18x18 bins, -log q) or zhang (313 in-gamut bins, soft targets, rebalanced)", [.. ColorConfiguration.Profiles.Keys]);
        var steps = OptionValues.Number("--steps", "N", "Optimizer steps of the whole run", 1, int.MaxValue);
        var batch = OptionValues.Number("--batch", "N", "Pictures per step", 1, 65_536);
        var seed = OptionValues.Number<ulong>("--seed", "N", "Seed of every random choice: the same seed, data and threads give the same run", 0, ulong.MaxValue);
        var from = OptionValues.Path("--from", "CHECKPOINT", "A checkpoint folder of another run to begin from", required: false);
        var precision = OptionValues.OneOfOrNone("--precision", "Arithmetic of the convolutions [default: what is faster on the daemon's device]", ["fp32", "bf16"]);
        var recovery = OptionValues.Path("--recovery", "NAME=VALUE,...", $"What the run puts up with, kept in its run.json: {string.Join(", ", RecoveryPolicy.Names)}", required: false);
        var name = OptionValues.Path("--name", "TEXT", "What people call the run [default: the folder's name]", required: false);
        var key = OptionValues.Path("--key", "TEXT", "Your own name for this piece of work: submitting it again gives the same run", required: false);
        var command = new CommandWithExamples(
            "start",
            "Have a network trained by a daemon, on its device; runs train one after the other. When this returns, the run is on the daemon's disk, prepared, and will be trained. Paths are those of the daemon's machine.",
            new("run start --data photos --out runs/first --preset quarter --steps 5000", "prints the run's id"),
            new("run start --data photos --out runs/first --key spring --json", "for a script: sent twice, it is the same run"))
        {
            data, output, preset, config, profile, steps, batch, seed, from, precision, recovery, name, key, OptionValues.Json(),
        };
        daemon.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(preset) is not null && result.GetResult(config) is not null)
                result.AddError("--preset and --config exclude each other: give one of them.");
        });
        command.SetAction(async parsed => (int)await run(new RunStartOptions(
            daemon.Of(parsed),
            new TrainingRequest(
                Path.GetFullPath(parsed.GetRequiredValue(data)),
                Path.GetFullPath(parsed.GetRequiredValue(output)),
                parsed.GetValue(name),
                parsed.GetValue(preset),
                Absolute(parsed.GetValue(config)),
                parsed.GetValue(profile),
                parsed.GetValue(steps),
                parsed.GetValue(batch),
                parsed.GetValue(seed),
                Absolute(parsed.GetValue(from)),
                parsed.GetValue(precision),
                parsed.GetValue(recovery)),
            parsed.GetValue(key))));
        return command;
    }

    private static string? Absolute(string? path) => path is null ? null : Path.GetFullPath(path);
}
