using System.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.CommandLine;

/// <summary>The grammar of <c>colorize</c>.</summary>
internal static class ColorizeGrammar
{
    /// <summary>Builds the command.</summary>
    public static Command Create(Func<ColorizeOptions, Task<ExitCode>> run)
    {
        var input = new Argument<string>("IN")
        {
            Description = "A picture (JPEG, PNG, WebP, TIFF), or a folder of them with its sub-folders",
        };
        var output = OptionValues.Path(
            "--out",
            "FOLDER",
            "Folder for the results; for a folder of pictures, one outside it",
            required: true
        );
        var model = OptionValues.Model();
        var strength = OptionValues.Number("--strength", "0..1", "How much colour is mixed in; 0 leaves the picture grey", 0.0, 1.0, 1.0);
        var saturation = OptionValues.Saturation();
        var temperature = OptionValues.Temperature();
        var rebalance = OptionValues.Rebalance();
        var flipAverage = OptionValues.FlipAverage();
        var recolor = OptionValues.Switch(
            "--recolor",
            "Also recolour pictures that already have colour, from their luminance; they are skipped otherwise"
        );
        var compare = OptionValues.Switch("--compare", "Also write a before/after page (compare.html) into the output folder");
        var batch = OptionValues.Number("--batch", "N", "Pictures per forward pass [default: chosen for the device]", 1, 1024);
        var device = OptionValues.Device();
        var isolate = OptionValues.Isolate();
        var deadline = OptionValues.DeviceDeadline();
        var json = OptionValues.Json();

        var command = new CommandWithExamples(
            "colorize",
            "Colour grey pictures at full size. Originals are only read; a second run skips what is done.",
            new("colorize old-photos --out coloured", "a whole folder, with the starter model"),
            new("colorize portrait.jpg --out coloured --model runs/first --saturation 1.2", "one picture, stronger colours"),
            new("colorize holidays --out redone --recolor --compare", "take the colours away and paint anew, with a before/after page")
        )
        {
            input,
            output,
            model,
            strength,
            saturation,
            temperature,
            rebalance,
            flipAverage,
            recolor,
            compare,
            batch,
            device,
            isolate,
            deadline,
            json,
        };
        command.SetAction(async parsed =>
            (int)
                await run(
                    new ColorizeOptions
                    {
                        Input = parsed.GetRequiredValue(input),
                        Out = parsed.GetRequiredValue(output),
                        Model = parsed.GetValue(model),
                        Strength = parsed.GetValue(strength),
                        Saturation = parsed.GetValue(saturation),
                        Temperature = parsed.GetValue(temperature),
                        Rebalance = parsed.GetValue(rebalance),
                        FlipAverage = parsed.GetValue(flipAverage),
                        Recolor = parsed.GetValue(recolor),
                        Compare = parsed.GetValue(compare),
                        Batch = parsed.GetValue(batch),
                        Device = parsed.GetRequiredValue(device),
                        Isolation = OptionValues.Isolation(parsed, isolate, deadline),
                        Json = parsed.GetValue(json),
                    }
                )
        );
        return command;
    }
}
