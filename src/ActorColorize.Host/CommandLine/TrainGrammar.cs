using System.CommandLine;
using ActorColorize.Actors.Faults;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.CommandLine;

/// <summary>The grammar of <c>train</c>.</summary>
internal static class TrainGrammar
{
    /// <summary>Builds the command.</summary>
    public static Command Create(Func<TrainOptions, Task<ExitCode>> run)
    {
        var wanted = new RunConfigurationOptions();
        var data = OptionValues.Path(
            "--data",
            "FOLDER",
            "Training pictures: a MiniPlaces kit, or any folder of colour pictures",
            required: true
        );
        var folder = OptionValues.Path(
            "--run",
            "FOLDER",
            "Run folder: metrics, panels and checkpoints; an interrupted run goes on in it",
            required: true
        );
        var resume = OptionValues.Path(
            "--resume",
            "auto|never|CHECKPOINT",
            "Where to start: newest good checkpoint of the run folder, anew, or a checkpoint folder [default: auto]",
            required: false
        );
        var device = OptionValues.Device();
        var precision = OptionValues.OneOf(
            "--precision",
            "Arithmetic of the convolutions; auto measures at start which is faster",
            "auto",
            "auto",
            "fp32",
            "bf16"
        );
        var threads = OptionValues.Number("--threads", "N", "Threads for tensor work [default: all cores]", 1, 1024);
        var isolate = OptionValues.Isolate();
        var deadline = OptionValues.DeviceDeadline();
        var inject = OptionValues.Path(
            "--inject",
            "FAULT@STEP,...",
            $"Fault injection: set off faults on purpose, each once. Faults: {string.Join(", ", FaultKinds.Words.Select(static pair => pair.Word))}; FAULT@STEP*TIMES strikes repeated tries of a step; soak:SEED:COUNT[:FAULT+FAULT] draws them",
            required: false
        );
        var json = OptionValues.Json();

        var command = new CommandWithExamples(
            "train",
            "Train a network on colour pictures.",
            new("train --data photos --run runs/first", "train on a folder of photos; the same line again goes on where it stopped"),
            new("train --data miniplaces --run runs/full --preset full --device cuda:0", "the full network on the first GPU"),
            new("train --data photos --run runs/short --steps 400 --batch 16 --seed 7", "a short run that anyone can repeat exactly"),
            new(
                "train --data photos --run runs/fault injection --steps 400 --inject oom@120,nan@200,crash@250",
                "a fault injection: see what a run does about faults"
            )
        )
        {
            data,
            folder,
            wanted.Preset,
            wanted.Config,
            wanted.Profile,
            wanted.Steps,
            wanted.Batch,
            wanted.Seed,
            resume,
            device,
            precision,
            threads,
            isolate,
            deadline,
            wanted.Recovery,
            inject,
            json,
        };
        wanted.Guard(command);
        command.SetAction(async parsed =>
            (int)
                await run(
                    new TrainOptions
                    {
                        Data = parsed.GetRequiredValue(data),
                        Run = parsed.GetRequiredValue(folder),
                        Preset = parsed.GetValue(wanted.Preset),
                        Config = parsed.GetValue(wanted.Config),
                        Profile = parsed.GetValue(wanted.Profile),
                        Steps = parsed.GetValue(wanted.Steps),
                        Batch = parsed.GetValue(wanted.Batch),
                        Seed = parsed.GetValue(wanted.Seed),
                        Resume = ResumeChoice.Parse(parsed.GetValue(resume) ?? "auto"),
                        Device = parsed.GetRequiredValue(device),
                        Precision = parsed.GetRequiredValue(precision),
                        Threads = parsed.GetValue(threads),
                        Isolation = OptionValues.Isolation(parsed, isolate, deadline),
                        Recovery = parsed.GetValue(wanted.Recovery),
                        Inject = parsed.GetValue(inject),
                        Json = parsed.GetValue(json),
                    }
                )
        );
        return command;
    }
}
