using System.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.CommandLine;

/// <summary>The grammar of <c>dataset</c>.</summary>
internal static class DatasetGrammar
{
    /// <summary>Builds the command.</summary>
    public static Command Create(Func<DatasetInspectOptions, Task<ExitCode>> inspect)
    {
        var command = new CommandWithExamples(
            "dataset",
            "Look at pictures before they are trained on.",
            new Example("dataset inspect photos --report findings", "counts, sizes, colours, grey pictures, duplicates, as a page")
        );
        command.Subcommands.Add(Inspect(inspect));
        return command;
    }

    private static CommandWithExamples Inspect(Func<DatasetInspectOptions, Task<ExitCode>> run)
    {
        var data = new Argument<string>("FOLDER") { Description = "Colour pictures: a MiniPlaces kit, or any folder of pictures" };
        var split = OptionValues.Path(
            "--split",
            "NAME",
            "Look at one split only: train, val, test or all [default: every split]",
            required: false
        );
        var report = OptionValues.Path(
            "--report",
            "FOLDER",
            "Also write the findings as a page with pictures into this folder",
            required: false
        );
        var json = OptionValues.Json();
        var command = new CommandWithExamples(
            "inspect",
            "Count pictures and categories; measure sizes and colours; find pictures that training leaves out (grey, unreadable), and duplicates, also between training and validation.",
            new("dataset inspect photos", "all splits, which shows whether validation pictures were trained on"),
            new("dataset inspect photos --split train --report findings", "one split, and a page to look at"),
            new("dataset inspect photos --json", "for a program, with every name")
        )
        {
            data,
            split,
            report,
            json,
        };
        command.SetAction(async parsed =>
            (int)
                await run(
                    new DatasetInspectOptions
                    {
                        Data = parsed.GetRequiredValue(data),
                        Split = parsed.GetValue(split),
                        Report = parsed.GetValue(report),
                        Json = parsed.GetValue(json),
                    }
                )
        );
        return command;
    }
}
