using System.CommandLine;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Inference;

namespace ActorColorize.Host.Commands.Models;

/// <summary>The options of <c>model export</c>.</summary>
/// <param name="Model">A model file, checkpoint folder or run folder.</param>
/// <param name="Format">Format of the file.</param>
/// <param name="Out">The file to write; null: named after the model, in the working folder.</param>
/// <param name="Temperature">Temperature at which the exported model is to be used; null: the model's own.</param>
/// <param name="Rebalance">Weight of rare colours; null: the model's own.</param>
/// <param name="Saturation">Factor on the chroma at which it is to be used; null: the model's own.</param>
/// <param name="Estimator">The colour that stands for a distribution; null: the model's own.</param>
/// <param name="SureEntropy">Entropy in nats up to which a distribution counts as certain; null: the model's own.</param>
/// <param name="Taper">Lightness below which chroma falls towards black; null: the model's own.</param>
/// <param name="SecondScale">Factor on the sides of a second forward pass; null: the model's own.</param>
/// <param name="ImageSize">Side in pixels of the square of equal area that the network sees; null: the model's own.</param>
/// <param name="Type">Type of the weights in a safetensors file.</param>
/// <param name="Force">Replace an existing file.</param>
internal sealed record ModelExportOptions(
    string Model,
    ModelFormat Format,
    string? Out,
    double? Temperature,
    double? Rebalance,
    double? Saturation,
    ColorEstimator? Estimator,
    double? SureEntropy,
    double? Taper,
    double? SecondScale,
    int? ImageSize,
    TensorType Type,
    bool Force
);

/// <summary><c>model export</c>: writes a model for other programs.</summary>
internal sealed class ModelExportCommand(CommandContext context)
    : BoundCommand<ModelExportOptions>(
        "export",
        "Write a model for other programs. A pth file has the keys of the published network, and loads with "
            + "load_state_dict(strict=True); a scene head and a context path keep their own keys (scene_head.*, context.*) "
            + "beside them.",
        new("model export runs/first --format pth --out first.pth", "the best checkpoint of a run, for PyTorch"),
        new(
            "model export runs/first/checkpoints/step-00000400 --format onnx",
            "one checkpoint, as a graph from L [B,1,H,W] to ab [B,2,H,W]"
        )
    )
{
    private static readonly Dictionary<string, ModelFormat> Formats = new(StringComparer.Ordinal)
    {
        ["safetensors"] = ModelFormat.SafeTensors,
        ["pth"] = ModelFormat.PyTorch,
        ["onnx"] = ModelFormat.Onnx,
    };

    private static readonly Dictionary<string, TensorType> Types = new(StringComparer.Ordinal)
    {
        ["f32"] = TensorType.Float32,
        ["f16"] = TensorType.Float16,
        ["bf16"] = TensorType.BFloat16,
    };

    public readonly Argument<string> Model = new("MODEL") { Description = ModelLookCommand.ModelDescription };
    public readonly Option<string> Format = OptionValues
        .OneOfOrNone(
            "--format",
            "Format: safetensors for this program, pth for PyTorch, onnx for ONNX runtimes",
            [.. Formats.Keys],
            required: true
        )
        .Formerly("--to");
    public readonly Option<string> Out = OptionValues.Path(
        "--out",
        "FILE",
        "The file to write [default: named after the model, in the working folder]"
    );
    public readonly Option<double?> Temperature = OptionValues.Number(
        "--temperature",
        "0.01..1",
        "Recommended temperature; in pth and onnx it is folded into the last convolution, and 1 leaves the "
            + "weights unchanged [default: the model's]",
        0.01,
        1.0
    );
    public readonly Option<double?> Rebalance = OptionValues.Number(
        "--rebalance",
        "0..1",
        "Rebalancing: 0 weighs all colours alike, 1 by frequency; in pth and onnx it is folded into the last "
            + "convolution [default: the model's]",
        0.0,
        1.0
    );
    public readonly Option<double?> Saturation = OptionValues.Number(
        "--saturation",
        "0..4",
        "Recommended factor on the chroma; safetensors only [default: the model's]",
        0.0,
        4.0
    );
    public readonly Option<string> Estimator = OptionValues.Estimator();
    public readonly Option<double?> SureEntropy = OptionValues.SureEntropy();
    public readonly Option<double?> Taper = OptionValues.Taper();
    public readonly Option<double?> SecondScale = OptionValues.SecondScale();
    public readonly Option<int?> ImageSize = OptionValues.Number(
        "--image-size",
        "16..1024",
        "Side in pixels of the square of equal area that the network sees; safetensors only [default: the model's]",
        16,
        1024
    );
    public readonly Option<string> Type = OptionValues.OneOf(
        "--type",
        "Type of the weights in a safetensors file; half precision halves the file",
        "f32",
        [.. Types.Keys]
    );
    public readonly Option<bool> Force = ModelFileWriting.Force();
    public readonly Option<bool> Json = OptionValues.Json();

    /// <inheritdoc/>
    protected override ModelExportOptions Bind(ParseResult parsed) =>
        new(
            parsed.GetRequiredValue(Model),
            Formats[parsed.GetRequiredValue(Format)],
            parsed.GetValue(Out),
            parsed.GetValue(Temperature),
            parsed.GetValue(Rebalance),
            parsed.GetValue(Saturation),
            parsed.GetValue(Estimator) is { } estimator ? ModelDefaults.Estimators[estimator] : null,
            parsed.GetValue(SureEntropy),
            parsed.GetValue(Taper),
            parsed.GetValue(SecondScale),
            parsed.GetValue(ImageSize),
            Types[parsed.GetRequiredValue(Type)],
            parsed.GetValue(Force)
        );

    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(ModelExportOptions options)
    {
        var model = ModelLocator.Resolve(Path.GetFullPath(DefaultModel.Choose(options.Model).Path));
        foreach (var rejected in model.Rejections)
            context.Screen.Warn(rejected.Reason);
        var target = Path.GetFullPath(options.Out ?? NameOf(model) + ModelExport.EndingOf(options.Format));
        ModelFileWriting.RequirePlace("--out", target, model.Path, options.Force);
        var use = ModelUse.Of(model);
        use = use with
        {
            Temperature = options.Temperature ?? use.Temperature,
            Rebalance = options.Rebalance ?? use.Rebalance,
            Saturation = options.Saturation ?? use.Saturation,
            Estimator = options.Estimator ?? use.Estimator,
            SureEntropy = options.SureEntropy ?? use.SureEntropy,
            Taper = options.Taper ?? use.Taper,
            SecondScale = options.SecondScale ?? use.SecondScale,
            ImageSize = options.ImageSize ?? use.ImageSize,
        };
        ModelFileWriting.Write(context.Screen, model, use, options.Format, target, options.Type);
        return Task.FromResult(ExitCode.Success);
    }

    /// <summary>RUN-step-00000400 for a checkpoint; a file's own name without its extension and content hash.</summary>
    private static string NameOf(ModelSource model)
    {
        if (model.Manifest is null)
            return PublishedHash.NameForNewContent(model.Path);
        var run = Path.GetFileName(Path.GetFullPath(Path.Combine(model.Path, "..", "..")));
        return run.Length == 0 ? Path.GetFileName(model.Path) : $"{run}-{Path.GetFileName(model.Path)}";
    }
}
