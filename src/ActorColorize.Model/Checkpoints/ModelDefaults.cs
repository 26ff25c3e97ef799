using System.Globalization;

namespace ActorColorize.Model.Checkpoints;

/// <summary>How a model wants to be used, as far as its file says. It stands in the metadata of a safetensors file.</summary>
/// <param name="Temperature">
/// Temperature of the annealed mean at which its colours are as meant; null: the program's own. The published weights have their sharpening
/// in the last convolution already, so theirs is 1:
/// sharpening again at 0.38 would be twice too much.
/// </param>
/// <param name="ImageSize">Side in pixels of the square, or of one of equal area, that it was made for; null: unknown.</param>
public sealed record ModelDefaults(double? Temperature, int? ImageSize)
{
    private const string RebalanceKey = "rebalance";
    private const string SaturationKey = "saturation";
    private const string TemperatureKey = "temperature";
    private const string ImageSizeKey = "image_size";
    private const string SureEntropyKey = "sure_entropy";
    private const string TaperKey = "taper";
    private const string SecondScaleKey = "second_scale";

    /// <summary>λ at which rare colours are weighed, see <see cref="Color.ColorStatistics.Correction"/>; null: as it was trained.</summary>
    public double? Rebalance { get; init; }

    /// <summary>Factor on the chroma at which its colours are as meant; null: 1.</summary>
    public double? Saturation { get; init; }

    /// <summary>Entropy up to which it counts as sure, see <see cref="Inference.Decoding.SureEntropy"/>; null: chroma stays.</summary>
    public double? SureEntropy { get; init; }

    /// <summary>See <see cref="Inference.Decoding.Taper"/>; null: 0.</summary>
    public double? Taper { get; init; }

    /// <summary>See <see cref="Inference.Decoding.SecondScale"/>; null: one size.</summary>
    public double? SecondScale { get; init; }

    /// <summary>A decoding, with what the model recommends where it says nothing: certainty, taper and second scale.</summary>
    public Inference.Decoding Complete(Inference.Decoding decoding)
    {
        ArgumentNullException.ThrowIfNull(decoding);
        return decoding with
        {
            SureEntropy = decoding.SureEntropy ?? SureEntropy,
            Taper = decoding.Taper > 0 ? decoding.Taper : Taper ?? 0,
            SecondScale = decoding.SecondScale ?? SecondScale,
        };
    }

    /// <summary>Nothing known.</summary>
    public static ModelDefaults Unknown { get; } = new(null, null);

    /// <summary>Those of the published network: plain mean, 256×256 (method of its PyTorch release).</summary>
    public static ModelDefaults Published { get; } = new(1, 256);

    /// <summary>Adds them to the metadata of a file.</summary>
    internal void AddTo(IDictionary<string, string> metadata)
    {
        AddNumber(metadata, TemperatureKey, Temperature);
        AddNumber(metadata, RebalanceKey, Rebalance);
        AddNumber(metadata, SaturationKey, Saturation);
        AddNumber(metadata, SureEntropyKey, SureEntropy);
        AddNumber(metadata, TaperKey, Taper);
        AddNumber(metadata, SecondScaleKey, SecondScale);
        if (ImageSize is { } side)
            metadata[ImageSizeKey] = side.ToString(CultureInfo.InvariantCulture);
    }

    /// <exception cref="CheckpointException">A number is there that is none, or out of range.</exception>
    internal static ModelDefaults From(IReadOnlyDictionary<string, string> metadata, string path)
    {
        int? side = null;
        if (metadata.TryGetValue(ImageSizeKey, out var text))
            side =
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is >= 16 and <= 4096
                    ? value
                    : throw Invalid(ImageSizeKey, text, path);
        return new ModelDefaults(Number(metadata, TemperatureKey, double.MaxValue, path), side)
        {
            Rebalance = Number(metadata, RebalanceKey, 1, path),
            Saturation = Number(metadata, SaturationKey, double.MaxValue, path),
            SureEntropy = Number(metadata, SureEntropyKey, double.MaxValue, path),
            Taper = Number(metadata, TaperKey, Inference.Decoding.MostTaper, path),
            SecondScale = Number(metadata, SecondScaleKey, 2, path),
        };
    }

    private static void AddNumber(IDictionary<string, string> metadata, string key, double? number)
    {
        if (number is { } value)
            metadata[key] = value.ToString("R", CultureInfo.InvariantCulture);
    }

    private static double? Number(IReadOnlyDictionary<string, string> metadata, string key, double most, string path)
    {
        if (!metadata.TryGetValue(key, out var text))
            return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= 0 && value <= most
            ? value
            : throw Invalid(key, text, path);
    }

    private static CheckpointException Invalid(string key, string text, string path) =>
        new(CheckpointProblem.Damaged, $"{path} has an invalid {key} in its metadata: {OneLine.Quote(text)}");
}
