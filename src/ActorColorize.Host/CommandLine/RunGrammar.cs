using System.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.CommandLine;

/// <summary>The grammar of <c>run</c>: a run's folder is looked at, and a daemon is asked to train.</summary>
internal static class RunGrammar
{
    /// <summary>Builds the command with the sub-commands that have an action.</summary>
    public static Command Create(CommandActions actions)
    {
        var command = new CommandWithExamples(
            "run",
            "Look at training runs, and have a daemon train (see serve): start, watch, list, pause, resume, stop, promote.",
            new("run show runs/first", "where a run stands, and what went wrong on the way"),
            new("run start --data photos --out runs/first --steps 5000", "a daemon trains; prints the run's id"),
            new("run watch 20260101-120000-abcdef", "progress until the run is over; Ctrl-C leaves the run alone"),
            new("run promote 20260101-120000-abcdef --as landscapes", "its best checkpoint is the model 'landscapes' for jobs from now on")
        );
        if (actions.RunShow is { } show)
            command.Subcommands.Add(Show(show));
        if (actions.Run is not { } remote)
            return command;
        command.Subcommands.Add(RunStartGrammar.Create(remote.Start));
        command.Subcommands.Add(
            OfRun("watch", "Show a run's progress until it is over. Exit code 0: completed; 7: stopped or failed.", remote.Watch)
        );
        command.Subcommands.Add(List(remote.List));
        command.Subcommands.Add(OfRun("pause", "Have a run saved and taken off the device until somebody resumes it.", remote.Pause));
        command.Subcommands.Add(
            OfRun("resume", "Go on with a run that is paused, was stopped or has failed, from its newest checkpoint.", remote.Resume)
        );
        command.Subcommands.Add(OfRun("stop", "Have a run saved and ended; it can be resumed.", remote.Stop));
        command.Subcommands.Add(OfRun("checkpoints", "List a run's checkpoints, the oldest first.", remote.Checkpoints));
        command.Subcommands.Add(Promote(remote.Promote));
        return command;
    }

    /// <summary>Builds <c>model list</c>.</summary>
    public static Command Models(Func<ModelListOptions, Task<ExitCode>> run)
    {
        var daemon = new DaemonOptions();
        var command = new CommandWithExamples(
            "list",
            "List a daemon's models: names that 'job submit --model' takes, each with the checkpoint that it means.",
            new Example("model list", "those of the daemon on this machine")
        )
        {
            OptionValues.Json(),
        };
        daemon.AddTo(command);
        command.SetAction(async parsed => (int)await run(new ModelListOptions(daemon.Of(parsed))));
        return command;
    }

    private static CommandWithExamples Show(Func<RunShowOptions, Task<ExitCode>> run)
    {
        var daemon = new DaemonOptions();
        var folder = new Argument<string>("RUN")
        {
            Description = "The folder that a run was started with (--run), or the id of a daemon's run",
        };
        var json = OptionValues.Json();
        var command = new CommandWithExamples(
            "show",
            "Show a run from its folder: configuration, progress, checkpoints, and each fault with its cause, what was done, and what it cost. Works while the run goes on and changes nothing. By its id, a daemon says where it stands.",
            new("run show runs/first", "for people"),
            new("run show runs/first --json", "for a program"),
            new("run show 20260101-120000-abcdef", "a daemon's run")
        )
        {
            folder,
            json,
        };
        daemon.AddTo(command);
        command.SetAction(async parsed =>
            (int)
                await run(
                    new RunShowOptions
                    {
                        Folder = parsed.GetRequiredValue(folder),
                        Daemon = daemon.Of(parsed),
                        Json = parsed.GetValue(json),
                    }
                )
        );
        return command;
    }

    private static CommandWithExamples OfRun(string name, string description, Func<RunOptions, Task<ExitCode>> run)
    {
        var daemon = new DaemonOptions();
        var id = IdArgument();
        var command = new CommandWithExamples(name, description) { id, OptionValues.Json() };
        daemon.AddTo(command);
        command.SetAction(async parsed => (int)await run(new RunOptions(daemon.Of(parsed), new RunId(parsed.GetRequiredValue(id)))));
        return command;
    }

    private static CommandWithExamples List(Func<RunListOptions, Task<ExitCode>> run)
    {
        var daemon = new DaemonOptions();
        var limit = OptionValues.Number("--limit", "N", "Most runs shown", 1, int.MaxValue, 50);
        var command = new CommandWithExamples(
            "list",
            "List a daemon's runs, the newest first. A daemon remembers every run that is not over and the 1,000 that ended last."
        )
        {
            limit,
            OptionValues.Json(),
        };
        daemon.AddTo(command);
        command.SetAction(async parsed => (int)await run(new RunListOptions(daemon.Of(parsed), parsed.GetValue(limit))));
        return command;
    }

    private static CommandWithExamples Promote(Func<RunPromoteOptions, Task<ExitCode>> run)
    {
        var daemon = new DaemonOptions();
        var id = IdArgument();
        var name = OptionValues.Path(
            "--as",
            "NAME",
            "The name that jobs are submitted with: letters, digits, dots, dashes and underscores",
            required: true
        );
        var checkpoint = OptionValues.Number<long>(
            "--checkpoint",
            "STEP",
            "Step of the checkpoint [default: the best by validation loss]",
            0,
            long.MaxValue
        );
        var command = new CommandWithExamples(
            "promote",
            "Make a checkpoint the model of a name, for jobs that are submitted from now on. It is read, checked and run once before; where that fails, the name keeps the model that it has.",
            new("run promote 20260101-120000-abcdef --as landscapes", "the best checkpoint"),
            new("run promote 20260101-120000-abcdef --checkpoint 400 --as landscapes", "a certain one: 'run checkpoints' lists them")
        )
        {
            id,
            name,
            checkpoint,
            OptionValues.Json(),
        };
        daemon.AddTo(command);
        command.SetAction(async parsed =>
            (int)
                await run(
                    new RunPromoteOptions(
                        daemon.Of(parsed),
                        new RunId(parsed.GetRequiredValue(id)),
                        parsed.GetValue(checkpoint) is { } step ? new StepNumber(step) : null,
                        parsed.GetRequiredValue(name)
                    )
                )
        );
        return command;
    }

    private static Argument<string> IdArgument() => new("ID") { Description = "The run's id, as start and list show it" };
}
