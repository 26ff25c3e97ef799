using System.Globalization;
using System.Text.Json;

namespace ActorColorize.Model.Training;

/// <summary>
/// One JSON object of a configuration file, read strictly: unknown keys are errors, and every error names its key with the full path.
/// </summary>
internal sealed class ConfigurationSection
{
    private readonly Dictionary<string, JsonElement> _left = new(StringComparer.Ordinal);
    private readonly List<string> _asked = [];
    private readonly string _path;

    public ConfigurationSection(JsonElement element, string path)
    {
        _path = path;
        if (element.ValueKind != JsonValueKind.Object)
            throw new ConfigurationException($"{(path.Length == 0 ? "the file" : path)} must be an object in braces");
        foreach (var property in element.EnumerateObject())
            if (!_left.TryAdd(property.Name, property.Value))
                throw new ConfigurationException($"{Full(property.Name)} is specified twice");
    }

    public int Integer(string key, int otherwise) => OptionalInteger(key) ?? otherwise;

    public int? OptionalInteger(string key) =>
        Take(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number
        : throw Wrong(key, value, "a whole number");

    public double Number(string key, double otherwise) => OptionalNumber(key) ?? otherwise;

    public double? OptionalNumber(string key) =>
        Take(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number
        : throw Wrong(key, value, "a number");

    public string Text(string key, string otherwise) =>
        Take(key) is not { } value ? otherwise
        : value.ValueKind == JsonValueKind.String ? value.GetString()!
        : throw Wrong(key, value, "a string");

    public bool Flag(string key, bool otherwise) =>
        Take(key) is not { } value ? otherwise
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Wrong(key, value, "true or false");

    public int[]? OptionalIntegers(string key)
    {
        if (Take(key) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array)
            throw Wrong(key, value, "a list of whole numbers");
        var numbers = new List<int>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out var number))
                throw Wrong($"{key}[{numbers.Count}]", item, "a whole number");
            numbers.Add(number);
        }

        return [.. numbers];
    }

    public ConfigurationSection? OptionalSection(string key) => Take(key) is { } value ? new ConfigurationSection(value, Full(key)) : null;

    /// <summary>The objects of a list; none where the key is missing.</summary>
    public IReadOnlyList<ConfigurationSection> OptionalSections(string key)
    {
        if (Take(key) is not { } value)
            return [];
        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select((item, index) => new ConfigurationSection(item, Full($"{key}[{index}]")))]
            : throw Wrong(key, value, "a list of objects");
    }

    /// <summary>Must be called after all keys have been read.</summary>
    public void End()
    {
        if (_left.Count == 0)
            return;
        throw new ConfigurationException($"unknown key {Full(_left.Keys.First())}: known keys are {string.Join(", ", _asked)}");
    }

    private JsonElement? Take(string key)
    {
        _asked.Add(key);
        return _left.Remove(key, out var value) ? value : null;
    }

    private string Full(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    private ConfigurationException Wrong(string key, JsonElement value, string expected) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Full(key)} is {value.GetRawText().ReplaceLineEndings(" ")}: it must be {expected}"
            )
        );
}
