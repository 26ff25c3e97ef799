using System.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.CommandLine;

/// <summary>The grammar of <c>evaluate</c>.</summary>
internal static class EvaluateGrammar
{
    /// <summary>Builds the command.</summary>
    public static Command Create(Func<EvaluateOptions, Task<ExitCode>> run)
    {
        var data = OptionValues.Path("--data", "FOLDER", "Colour pictures: a MiniPlaces kit, or any folder of pictures", required: true);
        var split = OptionValues.Path("--split", "NAME", "Which of them: train, val, test or all [default: val]", required: false);
        var model = OptionValues.Model();
        var temperature = OptionValues.Temperature();
        var rebalance = OptionValues.Rebalance();
        var flipAverage = OptionValues.FlipAverage();
        var saturation = OptionValues.Saturation();
        var frontier = OptionValues.Switch("--frontier", "Measure many temperatures and rebalancings as well, to choose from; with --report drawn as frontier.svg");
        var report = OptionValues.Path("--report", "FOLDER", "Also write the figures as pages and pictures into this folder", required: false);
        var device = OptionValues.Device();
        var json = OptionValues.Json();

        var command = new CommandWithExamples(
            "evaluate",
            "Measure a model on colour pictures: AuC, rebalanced AuC, PSNR, CIEDE2000, colorfulness; grey and random baselines beside it.",
            new("evaluate --data photos --split val --model runs/first", "the pictures that training did not see"),
            new("evaluate --data photos --split val --model runs/first --json", "the same figures for a program"))
        {
            data, split, model, temperature, rebalance, flipAverage, saturation, frontier, report, device, json,
        };
        command.SetAction(async parsed => (int)await run(new EvaluateOptions
        {
            Data = parsed.GetRequiredValue(data),
            Split = parsed.GetValue(split) ?? "val",
            Model = parsed.GetValue(model),
            Temperature = parsed.GetValue(temperature),
            Rebalance = parsed.GetValue(rebalance),
            FlipAverage = parsed.GetValue(flipAverage),
            Saturation = parsed.GetValue(saturation),
            Frontier = parsed.GetValue(frontier),
            Report = parsed.GetValue(report),
            Device = parsed.GetRequiredValue(device),
            Json = parsed.GetValue(json),
        }));
        return command;
    }
}
