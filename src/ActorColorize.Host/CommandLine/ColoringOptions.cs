using System.CommandLine;
using ActorColorize.Protocol;

namespace ActorColorize.Host.CommandLine;

/// <summary>How pictures are coloured, for <c>colorize</c> and <c>job submit</c>.</summary>
internal sealed class ColoringOptions : IOptionGroup
{
    private readonly Option<double> _strength = OptionValues.Number(
        "--strength",
        "0..1",
        "Amount of colour; 0 leaves the picture grey",
        0.0,
        1.0,
        1.0
    );
    private readonly Option<double?> _saturation = OptionValues.Saturation();
    private readonly Option<double?> _temperature = OptionValues.Temperature();
    private readonly Option<double?> _rebalance = OptionValues.Rebalance();
    private readonly Option<bool> _flipAverage = OptionValues.FlipAverage();
    private readonly Option<bool> _recolor = OptionValues.Switch(
        "--recolor",
        "Also recolour pictures that already have colour, from their luminance; by default they are skipped"
    );

    /// <inheritdoc/>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _strength, _saturation, _temperature, _rebalance, _flipAverage, _recolor })
            command.Options.Add(option);
    }

    /// <summary>The request for these pictures.</summary>
    public JobRequest Request(ParseResult parsed, string input, string output, string? model, int? batch) =>
        new(
            input,
            output,
            model,
            parsed.GetValue(_temperature),
            parsed.GetValue(_rebalance),
            parsed.GetValue(_flipAverage),
            parsed.GetValue(_strength),
            parsed.GetValue(_saturation),
            parsed.GetValue(_recolor),
            batch
        );
}
