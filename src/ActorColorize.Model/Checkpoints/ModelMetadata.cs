using System.Text.Json;
using ActorColorize.Model.Color;
using ActorColorize.Model.Networks;

namespace ActorColorize.Model.Checkpoints;

/// <summary>How a model's answer is best read, as its makers found by measuring it.</summary>
/// <param name="Temperature">Of the annealed mean.</param>
/// <param name="Rebalance">λ of <see cref="ColorStatistics.Correction"/>; null: as it was trained.</param>
/// <param name="Saturation">Factor on the chroma.</param>
/// <param name="Side">Side of the square whose area pictures should have for it, pixels; null: that of its training.</param>
public sealed record DecodingDefaults(double Temperature, double? Rebalance = null, double Saturation = 1, int? Side = null);

/// <summary>What a file of weights says about the network that they belong to, in the metadata of its header.</summary>
public static class ModelMetadata
{
    /// <summary>The network's shape, as JSON.</summary>
    public const string ShapeKey = "network_shape";

    /// <summary>The recommended decoding, as JSON.</summary>
    public const string DecodingKey = "decoding";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Metadata for a network's weights.</summary>
    public static Dictionary<string, string> Of(NetworkShape shape, ColorStatistics? colors, DecodingDefaults? decoding = null)
    {
        var metadata = new Dictionary<string, string>
        {
            ["format"] = "pt", // other readers take it as "made for PyTorch"
            [ShapeKey] = JsonSerializer.Serialize(shape, Json),
        };
        if (colors is not null) metadata[ColorStatistics.Key] = colors.ToJson();
        if (decoding is not null) metadata[DecodingKey] = JsonSerializer.Serialize(decoding, Json);
        return metadata;
    }

    /// <exception cref="CheckpointException">It is there but invalid.</exception>
    internal static NetworkShape? Shape(IReadOnlyDictionary<string, string> metadata, string path) =>
        Parse(metadata, ShapeKey, path, static json => JsonSerializer.Deserialize<NetworkShape>(json, Json));

    /// <exception cref="CheckpointException">They are there but invalid.</exception>
    internal static ColorStatistics? Colors(IReadOnlyDictionary<string, string> metadata, NetworkShape shape, string path) =>
        Parse(metadata, ColorStatistics.Key, path, json => ColorStatistics.Parse(json, shape.Bins));

    /// <exception cref="CheckpointException">It is there but invalid.</exception>
    internal static DecodingDefaults? Decoding(IReadOnlyDictionary<string, string> metadata, string path) =>
        Parse(metadata, DecodingKey, path, static json => JsonSerializer.Deserialize<DecodingDefaults>(json, Json) is { } decoding
            && decoding.Temperature >= 0 && double.IsFinite(decoding.Temperature) && decoding.Rebalance is null or (>= 0 and <= 1) && decoding.Saturation >= 0 && double.IsFinite(decoding.Saturation) && decoding.Side is null or (>= 16 and <= 4096)
            ? decoding
            : throw new JsonException("a value is out of range"));

    private static T? Parse<T>(IReadOnlyDictionary<string, string> metadata, string key, string path, Func<string, T?> parse)
        where T : class
    {
        if (!metadata.TryGetValue(key, out var json)) return null;
        try
        {
            return parse(json) ?? throw new JsonException("it is empty");
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            throw new CheckpointException(CheckpointProblem.Damaged, $"{path} has an invalid {key} in its metadata: {fault.Message}", fault);
        }
    }
}
