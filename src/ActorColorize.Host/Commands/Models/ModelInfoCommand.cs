using System.Globalization;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Interchange;
using ActorColorize.Model.Training;

namespace ActorColorize.Host.Commands.Models;

/// <summary><c>model info</c>: describes a model.</summary>
internal sealed class ModelInfoCommand(CommandContext context)
    : ModelLookCommand(
        "info",
        "Describe a model: bins, channels, parameters, type, size, hash, keys.",
        new("model info runs/first", "the best checkpoint of a run"),
        new("model info eccv16.safetensors --json", "as JSON, with every key and its shape")
    )
{
    private const int NameWidth = 14;

    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(string options)
    {
        var model = ModelLocator.Resolve(Path.GetFullPath(DefaultModel.Choose(options).Path));
        foreach (var rejected in model.Rejections)
            context.Screen.Warn(rejected.Reason);
        var facts = ModelFacts.Of(model with { Defaults = ModelUse.Of(model) });
        foreach (var line in Lines(facts))
            context.Screen.Line(line);
        context.Screen.Json(facts);
        return Task.FromResult(ExitCode.Success);
    }

    private static IEnumerable<string> Lines(ModelFacts facts)
    {
        yield return Line("file", facts.File);
        yield return Line("size", $"{Quantities.Bytes(facts.Bytes)}, {string.Join(" and ", facts.Types)}");
        yield return Line("SHA-256", facts.Sha256);
        yield return Line("bins", $"{facts.Bins} ({facts.BinColors})");
        yield return Line("channels", string.Join(", ", facts.Channels));
        yield return Line("convolutions", string.Join(", ", facts.Convolutions));
        if (facts.Residual)
            yield return Line("residual", "convolutions add their input to their output");
        if (facts.Context > 0)
            yield return Line("context", $"{facts.Context} hidden units");
        if (facts.Scenes > 0)
            yield return Line("scenes", Quantities.Count(facts.Scenes));
        yield return Line("parameters", Quantities.Count(facts.Parameters));
        yield return Line("keys", Quantities.Count(facts.Keys.Count));
        yield return Line(
            "temperature",
            facts.Defaults.Temperature is { } own ? Number(own) : $"{Number(TrainingSession.DefaultTemperature)} (the program's)"
        );
        if (facts.Defaults.Rebalance is { } rebalance)
            yield return Line("rebalance", Number(rebalance));
        if (facts.Defaults.Saturation is { } saturation)
            yield return Line("saturation", Number(saturation));
        if (facts.Defaults.ImageSize is { } side)
            yield return Line("made for", $"{side}x{side} pixels");
        if (facts.Checkpoint is not { } checkpoint)
            yield break;
        yield return Line(
            "run",
            $"{checkpoint.RunId}, step {Quantities.Count(checkpoint.Step)}, "
                + checkpoint.CreatedAt.ToString("u", CultureInfo.InvariantCulture)
        );
        if (checkpoint.ValidationLoss is { } loss)
        {
            var baseline = checkpoint.BaselineLoss is { } constant ? $" (constant prediction {Loss(constant)})" : "";
            yield return Line("validation", $"loss {Loss(loss)}{baseline}");
        }
    }

    private static string Loss(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Line(string name, string text) => $"{name.PadRight(NameWidth)}{text}";
}
