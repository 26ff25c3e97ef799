using System.CommandLine;
using ActorColorize.Actors.Faults;
using ActorColorize.Model.Training;

namespace ActorColorize.Host.CommandLine;

/// <summary>The options that configure a run, for <c>train</c> and <c>run start</c>.</summary>
internal sealed class RunConfigurationOptions : IOptionGroup
{
    /// <summary><c>--preset</c>.</summary>
    public Option<string> Preset { get; } =
        OptionValues.Path(
            "--preset",
            "NAME",
            "Network and schedule from config/training: full, half, quarter or tiny [default: quarter; for a resumed " + "run: its own]"
        );

    /// <summary><c>--config</c>.</summary>
    public Option<string> Config { get; } = OptionValues.Path("--config", "FILE", "Configuration file to use instead of a preset");

    /// <summary><c>--profile</c>.</summary>
    public Option<string> Profile { get; } =
        OptionValues.OneOfOrNone(
            "--profile",
            "Colour bins, targets and weights, in place of the preset's: seed (18x18 bins, -log q) or zhang (313 in-gamut "
                + "bins, soft targets, rebalanced)",
            [.. ColorConfiguration.Profiles.Keys]
        );

    /// <summary><c>--steps</c>.</summary>
    public Option<int?> Steps { get; } = OptionValues.Number("--steps", "N", "Optimizer steps of the whole run", 1, int.MaxValue);

    /// <summary><c>--batch</c>.</summary>
    public Option<int?> Batch { get; } = OptionValues.Number("--batch", "N", "Pictures per step", 1, 65_536);

    /// <summary><c>--seed</c>.</summary>
    public Option<ulong?> Seed { get; } =
        OptionValues.Number<ulong>(
            "--seed",
            "N",
            "Seed of every random choice: the same seed, data and threads give the same run",
            0,
            ulong.MaxValue
        );

    /// <summary><c>--recovery</c>, declared separately so that help lists it next to <c>--inject</c>.</summary>
    public static Option<string> Recovery() =>
        OptionValues.Path(
            "--recovery",
            "NAME=VALUE,...",
            $"Limits of automatic recovery, stored in run.json: {string.Join(", ", RecoveryPolicy.Names)}"
        );

    /// <summary>Adds the options; a preset and a file together are refused.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Preset, Config, Profile, Steps, Batch, Seed })
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetResult(Preset) is not null && result.GetResult(Config) is not null)
                result.AddError("--preset and --config are mutually exclusive.");
        });
    }
}
