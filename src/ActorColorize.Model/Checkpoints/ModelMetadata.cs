using System.Text.Json;
using ActorColorize.Model.Color;
using ActorColorize.Model.Networks;

namespace ActorColorize.Model.Checkpoints;

/// <summary>The network metadata in the header of a file of weights.</summary>
public static class ModelMetadata
{
    /// <summary>The network's shape, as JSON.</summary>
    public const string ShapeKey = "network_shape";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>Metadata for a network's weights.</summary>
    public static Dictionary<string, string> Of(NetworkShape shape, ColorStatistics? colors, ModelDefaults? defaults = null)
    {
        var metadata = new Dictionary<string, string>
        {
            ["format"] = "pt", // other readers interpret it as "made for PyTorch"
            [ShapeKey] = JsonSerializer.Serialize(shape, Json),
        };
        if (colors is not null)
            metadata[ColorStatistics.Key] = colors.ToJson();
        defaults?.AddTo(metadata);
        return metadata;
    }

    /// <exception cref="CheckpointException">It is present but invalid.</exception>
    internal static NetworkShape? Shape(IReadOnlyDictionary<string, string> metadata, string path) =>
        Parse(metadata, ShapeKey, path, static json => JsonSerializer.Deserialize<NetworkShape>(json, Json));

    /// <exception cref="CheckpointException">They are present but invalid.</exception>
    internal static ColorStatistics? Colors(IReadOnlyDictionary<string, string> metadata, NetworkShape shape, string path) =>
        Parse(metadata, ColorStatistics.Key, path, json => ColorStatistics.Parse(json, shape.Bins));

    private static T? Parse<T>(IReadOnlyDictionary<string, string> metadata, string key, string path, Func<string, T?> parse)
        where T : class
    {
        if (!metadata.TryGetValue(key, out var json))
            return null;
        try
        {
            return parse(json) ?? throw new JsonException("it is empty");
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            throw new CheckpointException(
                CheckpointProblem.Damaged,
                $"{path} has an invalid {key} in its metadata: {fault.Message}",
                fault
            );
        }
    }
}
