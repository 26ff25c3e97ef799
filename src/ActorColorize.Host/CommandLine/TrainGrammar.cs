using System.CommandLine;
using ActorColorize.Actors.Faults;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;
using ActorColorize.Model.Training;

namespace ActorColorize.Host.CommandLine;

/// <summary>The grammar of <c>train</c>.</summary>
internal static class TrainGrammar
{
    /// <summary>Builds the command.</summary>
    public static Command Create(Func<TrainOptions, Task<ExitCode>> run)
    {
        var data = OptionValues.Path("--data", "FOLDER", "Training pictures: a MiniPlaces kit, or any folder of colour pictures", required: true);
        var folder = OptionValues.Path("--run", "FOLDER", "Run folder: metrics, panels and checkpoints; an interrupted run goes on in it", required: true);
        var preset = OptionValues.Path("--preset", "NAME", "Network and schedule from config/training: full, half, quarter or tiny [default: quarter; of a run that is gone on with: its own]", required: false);
        var config = OptionValues.Path("--config", "FILE", "Configuration file of your own, instead of a preset", required: false);
        var profile = OptionValues.OneOfOrNone("--profile", "Colour bins, targets and weights, in place of the preset's: seed (18x18 bins, -log q) or zhang (313 in-gamut bins, soft targets, rebalanced)", [.. ColorConfiguration.Profiles.Keys]);
        var steps = OptionValues.Number("--steps", "N", "Optimizer steps of the whole run", 1, int.MaxValue);
        var batch = OptionValues.Number("--batch", "N", "Pictures per step", 1, 65_536);
        var seed = OptionValues.Number<ulong>("--seed", "N", "Seed of every random choice: the same seed, data and threads give the same run", 0, ulong.MaxValue);
        var resume = OptionValues.Path("--resume", "auto|never|CHECKPOINT", "Where to start: newest good checkpoint of the run folder, anew, or a checkpoint folder [default: auto]", required: false);
        var device = OptionValues.Device();
        var precision = OptionValues.OneOf("--precision", "Arithmetic of the convolutions; auto measures at start which is faster", "auto", "auto", "fp32", "bf16");
        var threads = OptionValues.Number("--threads", "N", "Threads for tensor work [default: all cores]", 1, 1024);
        var isolate = OptionValues.Isolate();
        var deadline = OptionValues.DeviceDeadline();
        var recovery = OptionValues.Path("--recovery", "NAME=VALUE,...", $"What the run puts up with, kept in its run.json: {string.Join(", ", RecoveryPolicy.Names)}", required: false);
        var inject = OptionValues.Path(
            "--inject",
            "FAULT@STEP,...",
            $"Operators' drill: set off faults on purpose, each once. Faults: {string.Join(", ", DrillFaults.Words.Select(static pair => pair.Word))}; FAULT@STEP*TIMES strikes repeated tries of a step; soak:SEED:COUNT[:FAULT+FAULT] draws them",
            required: false);
        var json = OptionValues.Json();

        var command = new CommandWithExamples(
            "train",
            "Train a network on colour pictures.",
            new("train --data photos --run runs/first", "train on a folder of photos; the same line again goes on where it stopped"),
            new("train --data miniplaces --run runs/full --preset full --device cuda:0", "the full network on the first GPU"),
            new("train --data photos --run runs/short --steps 400 --batch 16 --seed 7", "a short run that anyone can repeat exactly"),
            new("train --data photos --run runs/drill --steps 400 --inject oom@120,nan@200,crash@250", "a drill: see what a run does about faults"))
        {
            data, folder, preset, config, profile, steps, batch, seed, resume, device, precision, threads, isolate, deadline, recovery, inject, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(preset) is not null && result.GetResult(config) is not null)
                result.AddError("--preset and --config exclude each other: give one of them.");
        });
        command.SetAction(async parsed => (int)await run(new TrainOptions
        {
            Data = parsed.GetRequiredValue(data),
            Run = parsed.GetRequiredValue(folder),
            Preset = parsed.GetValue(preset),
            Config = parsed.GetValue(config),
            Profile = parsed.GetValue(profile),
            Steps = parsed.GetValue(steps),
            Batch = parsed.GetValue(batch),
            Seed = parsed.GetValue(seed),
            Resume = ResumeChoice.Parse(parsed.GetValue(resume) ?? "auto"),
            Device = parsed.GetRequiredValue(device),
            Precision = parsed.GetRequiredValue(precision),
            Threads = parsed.GetValue(threads),
            Isolation = OptionValues.Isolation(parsed, isolate, deadline),
            Recovery = parsed.GetValue(recovery),
            Inject = parsed.GetValue(inject),
            Json = parsed.GetValue(json),
        }));
        return command;
    }
}
