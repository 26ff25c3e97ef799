using System.Globalization;

namespace ActorColorize.Model.Checkpoints;

/// <summary>Recommended inference settings of a model, from the metadata of its safetensors file.</summary>
/// <param name="Temperature">Recommended temperature of the annealed mean; null: the program's default. The published weights already
/// contain the sharpening in the last convolution, so theirs is 1: with 0.38 it would be applied twice.</param>
/// <param name="ImageSize">Side in pixels of the square, or of one of equal area, that it was trained for; null: unknown.</param>
public sealed record ModelDefaults(double? Temperature, int? ImageSize)
{
    private const string RebalanceKey = "rebalance";
    private const string SaturationKey = "saturation";
    private const string TemperatureKey = "temperature";
    private const string ImageSizeKey = "image_size";
    private const string SureEntropyKey = "sure_entropy";
    private const string TaperKey = "taper";
    private const string SecondScaleKey = "second_scale";
    private const string EstimatorKey = "estimator";

    /// <summary>Names of the estimators, in files and on the command line.</summary>
    public static IReadOnlyDictionary<string, Inference.ColorEstimator> Estimators { get; } =
        new Dictionary<string, Inference.ColorEstimator>(StringComparer.Ordinal)
        {
            ["mean"] = Inference.ColorEstimator.AnnealedMean,
            ["median"] = Inference.ColorEstimator.GeometricMedian,
        };

    /// <summary>λ of the weight of rare colours, see <see cref="Color.ColorStatistics.Correction"/>; null: as in training.</summary>
    public double? Rebalance { get; init; }

    /// <summary>Recommended factor on the chroma; null: 1.</summary>
    public double? Saturation { get; init; }

    /// <summary>Entropy up to which chroma is kept, see <see cref="Inference.Decoding.SureEntropy"/>; null: chroma is unchanged.</summary>
    public double? SureEntropy { get; init; }

    /// <summary>See <see cref="Inference.Decoding.Taper"/>; null: 0.</summary>
    public double? Taper { get; init; }

    /// <summary>See <see cref="Inference.Decoding.SecondScale"/>; null: one size.</summary>
    public double? SecondScale { get; init; }

    /// <summary>See <see cref="Inference.Decoding.Estimator"/>; null: the annealed mean.</summary>
    public Inference.ColorEstimator? Estimator { get; init; }

    /// <summary>A decoding completed with the model's recommendations: estimator, sure entropy, taper and second scale.</summary>
    public Inference.Decoding Complete(Inference.Decoding decoding)
    {
        ArgumentNullException.ThrowIfNull(decoding);
        return decoding with
        {
            SureEntropy = decoding.SureEntropy ?? SureEntropy,
            Taper = decoding.Taper > 0 ? decoding.Taper : Taper ?? 0,
            SecondScale = decoding.SecondScale ?? SecondScale,
            Estimator = Estimator ?? decoding.Estimator,
        };
    }

    /// <summary>No recommendations.</summary>
    public static ModelDefaults Unknown { get; } = new(null, null);

    /// <summary>The settings of the published network: plain mean, 256×256 (method of its PyTorch release).</summary>
    public static ModelDefaults Published { get; } = new(1, 256);

    /// <summary>Name of an estimator, as in <see cref="Estimators"/>.</summary>
    public static string NameOf(Inference.ColorEstimator estimator) => Estimators.Single(pair => pair.Value == estimator).Key;

    /// <summary>Adds them to the metadata of a file.</summary>
    internal void AddTo(IDictionary<string, string> metadata)
    {
        AddNumber(metadata, TemperatureKey, Temperature);
        AddNumber(metadata, RebalanceKey, Rebalance);
        AddNumber(metadata, SaturationKey, Saturation);
        AddNumber(metadata, SureEntropyKey, SureEntropy);
        AddNumber(metadata, TaperKey, Taper);
        AddNumber(metadata, SecondScaleKey, SecondScale);
        if (Estimator is { } estimator)
            metadata[EstimatorKey] = NameOf(estimator);
        if (ImageSize is { } side)
            metadata[ImageSizeKey] = side.ToString(CultureInfo.InvariantCulture);
    }

    /// <exception cref="CheckpointException">A value is not a number or out of range.</exception>
    internal static ModelDefaults From(IReadOnlyDictionary<string, string> metadata, string path)
    {
        int? side = null;
        if (metadata.TryGetValue(ImageSizeKey, out var text))
            side =
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is >= 16 and <= 4096
                    ? value
                    : throw Invalid(ImageSizeKey, text, path);
        Inference.ColorEstimator? estimator = null;
        if (metadata.TryGetValue(EstimatorKey, out var name))
            estimator = Estimators.TryGetValue(name, out var known) ? known : throw Invalid(EstimatorKey, name, path);
        return new ModelDefaults(Number(metadata, TemperatureKey, 1, path, LeastTemperature), side)
        {
            Rebalance = Number(metadata, RebalanceKey, 1, path),
            Saturation = Number(metadata, SaturationKey, MostSaturation, path),
            SureEntropy = Number(metadata, SureEntropyKey, double.MaxValue, path),
            Taper = Number(metadata, TaperKey, Inference.Decoding.MostTaper, path),
            SecondScale = Number(metadata, SecondScaleKey, 2, path),
            Estimator = estimator,
        };
    }

    private static void AddNumber(IDictionary<string, string> metadata, string key, double? number)
    {
        if (number is { } value)
            metadata[key] = value.ToString("R", CultureInfo.InvariantCulture);
    }

    // The ranges of the options. Between 0 and a thousandth the powers of the distribution leave the range of single precision.
    private const double LeastTemperature = 0.001;
    private const double MostSaturation = 4;

    private static double? Number(IReadOnlyDictionary<string, string> metadata, string key, double most, string path, double least = 0)
    {
        if (!metadata.TryGetValue(key, out var text))
            return null;
        return
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && (value == 0 || (value >= least && value <= most))
            ? value
            : throw Invalid(key, text, path);
    }

    private static CheckpointException Invalid(string key, string text, string path) =>
        new(CheckpointProblem.Damaged, $"{path} has an invalid {key} in its metadata: {OneLine.Quote(text)}");
}
