using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using ActorColorize.Host.Serving;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Inference;

namespace ActorColorize.Host.CommandLine;

/// <summary>Options that report an invalid value in one line with the option, the value and what is allowed.</summary>
internal static partial class OptionValues
{
    /// <summary>An optional number within bounds; null when it is not given.</summary>
    public static Option<T?> Number<T>(string name, string placeholder, string description, T minimum, T maximum)
        where T : struct, INumber<T>, IMinMaxValue<T> =>
        new(name)
        {
            Description = description,
            HelpName = placeholder,
            CustomParser = result => ParseNumber(result, name, minimum, maximum),
        };

    /// <summary>A number within bounds that has a default.</summary>
    public static Option<T> Number<T>(string name, string placeholder, string description, T minimum, T maximum, T defaultValue)
        where T : struct, INumber<T>, IMinMaxValue<T> =>
        new(name)
        {
            Description = description,
            HelpName = placeholder,
            DefaultValueFactory = _ => defaultValue,
            CustomParser = result => ParseNumber(result, name, minimum, maximum) ?? defaultValue,
        };

    /// <summary>
    /// The option under an earlier name too: it is accepted, and neither help nor completion shows it (<see cref="EarlierNames"/>).
    /// </summary>
    public static T Formerly<T>(this T option, string name)
        where T : Option
    {
        option.Aliases.Add(name);
        return option;
    }

    /// <summary>The names under which an option is only accepted; other aliases have one dash.</summary>
    public static IReadOnlyList<string> EarlierNames(Option option) =>
        [.. option.Aliases.Where(alias => alias != option.Name && alias.StartsWith("--", StringComparison.Ordinal))];

    /// <summary>Threads for tensor work, for the commands that compute in this process.</summary>
    public static Option<int?> Threads() => Number("--threads", "N", "Threads for tensor work [default: all cores]", 1, 1024);

    /// <summary>A dashboard for one command, at a port; null without a port. Whether it was given: <see cref="UiOf"/>.</summary>
    public static Option<int?> Ui()
    {
        var option = Number<int>(
            "--ui",
            "PORT",
            "Serve a dashboard for this command on this machine and print a link to it [default: a free port]",
            1,
            65_535
        );
        option.Arity = ArgumentArity.ZeroOrOne;
        return option;
    }

    /// <summary>The value of <see cref="Ui"/>; null if it was not given.</summary>
    public static UiChoice? UiOf(ParseResult parsed, Option<int?> ui) =>
        parsed.GetResult(ui) is { Tokens: var tokens } ? new UiChoice(tokens.Count == 0 ? null : parsed.GetValue(ui)) : null;

    /// <summary>A folder or file name, kept as typed.</summary>
    public static Option<string> Path(string name, string placeholder, string description, bool required = false)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = placeholder,
            Required = required,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.Tokens[0].Value.Length == 0)
                result.AddError($"{name} is empty: it takes {description.Split(':', ';', ',')[0]}.");
        });
        return option;
    }

    /// <summary>Folder or file names, kept as typed; the option is given once or several times.</summary>
    public static Option<string[]> Paths(string name, string placeholder, string description, bool required = true)
    {
        var option = new Option<string[]>(name)
        {
            Description = description,
            HelpName = placeholder,
            Required = required,
            Arity = ArgumentArity.OneOrMore,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(static token => token.Value.Length == 0))
                result.AddError($"{name} is empty: it takes {description.Split(':', ';', ',')[0]}.");
        });
        return option;
    }

    /// <summary>Positive numbers, separated by commas; null when it is not given.</summary>
    public static Option<double[]?> Shares(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "N,N,...",
            CustomParser = result =>
            {
                var text = result.Tokens[^1].Value;
                var shares = text.Split(',')
                    .Select(static part =>
                        double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) ? share : double.NaN
                    )
                    .ToArray();
                if (shares.All(static share => share > 0 && double.IsFinite(share)))
                    return shares;
                result.AddError($"{name} takes numbers above 0, separated by commas, not '{text}'.");
                return null;
            },
        };

    /// <summary>A text that must match a pattern.</summary>
    public static Option<string> Text(
        string name,
        string placeholder,
        string description,
        string defaultValue,
        Regex pattern,
        string allowed
    )
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = placeholder,
            DefaultValueFactory = _ => defaultValue,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !pattern.IsMatch(result.Tokens[0].Value))
                result.AddError($"{name} takes {allowed}, not '{result.Tokens[0].Value}'.");
        });
        return option;
    }

    /// <summary>One of a few words.</summary>
    public static Option<string> OneOf(string name, string description, string defaultValue, params IReadOnlyList<string> words)
    {
        var option = OneOfOrNone(name, description, words);
        option.DefaultValueFactory = _ => defaultValue;
        return option;
    }

    /// <summary>The same without a default: null where the option is not given.</summary>
    public static Option<string> OneOfOrNone(string name, string description, IReadOnlyList<string> words, bool required = false)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = string.Join('|', words),
            Required = required,
        };
        option.CompletionSources.Add([.. words]);
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !words.Contains(result.Tokens[0].Value, StringComparer.Ordinal))
                result.AddError($"{name} takes {string.Join(", ", words.SkipLast(1))} or {words[^1]}, not '{result.Tokens[0].Value}'.");
        });
        return option;
    }

    /// <summary>A switch, off unless it is given.</summary>
    public static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    /// <summary>Temperature of the annealed mean, for the commands that run a model.</summary>
    public static Option<double?> Temperature() =>
        Number(
            "--temperature",
            "0..1",
            "0 takes the most probable colour, 1 the distribution as it is; lower is more saturated [default: the model's own]",
            0.0,
            1.0
        );

    /// <summary>Weight of rare colours, for the commands that run a model.</summary>
    public static Option<double?> Rebalance() =>
        Number(
            "--rebalance",
            "0..1",
            "Weight of rare colours: 0 weighs all colours alike, 1 by their frequency in photographs [default: the model's own]",
            0.0,
            1.0
        );

    /// <summary>Averaging with the mirror image, for the commands that run a model.</summary>
    public static Option<bool> FlipAverage() =>
        Switch("--flip-average", "Also run the network on the mirror image and average: more consistent colours, twice the work");

    /// <summary>Factor on the chroma, for the commands that run a model.</summary>
    public static Option<double?> Saturation() =>
        Number("--saturation", "0..4", "Factor on the colours' saturation [default: the model's own]", 0.0, 4.0);

    /// <summary>Reduces chroma where distributions are flat.</summary>
    public static Option<double?> SureEntropy() =>
        Number(
            "--sure-entropy",
            "0.1..6",
            "Entropy in nats up to which chroma is kept; above it, chroma falls with the square of the ratio [default: the model's own]",
            0.1,
            6.0
        );

    /// <summary>Reduces chroma near black and white.</summary>
    public static Option<double?> Taper() =>
        Number(
            "--taper",
            "0..50",
            "Lightness below which chroma falls towards black, and half that distance from white; 0 disables it [default: the model's own]",
            0.0,
            50.0
        );

    /// <summary>A second forward pass at another scale.</summary>
    public static Option<double?> SecondScale() =>
        Number(
            "--second-scale",
            "0.5..2",
            "Also run the network at this multiple of the size, and average the distributions [default: the model's own]",
            0.5,
            2.0
        );

    /// <summary>The colour that stands for a distribution.</summary>
    public static Option<string> Estimator() =>
        OneOfOrNone(
            "--estimator",
            "Colour that stands for a distribution: annealed mean, or geometric median (least expected error) [default: the model's own]",
            [.. ModelDefaults.Estimators.Keys]
        );

    /// <summary>The model option shared by the commands that use one.</summary>
    public static Option<string> Model() =>
        Path(
            "--model",
            "MODEL",
            "A .safetensors or .pth file, a checkpoint or run folder, or a model that ships with the program: places, landscapes "
                + "[default: places]"
        );

    /// <summary>The device option shared by the commands that compute.</summary>
    public static Option<string> Device()
    {
        var option = Text(
            "--device",
            "auto|cpu|cuda:N",
            "Device to compute on; a missing device is an error, there is no silent fallback",
            "auto",
            DevicePattern(),
            "auto, cpu or cuda:N (for example cuda:0)"
        );
        option.CompletionSources.Add("auto", "cpu", "cuda:0");
        return option;
    }

    /// <summary>The precision option of the commands that train.</summary>
    public static Option<string> Precision() =>
        OneOf("--precision", "Arithmetic of the convolutions; auto measures which is faster", "auto", "auto", "fp32", "bf16");

    /// <summary>The engine option of the commands that colour.</summary>
    public static Option<string> Engine() =>
        OneOf(
            "--engine",
            "What runs the network: LibTorch, ONNX Runtime (CPU only), or the faster of them if both give the same colours",
            "torch",
            [.. Enum.GetValues<EngineChoice>().Select(static engine => engine.Word()).Order(StringComparer.Ordinal)]
        );

    /// <summary>The engine of a word that the option takes.</summary>
    public static EngineChoice EngineOf(string word) => Enum.GetValues<EngineChoice>().Single(engine => engine.Word() == word);

    /// <summary>The colour pictures of a run.</summary>
    public static Option<string[]> TrainingData() =>
        Paths("--data", "FOLDER", "Training pictures: a MiniPlaces kit, or any folder of colour pictures; repeat it to mix several");

    /// <summary>The shares of several folders.</summary>
    public static Option<double[]?> DataShares() =>
        Shares(
            "--shares",
            "With several --data folders: the share of each in the samples, for example 4,1 [default: by their number of pictures]"
        );

    /// <summary>The run folder.</summary>
    public static Option<string> RunFolder() =>
        Path("--run", "FOLDER", "Run folder for metrics, panels and checkpoints; an interrupted run is resumed from it", required: true);

    /// <summary>Where a run starts from.</summary>
    public static Option<string> Resume()
    {
        var option = Path(
            "--resume",
            "auto|never|CHECKPOINT",
            "Where to start: auto is the run folder's newest valid checkpoint, never is step 0, or a checkpoint folder [default: auto]"
        );
        option.CompletionSources.Add("auto", "never");
        return option;
    }

    /// <summary>The model that a new run starts from.</summary>
    public static Option<string> InitialWeights() =>
        Path(
            "--initial-weights",
            "MODEL",
            "Start a new run from the weights of a model of the same width (fine-tuning) or a smaller one; what it lacks starts fresh"
        );

    /// <summary>The switch of the commands that can write JSON.</summary>
    public static Option<bool> Json() => Switch("--json", "Write JSON to standard output instead of text");

    [GeneratedRegex(
        @"^(auto|cpu|cuda:[0-9]{1,3})$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex DevicePattern();

    private static T? ParseNumber<T>(ArgumentResult result, string name, T minimum, T maximum)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        if (result.Tokens.Count == 0)
            return null;
        var text = result.Tokens[^1].Value;
        var isReal = default(T) is double or float;
        var style = isReal ? NumberStyles.Float : NumberStyles.AllowLeadingSign;
        if (T.TryParse(text, style, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum)
            return value;
        var bounds = maximum == T.MaxValue ? $"of at least {minimum}" : $"from {minimum} to {maximum}";
        result.AddError($"{name} takes {(isReal ? "a number" : "a whole number")} {bounds}, not '{text}'.");
        return null;
    }
}
