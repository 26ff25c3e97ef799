using System.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.CommandLine;

/// <summary>The grammar of <c>job</c>: what a daemon is asked to colour.</summary>
internal static class JobGrammar
{
    private static readonly (string Word, JobPriority Priority)[] Priorities =
    [
        ("lowest", JobPriority.Lowest),
        ("low", JobPriority.Low),
        ("normal", JobPriority.Normal),
        ("high", JobPriority.High),
        ("highest", JobPriority.Highest),
    ];

    /// <summary>Builds the command with its sub-commands.</summary>
    public static Command Create(JobActions actions) =>
        new CommandWithExamples(
            "job",
            "Have archives coloured by a daemon (see serve): submit, watch, list, pause, resume, cancel, retry.",
            new("job submit old-photos --out coloured", "prints the job's id; the daemon does the rest, whoever logs out"),
            new("job watch 20260101-120000-abcdef", "progress until the job is over; Ctrl-C leaves the job alone"),
            new("job errors 20260101-120000-abcdef", "which pictures are not coloured, and why")
        )
        {
            Submit(actions.Submit),
            OfJob(
                "watch",
                "Show a job's progress until it is over. Exit code 0: completed; 3: completed with errors; 7: failed or cancelled.",
                actions.Watch
            ),
            OfJob("show", "Show where a job stands.", actions.Show),
            List(actions.List),
            OfJob(
                "errors",
                "List a job's pictures that are not coloured although they should be, with the reason of each.",
                actions.Errors
            ),
            Pause(actions.Pause),
            OfJob("resume", "Let a paused job go on.", actions.Resume),
            OfJob("cancel", "End a job early; pictures under way are finished, what is done stays.", actions.Cancel),
            Retry(actions.Retry),
        };

    private static CommandWithExamples Submit(Func<JobSubmitOptions, Task<ExitCode>> run)
    {
        var daemon = new DaemonOptions();
        var input = new Argument<string>("IN") { Description = "A picture or a folder of them, as the daemon's machine sees it" };
        var output = OptionValues.Path(
            "--out",
            "FOLDER",
            "Folder for the results; for a folder of pictures, one outside it",
            required: true
        );
        var model = OptionValues.Path(
            "--model",
            "MODEL",
            "Name of a daemon's model (see model list), a .safetensors or .pth file, a checkpoint folder or a run folder [default: the daemon's starter model]",
            required: false
        );
        var key = OptionValues.Path(
            "--key",
            "TEXT",
            "Your own name for this piece of work: submitting it again gives the same job",
            required: false
        );
        var priority = OptionValues.OneOf("--priority", "How urgent", "normal", [.. Priorities.Select(static known => known.Word)]);
        var strength = OptionValues.Number("--strength", "0..1", "How much colour is mixed in; 0 leaves the picture grey", 0.0, 1.0, 1.0);
        var saturation = OptionValues.Saturation();
        var temperature = OptionValues.Temperature();
        var rebalance = OptionValues.Rebalance();
        var flipAverage = OptionValues.FlipAverage();
        var recolor = OptionValues.Switch(
            "--recolor",
            "Also recolour pictures that already have colour, from their luminance; they are skipped otherwise"
        );
        var batch = OptionValues.Number("--batch", "N", "Pictures per forward pass [default: the daemon's]", 1, 1024);
        var json = OptionValues.Json();
        var command = new CommandWithExamples(
            "submit",
            "Have a picture or a folder coloured. When this returns, the job is on the daemon's disk and will be done.",
            new("job submit old-photos --out coloured", "with the starter model"),
            new(
                "job submit scans --out coloured --model runs/first --key scans-2026 --json",
                "for a script: sent twice, it is the same job"
            )
        )
        {
            input,
            output,
            model,
            key,
            priority,
            strength,
            saturation,
            temperature,
            rebalance,
            flipAverage,
            recolor,
            batch,
            json,
        };
        daemon.AddTo(command);
        command.SetAction(async parsed =>
            (int)
                await run(
                    new JobSubmitOptions(
                        daemon.Of(parsed),
                        new JobRequest(
                            Path.GetFullPath(parsed.GetRequiredValue(input)),
                            Path.GetFullPath(parsed.GetRequiredValue(output)),
                            ModelOf(parsed.GetValue(model)),
                            parsed.GetValue(temperature),
                            parsed.GetValue(rebalance),
                            parsed.GetValue(flipAverage),
                            parsed.GetValue(strength),
                            parsed.GetValue(saturation),
                            parsed.GetValue(recolor),
                            parsed.GetValue(batch)
                        ),
                        parsed.GetValue(key),
                        Priorities.Single(known => known.Word == parsed.GetRequiredValue(priority)).Priority
                    )
                )
        );
        return command;
    }

    private static CommandWithExamples OfJob(string name, string description, Func<JobOptions, Task<ExitCode>> run)
    {
        var daemon = new DaemonOptions();
        var job = JobArgument();
        var command = new CommandWithExamples(name, description) { job, OptionValues.Json() };
        daemon.AddTo(command);
        command.SetAction(async parsed => (int)await run(new JobOptions(daemon.Of(parsed), new JobId(parsed.GetRequiredValue(job)))));
        return command;
    }

    private static CommandWithExamples List(Func<JobListOptions, Task<ExitCode>> run)
    {
        var daemon = new DaemonOptions();
        var mine = OptionValues.Switch("--mine", "Only jobs that this client has submitted");
        var limit = OptionValues.Number("--limit", "N", "Most jobs shown", 1, int.MaxValue, 50);
        var command = new CommandWithExamples("list", "List jobs, the newest first.") { mine, limit, OptionValues.Json() };
        daemon.AddTo(command);
        command.SetAction(async parsed =>
            (int)await run(new JobListOptions(daemon.Of(parsed), parsed.GetValue(mine), parsed.GetValue(limit)))
        );
        return command;
    }

    private static CommandWithExamples Pause(Func<JobPauseOptions, Task<ExitCode>> run)
    {
        var daemon = new DaemonOptions();
        var job = JobArgument();
        var reason = OptionValues.Path("--reason", "TEXT", "One line for the others", required: false);
        var duration = OptionValues.Number("--for", "SECONDS", "How long at most [default: until somebody resumes]", 1.0, 1e8);
        var command = new CommandWithExamples("pause", "Pause a job; pictures under way are finished.")
        {
            job,
            reason,
            duration,
            OptionValues.Json(),
        };
        daemon.AddTo(command);
        command.SetAction(async parsed =>
            (int)
                await run(
                    new JobPauseOptions(
                        daemon.Of(parsed),
                        new JobId(parsed.GetRequiredValue(job)),
                        parsed.GetValue(reason) ?? string.Empty,
                        parsed.GetValue(duration) is { } seconds ? TimeSpan.FromSeconds(seconds) : null
                    )
                )
        );
        return command;
    }

    private static CommandWithExamples Retry(Func<JobRetryOptions, Task<ExitCode>> run)
    {
        var daemon = new DaemonOptions();
        var job = JobArgument();
        var quarantined = OptionValues.Switch("--quarantined", "Also those that were given up because workers died of them");
        var command = new CommandWithExamples("retry", "Try a job's failed pictures again.") { job, quarantined, OptionValues.Json() };
        daemon.AddTo(command);
        command.SetAction(async parsed =>
            (int)await run(new JobRetryOptions(daemon.Of(parsed), new JobId(parsed.GetRequiredValue(job)), parsed.GetValue(quarantined)))
        );
        return command;
    }

    /// <summary>
    /// What could be a name is one, unless there is a file or folder called so, or it ends like a model file; everything else is a path.
    /// </summary>
    private static string? ModelOf(string? given) =>
        given is null
        || (ModelName.IsOne(given) && !Path.Exists(given) && Path.GetExtension(given) is not (".safetensors" or ".pth" or ".pt"))
            ? given
            : Path.GetFullPath(given);

    private static Argument<string> JobArgument() => new("ID") { Description = "The job's id, as submit and list show it" };
}
