using System.CommandLine;
using ActorColorize.Actors.Gpu;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.CommandLine;

/// <summary>The grammar of <c>evaluate</c>.</summary>
internal static class EvaluateGrammar
{
    /// <summary>More would be held in memory at once than the report is worth.</summary>
    private const int LargestGallery = 400;

    private static readonly Dictionary<string, RankingMeasure> Rankings = new(StringComparer.Ordinal)
    {
        ["over-grey"] = RankingMeasure.AucOverGrey,
        ["ciede2000"] = RankingMeasure.Ciede2000,
        ["psnr"] = RankingMeasure.Psnr,
        ["rebalanced"] = RankingMeasure.AucRebalanced,
    };

    /// <summary>Builds the command.</summary>
    public static Command Create(Func<EvaluateOptions, Task<ExitCode>> run)
    {
        var data = OptionValues.Path("--data", "FOLDER", "Colour pictures: a MiniPlaces kit, or any folder of pictures", required: true);
        var split = OptionValues.Path("--split", "NAME", "Which of them: train, val, test or all [default: val]", required: false);
        var model = OptionValues.Model();
        var compareWith = OptionValues.Path(
            "--compare-with",
            "MODEL",
            "Another model, measured beside it on the same pictures with the same options",
            required: false
        );
        var temperature = OptionValues.Temperature();
        var rebalance = OptionValues.Rebalance();
        var flipAverage = OptionValues.FlipAverage();
        var saturation = OptionValues.Saturation();
        var sureEntropy = OptionValues.SureEntropy();
        var taper = OptionValues.Taper();
        var secondScale = OptionValues.SecondScale();
        var aged = OptionValues.Switch(
            "--aged",
            "Measure the model a second time, its pictures seen as old photographs: other films, grain, fading, scratches; the difference is what that costs"
        );
        var frontier = OptionValues.Switch(
            "--frontier",
            "Measure many temperatures and rebalancings as well, to choose from; with --report drawn as a plot"
        );
        var report = OptionValues.Path(
            "--report",
            "FOLDER",
            "Write a page with tables, curves, best and worst pictures into this folder, and every picture's figures as CSV and JSON",
            required: false
        );
        var gallery = OptionValues.Number(
            "--gallery",
            "N",
            "With --report: also a page of N pictures at even distances through the set, the same for every model",
            1,
            LargestGallery
        );
        var rankBy = OptionValues.OneOf(
            "--rank-by",
            "With --report: by what best and worst pictures are chosen",
            "over-grey",
            [.. Rankings.Keys]
        );
        var device = OptionValues.Device();
        var json = OptionValues.Json();

        var command = new CommandWithExamples(
            "evaluate",
            "Measure a model on colour pictures: AuC, rebalanced AuC, PSNR, CIEDE2000, colorfulness; beside it grey, random and mean-colour baselines.",
            new("evaluate --data photos --split val --model runs/first", "the pictures that training did not see"),
            new("evaluate --data photos --split val --model runs/first --json", "the same figures for a program"),
            new(
                "evaluate --data photos --model runs/first --report report --frontier --gallery 48",
                "a page to look at: report/index.html"
            ),
            new(
                "evaluate --data photos --model runs/with-scenes --compare-with runs/without",
                "two models side by side, with their differences"
            )
        )
        {
            data,
            split,
            model,
            compareWith,
            temperature,
            rebalance,
            flipAverage,
            saturation,
            sureEntropy,
            taper,
            secondScale,
            aged,
            frontier,
            report,
            gallery,
            rankBy,
            device,
            json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(aged) && result.GetValue(compareWith) is not null)
                result.AddError("--aged compares the model with itself: leave --compare-with out.");
            if (result.GetValue(report) is not null)
                return;
            foreach (
                var name in new Option[] { gallery, rankBy }
                    .Where(option => result.GetResult(option) is { Implicit: false })
                    .Select(option => option.Name)
            )
                result.AddError($"{name} needs --report: it says what is on its pages.");
        });
        command.SetAction(async parsed =>
            (int)
                await run(
                    new EvaluateOptions
                    {
                        Data = parsed.GetRequiredValue(data),
                        Split = parsed.GetValue(split) ?? "val",
                        Model = parsed.GetValue(model),
                        CompareWith = parsed.GetValue(compareWith),
                        Temperature = parsed.GetValue(temperature),
                        Rebalance = parsed.GetValue(rebalance),
                        FlipAverage = parsed.GetValue(flipAverage),
                        Saturation = parsed.GetValue(saturation),
                        SureEntropy = parsed.GetValue(sureEntropy),
                        Taper = parsed.GetValue(taper),
                        SecondScale = parsed.GetValue(secondScale),
                        Aged = parsed.GetValue(aged),
                        Frontier = parsed.GetValue(frontier),
                        Report = parsed.GetValue(report),
                        Gallery = parsed.GetValue(gallery) ?? 0,
                        RankBy = Rankings[parsed.GetRequiredValue(rankBy)],
                        Device = parsed.GetRequiredValue(device),
                        Json = parsed.GetValue(json),
                    }
                )
        );
        return command;
    }
}
