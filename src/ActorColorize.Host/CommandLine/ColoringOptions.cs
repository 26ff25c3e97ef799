using System.CommandLine;
using ActorColorize.Protocol;

namespace ActorColorize.Host.CommandLine;

/// <summary>How pictures are coloured, for <c>colorize</c> and <c>job submit</c>.</summary>
internal sealed class ColoringOptions : IOptionGroup
{
    private static readonly string[] Policies = ["colorize", "skip", "list"];

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

    private readonly Option<string> _toned = OptionValues.OneOf(
        "--toned",
        "What to do with monochrome pictures that have a tint (sepia, cyanotype); list names them",
        "colorize",
        Policies
    );
    private readonly Option<string> _doubtful = OptionValues.OneOf(
        "--doubtful",
        "What to do with pictures that may be in colour or toned; list names them",
        "list",
        Policies
    );
    private readonly Option<bool> _salvage = OptionValues.Switch(
        "--salvage",
        "Colour what can be read of damaged pictures, and mark them in the manifest"
    );
    private readonly Option<bool> _allFrames = OptionValues.Switch(
        "--all-frames",
        "Colour each frame of animations (GIF, WebP), one by one; by default the first one becomes the result"
    );
    private readonly Option<bool> _includeHidden = OptionValues.Switch(
        "--include-hidden",
        "Also colour hidden files and those of system folders such as @eaDir; by default they are left out"
    );
    private readonly Option<int?> _quality = OptionValues.Number(
        "--quality",
        "N",
        "Quality of JPEG and WebP results [default: as fine as the original]",
        1,
        100
    );

    private readonly Option<string> _codec = OptionValues.OneOf(
        "--codec",
        "What reads the pictures: auto is vips for JPEG, PNG, WebP and TIFF, imagesharp (managed code, for strangers' files) for the rest",
        "auto",
        ["auto", "vips", "imagesharp"]
    );
    private readonly Option<int?> _maxMegapixels = OptionValues.Number(
        "--max-megapixels",
        "N",
        $"Refuse pictures of more megapixels [default: {JobSpecification.UsualMegapixels}]",
        1,
        JobRequest.MostMegapixels
    );

    /// <inheritdoc/>
    public void AddTo(Command command)
    {
        Option[] options =
        [
            _strength,
            _saturation,
            _temperature,
            _rebalance,
            _flipAverage,
            _recolor,
            _toned,
            _doubtful,
            _salvage,
            _allFrames,
            _includeHidden,
            _quality,
            _codec,
            _maxMegapixels,
        ];
        foreach (var option in options)
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
            batch,
            Policy(parsed.GetRequiredValue(_toned)),
            Policy(parsed.GetRequiredValue(_doubtful)),
            parsed.GetValue(_salvage),
            parsed.GetValue(_includeHidden),
            parsed.GetValue(_quality),
            Codec: Enum.Parse<CodecChoice>(parsed.GetRequiredValue(_codec), ignoreCase: true),
            MaxMegapixels: parsed.GetValue(_maxMegapixels),
            AllFrames: parsed.GetValue(_allFrames)
        );

    private static PicturePolicy Policy(string word) => Enum.Parse<PicturePolicy>(word, ignoreCase: true);
}
